# A merge killed at any moment (kill -9): the commit before it or its own is left, whole, and the next merge goes on.
. "$(dirname "$0")/lib.sh"
parts=6

# Segments whose documents' dates lie between each other's, some of them replaced by later ones.
part=0
while [ $part -lt $parts ]; do
    awk -v part=$part 'BEGIN { for (i = 0; i < 3000; i++) { n = (i * 6 + part) % 17500
        printf "{\"id\": \"k%d\", \"title\": \"Summit %d of %d\", \"body\": \"the number %d of the summits in minsk, word%d\", " \
            "\"date\": \"20%02d-05-26\"}\n", n, n, part, i, i * 7919 % 4001, n % 21 } }' >part.jsonl
    run "$LEDE" index parts.lede --quiet part.jsonl
    expect_status 0
    part=$((part + 1))
done

number()
{
    "$LEDE" stats "$1" --output json 2>/dev/null | grep -o "\"$2\": *[0-9]*" | head -1 | tr -dc 0-9
}

answers()
{
    "$LEDE" search "$1" summit word17 '"of the summits"' -k 1000 --output json 2>&1 | sed 's/"took[^,}]*//' | cksum
}

documents=$(number parts.lede documents)
expected=$(answers parts.lede)
command_line='search'
"$LEDE" search parts.lede summit --count >out 2>err
expect_out_like '^[1-9][0-9]*$'
command_line='index'
[ "$(number parts.lede segments)" -eq $parts ] || fail "$(number parts.lede segments) segments, not $parts"
cp -r parts.lede whole.lede
run "$LEDE" merge whole.lede --quiet
expect_ok
command_line='merge'
[ "$(answers whole.lede)" = "$expected" ] || fail 'the merged index answers otherwise'

round=0
killed=0
cp -r parts.lede news.lede
while [ $round -lt "${KILL_ROUNDS:-20}" ]; do
    round=$((round + 1))
    wait="0.$(printf %03d $((round * 37 % 150 + 1)))"
    "$LEDE" merge news.lede --quiet --jobs $((round % 3 + 1)) >out 2>err &
    child=$!
    sleep "$wait"
    if kill -9 $child 2>/dev/null; then
        killed=$((killed + 1))
    fi
    status=0
    wait $child 2>/dev/null || status=$?
    command_line="merge, killed after $wait s (round $round)"
    [ "$status" -eq 0 ] || [ "$status" -eq 137 ] || fail "status is $status"
    run "$LEDE" verify news.lede
    expect_ok
    command_line="after a merge killed after $wait s (round $round)"
    count=$(number news.lede segments)
    [ "$count" -eq $parts ] || [ "$count" -eq 1 ] || fail "$count segments"
    [ "$(number news.lede documents)" -eq "$documents" ] || fail 'another number of documents'
    [ "$(answers news.lede)" = "$expected" ] || fail 'another answer'
    # On from what was left, as the next writer would; anew where it was done.
    if [ "$count" -eq 1 ]; then
        rm -rf news.lede
        cp -r parts.lede news.lede
    fi
done
run "$LEDE" merge news.lede --quiet
expect_ok
command_line='the last merge'
[ "$(ls news.lede | wc -l)" -eq 3 ] || fail "left over: $(ls news.lede)"
cmp news.lede/segment-*.seg whole.lede/segment-*.seg || fail 'another segment than that of a merge in peace'
command_line='kill -9'
[ $killed -gt 0 ] || fail 'no merge was killed: each was done before'
