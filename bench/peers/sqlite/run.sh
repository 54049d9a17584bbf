#!/bin/sh
# run.sh OUT index CORPUS INDEXDIR [text]   or   run.sh OUT serve INDEXDIR
set -eu
out=$1
verb=$2
shift 2
if [ "$verb" = index ]; then
    mkdir -p "$2"
    exec "$out/fts5" index "$@"
fi
exec "$out/fts5" "$verb" "$@"
