#!/bin/sh
# build.sh OUT: builds the driver and Tantivy for this machine's processor into OUT; nothing is written beside the sources.
# Exit 3 and one line on stderr when cargo or the registry is missing.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1"
out=$(cd "$1" && pwd)

skip() {
    echo "skipped: tantivy ($1)" >&2
    exit 3
}

command -v cargo > /dev/null || skip "no cargo"
cargo fetch --locked --manifest-path "$here/Cargo.toml" > "$out/fetch.log" 2>&1 ||
    skip "cargo could not fetch the libraries: see fetch.log in the build directory"
RUSTFLAGS='-C target-cpu=native' CARGO_TARGET_DIR="$out/target" \
    cargo build --quiet --release --locked --offline --manifest-path "$here/Cargo.toml"
echo "Tantivy $(sed -n 's|^tantivy = .*"=\([0-9.]*\)".*|\1|p' "$here/Cargo.toml")" > "$out/version"
