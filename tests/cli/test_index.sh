# lede index: what is taken, replaced and refused, and what is said about it.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/news.sh"

write_news news.jsonl
run "$LEDE" index news.lede news.jsonl --keyword source
expect_ok
expect_out 'news.lede: 8 documents indexed, 0 replaced, 0 skipped, 1 undated'
expect_out 'the index has 8 documents'
expect_out_like 'terms and [0-9]+ postings; read .* from 1 file, .* on disk; .* s, .* MB/s\.$'
expect_out_lines 1

# The same again replaces; quiet says nothing.
run "$LEDE" index news.lede news.jsonl
expect_ok
expect_out '0 documents indexed, 8 replaced (same id), 0 skipped'
run "$LEDE" index --quiet news.lede news.jsonl
expect_ok
expect_out_empty
run "$LEDE" stats news.lede --output json
expect_json_value documents 8

# Twice the same id in one file: the later one stands.
cat >twice.jsonl <<'END'
{"id": "x", "title": "First", "body": "aardvark"}
{"id": "x", "title": "Second", "body": "zebra"}
END
run "$LEDE" index twice.lede twice.jsonl
expect_ok
expect_out '1 document indexed, 1 replaced'
run "$LEDE" search twice.lede aardvark
expect_status 1
run "$LEDE" search twice.lede zebra
expect_out 'Second'

# Standard input, several sources, options anywhere, -- before a name that begins with a dash.
run_with news.jsonl "$LEDE" index in.lede --format jsonl -
expect_ok
expect_out '8 documents indexed'
cp twice.jsonl ./-odd.jsonl
run "$LEDE" index --quiet many.lede --keyword=source news.jsonl --keyword section -- -odd.jsonl
expect_ok
run "$LEDE" search many.lede zebra
expect_status 0

# A tree; compressed files in it.
mkdir -p tree/sub
cp news.jsonl tree/a.jsonl
gzip -c twice.jsonl >tree/sub/b.jsonl.gz
run "$LEDE" index tree.lede tree
expect_ok
expect_out '9 documents indexed'
expect_out 'from 2 files'

# Bad records are reported with file and line, and skipped; --strict stops, and keeps nothing.
cat >bad.jsonl <<'END'
{"id": "g1", "title": "Good", "body": "good words"}
{"id": "b1", "title": "Broken
{"id": "g2", "title": "Good too", "date": "2021-02-30", "body": "good words"}
END
run "$LEDE" index bad.lede bad.jsonl
expect_status 0
expect_err 'bad.jsonl:2: skipped: '
expect_err 'bad.jsonl:3: '
expect_err '2021-02-30'
expect_err '(g2)'
expect_out '2 documents indexed, 0 replaced, 1 skipped ('
expect_out 'bad.jsonl:2'
expect_out '2 undated'
run "$LEDE" index --quiet bad.lede bad.jsonl
expect_ok
run "$LEDE" index strict.lede bad.jsonl --strict
expect_status 2
expect_err 'bad.jsonl'
expect_err 'not finished'
run "$LEDE" search strict.lede good
expect_status 3

# After twenty reports the others are counted.
i=0
while [ $i -lt 30 ]; do
    echo '{"id": "broken'
    i=$((i + 1))
done >broken.jsonl
echo '{"id": "g", "body": "good"}' >>broken.jsonl
run "$LEDE" index broken.lede broken.jsonl
expect_status 0
expect_equal "$(grep -c 'broken.jsonl:' err)" 20 'number of reports'
expect_err '10 more skipped: '
expect_out '30 skipped (30 times: '

# Nothing but bad records is an input error; nothing at all is an empty index.
head -30 broken.jsonl >onlybroken.jsonl
run "$LEDE" index onlybroken.lede onlybroken.jsonl
expect_status 2
expect_err 'no record could be read'
: >empty.jsonl
run "$LEDE" index empty.lede empty.jsonl
expect_ok
expect_out '0 documents indexed'
run "$LEDE" search empty.lede summit
expect_status 1
expect_out_empty
mkdir nothing
run "$LEDE" index nothing.lede nothing
expect_ok
expect_out 'the index has 0 documents'
run "$LEDE" stats nothing.lede
expect_ok
run "$LEDE" verify nothing.lede
expect_ok

# Rubbish: refused or skipped, without harm.
head -c 20000 /dev/urandom >rubbish.bin
run "$LEDE" index rubbish.lede rubbish.bin
expect_status 2
expect_err 'rubbish.bin'
run "$LEDE" index mixed.lede rubbish.bin news.jsonl
if [ "$status" -eq 0 ]; then
    run "$LEDE" search mixed.lede minsk
    expect_status 0
else
    expect_status 2
fi

# Field names, date order.
printf 'Headline,Text,Day,Key\nHarbour strike,Dockers stop,03/04/2020,k1\n' >export.csv
for order in mdy dmy; do
    run "$LEDE" index --quiet $order.lede export.csv --field title=Headline --field body=Text \
        --field date=Day --field id=Key --date-order $order
    expect_ok
    run "$LEDE" get $order.lede k1 --output json
    expect_out '"title": "Harbour strike"'
    cp out $order.json
done
grep -q '"date": "2020-03-04"' mdy.json || fail 'month first: 03/04/2020 is not 4 March'
grep -q '"date": "2020-04-03"' dmy.json || fail 'day first: 03/04/2020 is not 3 April'

# Small memory and many commits give the same answers.
run "$LEDE" index --quiet small.lede news.jsonl --keyword source --memory 1M --commit-every 2
expect_ok
run "$LEDE" search small.lede summit minsk security harbour --no-snippet
cp out small.out
run "$LEDE" search news.lede summit minsk security harbour --no-snippet
expect_out_file small.out

# Any number of threads makes the same file.
for jobs in 1 2 5; do
    run "$LEDE" index --quiet jobs$jobs.lede news.jsonl --keyword source --jobs $jobs
    expect_ok
    cmp jobs1.lede/segment-1.seg jobs$jobs.lede/segment-1.seg || fail "$jobs jobs: another file"
done
run "$LEDE" index jobs.lede news.jsonl --jobs 0
expect_status 2

# No positions, no store.
run "$LEDE" index --quiet lean.lede news.jsonl --no-positions --no-store
expect_ok
run "$LEDE" search lean.lede minsk
expect_status 0
expect_out '[001]'
run "$LEDE" search lean.lede '"collective security"'
expect_status 2
run "$LEDE" get lean.lede 001
expect_status 2

# What does not fit.
run "$LEDE" index news.lede
expect_status 2
run "$LEDE" index none.lede no-such-file.jsonl
expect_status 2
expect_err 'no-such-file.jsonl: No such file or directory'
[ ! -e none.lede ] || fail 'an index was made for a source that is not there'
run "$LEDE" index none.lede news.jsonl --language klingon
expect_status 2
expect_err 'klingon'
run "$LEDE" index news.lede news.jsonl --language german
expect_status 2
run "$LEDE" index news.lede news.jsonl --keyword shoesize
expect_status 2
run "$LEDE" index none.lede news.jsonl --format wordperfect
expect_status 2
expect_err 'wordperfect'
run "$LEDE" index none.lede news.jsonl --memory lots
expect_status 2
expect_err 'is not a size such as 256M'
run "$LEDE" index none.lede news.jsonl --field title
expect_status 2
expect_err '"title" is not NAME=PATH'
run "$LEDE" index none.lede news.jsonl --date-order ydm
expect_status 2
run "$LEDE" index tree news.jsonl
expect_status 2
[ -e tree/a.jsonl ] || fail 'a directory that is no index was touched'

# What failed before a first commit left no index; a name may not be empty.
run "$LEDE" index none.lede news.jsonl --format parchment
expect_status 2
expect_err 'nothing was committed, there is no index'
run "$LEDE" index news.lede news.jsonl --format parchment
expect_status 2
expect_err 'the index is as its last commit left it'
run "$LEDE" index '' news.jsonl
expect_status 2
expect_err 'the name of the index is empty'

# On a terminal it says what it does, unless asked to be quiet; the line is wiped before the summary.
if command -v script >/dev/null && script -qec true /dev/null </dev/null >/dev/null 2>&1; then
    run script -qec "'$LEDE' index tty.lede news.jsonl" /dev/null
    expect_ok
    expect_out 'writing the last segment'
    expect_out 'all is committed; merging segments, which may be stopped'
    expect_out_like "$(printf '\r\033\\[K')tty.lede: 8 documents indexed"
    run script -qec "'$LEDE' index --quiet tty.lede news.jsonl" /dev/null
    expect_ok
    expect_out_empty
fi
