# lede get, delete, terms, stats and verify on an index that is well.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/news.sh"
make_index

run "$LEDE" get news.lede 001
expect_ok
cat >expected <<'END'
Summit opens in Minsk
id: 001
date: 2022-02-09
url: https://news.example/001
source: northwire

The summit in Minsk opened with a minute of silence. Ministers of six countries met until noon.
END
expect_out_file expected
run "$LEDE" get news.lede --output json 001
expect_ok
expect_json
expect_json_value id '"001"'
expect_json_value fields.source '["northwire"]'
run "$LEDE" get news.lede 001 008 --output json
expect_ok
expect_json_lines
expect_out_lines 2
expect_out 'a tab\there'
run "$LEDE" get news.lede nobody 006
expect_status 1
expect_err 'nobody'
expect_out 'It rained'
run "$LEDE" get news.lede
expect_status 2

run "$LEDE" terms news.lede summ
expect_ok
expect_out_is "$(printf 'summit\t3\t6')"
run "$LEDE" terms news.lede summ --output json
expect_ok
expect_json
expect_json_value terms '[{"term": "summit", "documents": 3, "occurrences": 6}]'
run "$LEDE" terms news.lede
expect_ok
cut -f 1 out >all
LC_ALL=C sort -c all || fail 'terms are not in byte order'
run "$LEDE" terms news.lede --limit 5
expect_ok
expect_out_lines 5
run "$LEDE" terms news.lede xyz
expect_status 1
expect_out_empty

run "$LEDE" stats news.lede
expect_ok
expect_out_like '^documents +8$'
expect_out_like '^first date +1912'
expect_out_like '^last date +2022-02-11'
expect_out_like '^keyword fields +source$'
run "$LEDE" stats news.lede --output json
expect_ok
expect_json
expect_json_value documents 8
expect_json_value undated_documents 1
expect_json_value language '"english"'
expect_json_value keywords '["source"]'

run "$LEDE" verify news.lede
expect_ok
expect_out 'no damage'

run "$LEDE" delete news.lede 002 003
expect_ok
expect_out_is '2 documents deleted'
run "$LEDE" search news.lede summit --output trec
expect_equal "$(awk '{print $3}' out | sort | tr '\n' ' ')" '001 005 ' 'hits behind a deletion'
run "$LEDE" get news.lede 002
expect_status 1
run "$LEDE" delete news.lede 002 001
expect_status 1
expect_err '002'
run "$LEDE" search news.lede summit --count
expect_out_is 1
run "$LEDE" delete news.lede 002
expect_status 1
run "$LEDE" verify news.lede
expect_ok
run "$LEDE" stats news.lede --output json
expect_json_value documents 5

# Whatever was deleted and in how many segments: the same documents, the same bytes.
run "$LEDE" stats news.lede --output json
expect_json_value deleted_documents 3
run "$LEDE" merge news.lede
expect_ok
expect_out_like '^[0-9]+ segments? (is|are) now 1; 3 deleted documents are gone; [0-9,]+ bytes are now [0-9,]+$'
run "$LEDE" verify news.lede
expect_ok
run "$LEDE" stats news.lede --output json
expect_json_value documents 5
expect_json_value deleted_documents 0
expect_json_value segments 1
run "$LEDE" merge --quiet news.lede
expect_ok
expect_out_empty
run "$LEDE" merge none.lede
expect_status 3
[ ! -e none.lede ] || fail 'merge made an index'

run "$LEDE" delete none.lede 001
expect_status 3
[ ! -e none.lede ] || fail 'delete made an index'
