# Standard output that cannot be written to, and readers that go away.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/news.sh"
make_index

if [ -c /dev/full ]; then
    for command in 'search news.lede summit' 'search news.lede summit --output json' 'get news.lede 001' \
        'terms news.lede' 'stats news.lede' 'analyze words' 'verify news.lede' 'index full.lede news.jsonl' \
        'search --help' '--help' '--version'; do
        command_line="$command >/dev/full"
        status=0
        # shellcheck disable=SC2086
        "$LEDE" $command >/dev/full 2>err </dev/null || status=$?
        : >out
        expect_status 4
        expect_err 'standard output: No space left on device'
    done
    # What was asked for is done all the same.
    run "$LEDE" search full.lede summit
    expect_status 0
fi

command_line='search >&-'
status=0
"$LEDE" search news.lede summit >&- 2>err </dev/null || status=$?
expect_status 4
"$LEDE" search news.lede summit >out 2>&- <&- || fail 'closed standard input and error are no reason to fail'

# A reader that goes away: no word, and the status of what was found.
i=0
while [ $i -lt 3000 ]; do
    printf '{"id": "%d", "title": "Summit %d", "body": "summit number w%d"}\n' $i $i $i
    i=$((i + 1))
done >many.jsonl
run "$LEDE" index --quiet many.lede many.jsonl
expect_ok
for command in 'search many.lede summit -k 3000' 'search many.lede summit -k 3000 --output json' 'terms many.lede'; do
    command_line="$command | head -1"
    # shellcheck disable=SC2086
    { status=0; "$LEDE" $command 2>err </dev/null || status=$?; echo "$status" >closed; } | head -1 >out
    status=$(cat closed)
    expect_status 0
    expect_err_empty
done
i=0
while [ $i -lt 3000 ]; do
    printf '%d\tsummit w%d\n' $i $i
    i=$((i + 1))
done >topics.tsv
for threads in 1 3; do
    command_line="search --topics --threads $threads | head -1"
    { status=0; "$LEDE" search many.lede --topics topics.tsv --output trec -k 100 --threads $threads 2>err || status=$?
      echo "$status" >closed; } | head -1 >out
    status=$(cat closed)
    expect_status 0
    expect_err_empty
done

# What a terminal would obey does not reach it through a message.
run "$LEDE" search "$(printf 'no\033[2Jsuch')" x
expect_status 3
expect_err 'no\x1b[2Jsuch'
