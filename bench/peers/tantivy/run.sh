#!/bin/sh
# run.sh OUT index CORPUS INDEXDIR [plain|text]
# run.sh OUT serve INDEXDIR
set -eu
out=$1
shift
exec "$out/target/release/tantivy-peer" "$@"
