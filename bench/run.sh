#!/bin/sh
# run.sh LEDE -- index and search the news corpora of LEDE_SHARED (or ../shared), and print what it takes.
# What is not there is skipped by name. Indexes are made below build/bench and stay for a look.
set -eu
lede=$1
here=$(dirname "$0")
shared=${LEDE_SHARED:-$here/../../shared}
out=build/bench
mkdir -p "$out"

echo "date      $(date -u +%Y-%m-%d)"
echo "commit    $(git -C "$here" rev-parse --short HEAD 2>/dev/null || echo unknown)"
echo "machine   $(nproc) x $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1), load $(cut -d' ' -f1 /proc/loadavg)"

# index_corpus NAME [OPTION...]: from a plain file in the page cache, so that decompression is not counted.
index_corpus() {
    name=$1
    shift
    packed=$shared/corpora/$name.jsonl.zst
    if [ ! -r "$packed" ]; then
        echo "skipped: $name (no $name.jsonl.zst)"
        return 1
    fi
    if [ ! -r "$out/$name.jsonl" ]; then
        zstd -q -d -f "$packed" -o "$out/$name.jsonl"
    fi
    cat "$out/$name.jsonl" > /dev/null
    rm -rf "$out/$name.lede"
    echo
    echo "== $name"
    /usr/bin/env time -f '%e s wall  %U s user  %S s system  %M KiB peak' \
        "$lede" index --quiet "$@" "$out/$name.lede" "$out/$name.jsonl"
    "$lede" stats "$out/$name.lede"
}

# search_corpus NAME ARGUMENT...: process start to exit.
search_corpus() {
    name=$1
    shift
    printf '%-64s ' "lede search $*"
    python3 "$here/process.py" --ok 0,1 -- "$lede" search "$out/$name.lede" "$@"
}

if index_corpus reuters-news-2006-2013; then
    search_corpus reuters-news-2006-2013 federal reserve rates
    search_corpus reuters-news-2006-2013 --all federal reserve rates
    search_corpus reuters-news-2006-2013 '"federal reserve"'
    search_corpus reuters-news-2006-2013 --count federal reserve rates
    search_corpus reuters-news-2006-2013 --facet date:month oil prices
    search_corpus reuters-news-2006-2013 --from 2009 --to 2010-06 bank bailout
    search_corpus reuters-news-2006-2013 --no-snippet to be or not to be
fi
if index_corpus reuters-headlines-4m; then
    search_corpus reuters-headlines-4m --no-snippet oil prices rise
    search_corpus reuters-headlines-4m --count oil
    search_corpus reuters-headlines-4m --count --facet date:month oil
    search_corpus reuters-headlines-4m --count --facet date:day 'oil prices'
fi
echo
echo "== judged collections"
python3 "$here/judged.py" "$lede" || echo "(beyond 0.01 of the reference: see below)"
echo
echo "== where the difference comes from"
python3 "$here/reference.py" "$lede"
