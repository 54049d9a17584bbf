#!/bin/sh
# build.sh OUT -- build the FTS5 driver into OUT; exit 3 where SQLite's development files are not installed.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
if ! pkg-config --exists sqlite3; then
    echo "skipped: sqlite (no sqlite3 development files: package libsqlite3-dev)" >&2
    exit 3
fi
mkdir -p "$1"
# shellcheck disable=SC2046
${CC:-cc} -std=c11 -D_GNU_SOURCE -O2 -Wall -Wextra $(pkg-config --cflags sqlite3) "$here/fts5.c" -o "$1/fts5" \
    $(pkg-config --libs sqlite3)
"$1/fts5" version > "$1/version"
