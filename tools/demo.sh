#!/bin/sh
# demo.sh BIN -- index the demo corpus with the `lede` command at BIN, then show what it answers.
# The index goes below build/ and is made anew each time.
set -eu
case $1 in
    /*) lede=$1 ;;
    *) lede=$PWD/$1 ;;
esac
cd "$(dirname "$0")/.."
news=tools/demo/news
mkdir -p build
work=$(mktemp -d build/demo.XXXXXX)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
index=$work/news.lede

# Print a command line as one would type it, then run it; the index is shown by its name alone.
show()
{
    line='$ lede'
    for word in "$@"; do
        case $word in
            "$index") word=news.lede ;;
            *[!A-Za-z0-9_./:=,-]*) word="'$word'" ;;
        esac
        line="$line $word"
    done
    printf '\n%s\n' "$line"
    "$lede" "$@" </dev/null || {
        status=$?
        printf 'demo: this failed with status %d\n' "$status" >&2
        exit "$status"
    }
}

show index "$index" "$news" --keyword source --keyword section
show search "$index" 'summit minsk' -k 3
show search "$index" '"collective security"' -k 3 --sort newest
show search "$index" flood --from 2021 --to 2024 -k 2 --facet date:year --total
show search "$index" '+harbour +strike' --filter 'source=Harbour Press' --facet section --facet date:month -k 2
show search "$index" 'railway delta' --to 1953 -k 1 --output json
show analyze 'The dockers were striking in the harbours'
show stats "$index"
printf '\nGo on by yourself:\n  %s index my.lede %s\n  %s search my.lede vaccine\n' "$1" "$news" "$1"
