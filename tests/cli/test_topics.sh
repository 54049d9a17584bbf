# lede search --topics: many queries, of plain words.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/news.sh"
make_index

printf 'q1\tsummit minsk\nq2\tWho (or what) is "collective security"? AND -- NOT: title:x ~ ^ [\n\nq3\txylophone\nq4\tharbour\r\n' >topics.tsv
run "$LEDE" search news.lede --topics topics.tsv --output trec -k 1000 --tag run1
expect_ok
expect_out_like '^q1 Q0 00[12] 1 [0-9.]+ run1$'
expect_out_like '^q2 Q0 00[34] 1 '
expect_out_like '^q4 Q0 005 '
expect_out_lacks 'q3'
expect_equal "$(awk '{print $1}' out | uniq | paste -sd, -)" q1,q2,q4 'the order of topics'
cp out alone

# The same by several threads, from standard input, again and again.
for threads in 2 3 8; do
    run_with topics.tsv "$LEDE" search news.lede --topics - --output trec -k 1000 --tag run1 --threads $threads
    expect_ok
    expect_out_file alone
done
i=0
while [ $i -lt 500 ]; do
    printf '%d\tsummit harbour security %d\n' $i $i
    i=$((i + 1))
done >many.tsv
run "$LEDE" search news.lede --topics many.tsv --output trec
cp out alone
run "$LEDE" search news.lede --topics many.tsv --output trec --threads 4
expect_out_file alone

# A topic file of TREC.
cat >topics.trec <<'END'
<top>
<num> Number: 301
<title> Topic: Summit
in Minsk

<desc> Description:
harbour
</top>

<top>
<num> Number: 302
<title> harbour
</top>
END
run "$LEDE" search news.lede --topics topics.trec --output trec
expect_ok
expect_out_like '^301 Q0 00[12] 1 '
expect_out_like '^302 Q0 005 '

# The other forms name the topic.
run "$LEDE" search news.lede --topics topics.tsv --output json
expect_ok
expect_json_lines
expect_out_lines 4
expect_out '{"topic": "q1", "query": "summit minsk"'
run "$LEDE" search news.lede --topics topics.tsv --output jsonl
expect_json_lines
expect_out '{"topic": "q4", '
run "$LEDE" search news.lede --topics topics.tsv --output csv
expect_out 'topic,rank,score'
run "$LEDE" search news.lede --topics topics.tsv --count
expect_out_like '^q1	3$'
expect_out_like '^q3	0$'
run "$LEDE" search news.lede --topics topics.tsv
expect_out 'q1: summit minsk'

printf 'q3\txylophone\n' >none.tsv
run "$LEDE" search news.lede --topics none.tsv --output trec
expect_status 1
printf 'no tab here\n' >bad.tsv
run "$LEDE" search news.lede --topics bad.tsv
expect_status 2
expect_err 'bad.tsv:1: '
: >empty.tsv
run "$LEDE" search news.lede --topics empty.tsv
expect_status 2
run "$LEDE" search news.lede --topics no-such-file
expect_status 2
expect_err 'no-such-file: No such file or directory'
run "$LEDE" search news.lede --topics topics.tsv summit
expect_status 2
expect_err 'exclude each other'
