# A disk that is full: status 4, said, and the index is as its last commit left it.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/news.sh"
[ "$(id -u)" -eq 0 ] || skip 'only root may mount a small file system'
mkdir disk
mount -t tmpfs -o size=256k lede-test disk 2>/dev/null || skip 'no file system can be mounted here'
trap 'code=$?; umount disk; [ $code -ne 0 ] || [ $failures -eq 0 ] || exit 1' EXIT

write_news news.jsonl
run "$LEDE" index --quiet disk/news.lede news.jsonl
expect_ok
i=0
while [ $i -lt 4000 ]; do
    printf '{"id": "%d", "title": "Item w%dx", "body": "q%d r%d s%d t%d"}\n' $i $i $i$i $i $i $i
    i=$((i + 1))
done >many.jsonl
run "$LEDE" index disk/news.lede many.jsonl
expect_status 4
expect_out_empty
expect_err 'No space left on device'
run "$LEDE" search disk/news.lede summit --count
expect_ok
expect_out_is 3
run "$LEDE" verify disk/news.lede
expect_ok
run "$LEDE" index --quiet disk/news.lede news.jsonl
expect_ok

# A limit on the size of files is told like a full disk; it does not end the process.
run sh -c 'ulimit -f 4; exec "$0" index disk/news.lede many.jsonl' "$LEDE"
expect_status 4
expect_out_empty
expect_err 'File too large'
run "$LEDE" search disk/news.lede summit --count
expect_ok
expect_out_is 3
