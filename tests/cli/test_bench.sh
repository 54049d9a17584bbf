# lede bench: what is asked, what is printed, and that answers and work are the same on every run.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/news.sh"
make_index

printf 'union\tsummit minsk\nphrase\t"collective security"\n' >queries
printf '{"query": "+summit +min\\u0073k", "tags": ["intersection", "global"]}\n' >>queries
printf '\nharbour\n301\tHarbour (storm) -- AND\n' >>queries

run "$LEDE" bench news.lede queries --rounds 2
expect_ok
expect_out_like '^lede [0-9.]+(, commit [0-9a-f]+(-dirty)?)?, 20[0-9-]+T[0-9:]+Z$'
expect_out '8 documents in 1 segment, '
expect_out '5 queries; 2 rounds after 1; fetch none'
for tag in union phrase intersection global query topic; do
    for command in TOP_10 TOP_10_COUNT COUNT; do
        expect_out_like "^$tag +$command +1( +[0-9.]+){7}  [0-9a-f]{16}\$"
    done
done
expect_out_like '^union +TOP_10 +blocks decoded: [1-9]'

# Asked by each of its tags, a query has one answer; a conjunction has another than the union.
checksum()
{
    awk -v tag="$1" -v command="$2" '$1 == tag && $2 == command && NF == 11 {print $11}' out
}
expect_equal "$(checksum global TOP_10)" "$(checksum intersection TOP_10)" 'the checksum of global'
[ "$(checksum union TOP_10)" != "$(checksum intersection TOP_10)" ] || fail 'two answers, one checksum'
[ "$(checksum union TOP_10)" != "$(checksum union COUNT)" ] || fail 'two commands, one checksum'

# Neither order nor what is read of a hit changes answers and work; nor does the number of threads.
classes()
{
    sed -n 's/^[a-z]* *\(TOP_\|COUNT\).* \([0-9a-f]\{16\}\)$/\2/p; /^work/,$p' out
}
classes >first
for other in '--seed 7 --rounds 1 --warmup 0' '--fetch ids' '--fetch stored' '--threads 3 --rounds 1'; do
    # shellcheck disable=SC2086
    run "$LEDE" bench news.lede queries $other
    expect_ok
    classes >again
    cmp -s first again || fail "other answers or work: $(diff first again | head -3)"
done
expect_out_like '^union +COUNT +2( +[0-9.]+){6}$'
expect_out_like '^union +COUNT +3( +[0-9.]+){6}$'

# Standard input, chosen tags, each query.
run_with queries "$LEDE" bench news.lede - --rounds 1 --tag phrase --tag global --commands TOP_3_FACET --per-query
expect_ok
expect_out '2 queries; 1 rounds'
expect_out_lacks intersection
expect_out_like '^ +2  TOP_3_FACET +[0-9.]+ +[0-9.]+ +2 +2  "collective security"$'
expect_out_like '^ +3  TOP_3_FACET +[0-9.]+ +[0-9.]+ +2 +2  \+summit \+minsk$'

# JSON.
run "$LEDE" bench news.lede queries --output json --rounds 3 --warmup 0 --seed 5 --threads 2 --per-query
expect_ok
expect_json
expect_json_value classes.0.tag '"union"'
expect_json_value classes.0.command '"TOP_10"'
expect_json_value classes.0.queries 1
expect_json_value classes.0.hits 3
expect_json_value classes.0.threads.0.threads 2
expect_json_value classes.17.command '"COUNT"'
expect_json_value classes.17.hits 0
expect_json_value per_query.6.query '"+summit +minsk"'
expect_json_value per_query.6.tags '["intersection", "global"]'
expect_json_value per_query.7.total 2
expect_json_value rounds 3
expect_json_value warmup 0
expect_json_value seed 5
expect_json_value fetch '"none"'
expect_json_value index.documents 8
for member in mean_us p50_us p90_us p95_us p99_us qps; do
    expect_out_like "\"$member\": [0-9]+\\.[0-9]+"
done
expect_out_like '"checksum": "[0-9a-f]{16}"'
expect_out_like '"counters": \{"blocks_decoded": [1-9]'
expect_out_like '"machine": \{"processor": '
run "$LEDE" bench news.lede queries --output json --rounds 1
expect_json
expect_out_lacks per_query

# What is wrong with a file is said with its place.
refuse()
{
    printf '%b' "$1" >wrong
    run "$LEDE" bench news.lede wrong --rounds 1
    expect_status 2
    expect_out_empty
    expect_err "$2"
}
refuse '' 'wrong: no queries'
refuse 'union\tsummit\nunion\t(summit\n' 'wrong:2: '
refuse 'union\t\n' 'wrong:1: a line is a tag, a tab and a query'
refuse '{"query": "a", "tags": ["x"]}\n{"query": "a"\n' 'wrong:2: '
refuse '{"query": "a"}\n' 'wrong:1: an object has'
refuse '{"query": "a", "tags": []}\n' 'wrong:1: an object has'
refuse '{"query": 7, "tags": ["x"]}\n' 'wrong:1: an object has'
refuse 'union\tsummit\0minsk\n' 'wrong:1: a NUL byte'
refuse '{"query": "a", "tags": [7]}\n' 'wrong:1: a tag is a string'
run "$LEDE" bench news.lede queries --tag nosuch
expect_status 2
expect_err 'queries: no query has such a tag'
run "$LEDE" bench news.lede nosuch
expect_status 2
expect_err 'nosuch: No such file'
run "$LEDE" bench nosuch.lede queries
expect_status 3
for wrong in '--rounds 0' '--threads 0' '--fetch all' '--output csv' '--seed x' '--commands TOP_0' '--commands TOP_10,' \
    '--commands COUNT,TOP_10,COUNT' \
    '--commands TOP_10_SUM' '--commands TOP_2000000' '--commands TOP_99999999999999999999' \
    '--commands COUNTED_WITH_A_NAME_THAT_IS_TOO_LONG_FOR_ONE'; do
    # shellcheck disable=SC2086
    run "$LEDE" bench news.lede queries $wrong
    expect_status 2
    expect_out_empty
    [ -s err ] || fail 'nothing is said'
done
