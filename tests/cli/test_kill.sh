# A writer killed at any moment (kill -9): what is left is a commit, whole, and the next writer goes on.
. "$(dirname "$0")/lib.sh"
step=50

# Documents enough that indexing them, with a commit each $step, takes longer than the longest wait.
awk 'BEGIN { for (i = 0; i < 20000; i++) printf "{\"id\": \"k%d\", \"title\": \"Summit %d\", " \
    "\"body\": \"number %d of the summits in minsk, word%d\", \"date\": \"20%02d-05-26\"}\n", i, i, i, i % 977, i % 21 }' \
    >many.jsonl

documents()
{
    "$LEDE" stats news.lede --output json 2>/dev/null | grep -o '"documents": *[0-9]*' | head -1 | tr -dc 0-9
}

round=0
killed=0
while [ $round -lt "${KILL_ROUNDS:-20}" ]; do
    round=$((round + 1))
    rm -rf news.lede
    # Twice: into a new index, then over its documents, which are replaced.
    for wait in "0.$((round * 37 % 100 + 100))" "0.0$((round * 53 % 90 + 10))"; do
        "$LEDE" index news.lede --quiet --commit-every $step many.jsonl >out 2>err &
        child=$!
        sleep "$wait"
        if kill -9 $child 2>/dev/null; then
            killed=$((killed + 1))
        fi
        status=0
        wait $child 2>/dev/null || status=$?
        command_line="index, killed after $wait s (round $round)"
        [ "$status" -eq 0 ] || [ "$status" -eq 137 ] || fail "status is $status"
        [ -e news.lede/manifest ] || continue # killed before its first commit
        run "$LEDE" verify news.lede
        expect_ok
        count=$(documents)
        command_line="stats, killed after $wait s (round $round)"
        [ $((${count:-1} % step)) -eq 0 ] || fail "$count documents: not a multiple of $step"
    done
    # The next writer sweeps what is left, and commits.
    run "$LEDE" index news.lede --quiet --commit-every $step - </dev/null
    expect_status 0
    for file in news.lede/*; do
        case $file in
            *.tmp) fail "$file is left over" ;;
        esac
    done
    run "$LEDE" verify news.lede
    expect_ok
done
command_line='kill -9'
[ $killed -gt 0 ] || fail 'no writer was killed: each was done before'
