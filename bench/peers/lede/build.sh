#!/bin/sh
# build.sh OUT -- build Lede's driver into OUT, with the library of this checkout.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
mkdir -p "$1"
make -C "$root" --no-print-directory MODE=release build/release/liblede.a > "$1/make.log" 2>&1 || { cat "$1/make.log" >&2; exit 1; }
fetch=
if grep -q LEDE_FETCH_NONE "$root/include/lede.h"; then
    fetch=-DHAVE_FETCH
fi
# shellcheck disable=SC2046
${CC:-cc} -std=c11 -D_GNU_SOURCE -O2 -Wall -Wextra $fetch -I"$root/include" "$here/driver.c" -o "$1/driver" \
    "$root/build/release/liblede.a" $(pkg-config --libs libzstd libutf8proc yajl) -lstemmer -lm -pthread
"$1/driver" version > "$1/version"
