# Directories that may not be written to or read.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/news.sh"
[ "$(id -u)" -ne 0 ] || skip 'root may write anywhere'
make_index

chmod a-w news.lede
run "$LEDE" search news.lede summit
expect_status 0
run "$LEDE" index news.lede news.jsonl
expect_status 4
[ -s err ] || fail 'nothing is said'
run "$LEDE" delete news.lede 001
expect_status 4
mkdir locked
chmod a-w locked
run "$LEDE" index locked/new.lede news.jsonl
expect_status 4
chmod a-rx news.lede
run "$LEDE" search news.lede summit
expect_status 3
chmod u+rwx news.lede locked
chmod a-r news.jsonl
run "$LEDE" index news.lede news.jsonl
expect_status 2
expect_err 'news.jsonl: Permission denied'
