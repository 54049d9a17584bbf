#!/bin/sh
# build.sh OUT -- build the Xapian driver into OUT; exit 3 where Xapian's development files are not installed.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
if ! command -v xapian-config > /dev/null; then
    echo "skipped: xapian (no xapian-config: package libxapian-dev)" >&2
    exit 3
fi
mkdir -p "$1"
# shellcheck disable=SC2046
${CXX:-c++} -std=c++11 -D_GNU_SOURCE -O2 -Wall -Wextra $(xapian-config --cxxflags) "$here/xapian.cc" -o "$1/xapian" \
    $(xapian-config --libs)
"$1/xapian" version > "$1/version"
