# lede search: options, and each form of output.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/news.sh"
make_index

run "$LEDE" search news.lede summit minsk
expect_ok
expect_out_like '^  1 +[0-9]+\.[0-9]{4}  2022-02-[0-9]+  .*  \[00[12]\]$'
expect_out '[005]'
expect_out '3 of 3 documents'
expect_out_lacks '[003]'

# Options anywhere; a short one attached; after -- everything is the query.
run "$LEDE" search -k1 news.lede summit minsk
expect_ok
cp out first
run "$LEDE" search news.lede summit -k 1 minsk
expect_out_file first
run "$LEDE" -k1 search news.lede -- summit minsk
expect_out_file first
run "$LEDE" search news.lede -- summit -minsk
expect_ok
expect_out '[005]'
expect_out_lacks '[001]'

# Which documents: sets of ids.
ids()
{
    run "$LEDE" search news.lede --output trec "$@"
    found=$(awk '{print $3}' out | sort | tr '\n' ' ')
}
ids summit minsk
expect_equal "$found" '001 002 005 ' 'summit minsk'
ids --all summit minsk
expect_equal "$found" '001 002 ' '--all summit minsk'
ids --any summit minsk
expect_equal "$found" '001 002 005 ' '--any summit minsk'
ids '"collective security"'
expect_equal "$found" '003 004 ' 'a phrase'
ids +summit +harbour
expect_equal "$found" '005 ' '+summit +harbour'
ids 'summit -harbour'
expect_equal "$found" '001 002 ' 'summit -harbour'
ids summit --from 2022
expect_equal "$found" '001 002 ' '--from 2022'
ids summit --to 2022-02-09
expect_equal "$found" '001 005 ' '--to 2022-02-09'
ids summit --from 2021-11 --to 2021-11-30
expect_equal "$found" '005 ' '--from --to'
ids harbour --filter source=courier
expect_equal "$found" '006 ' '--filter'
ids harbour --filter source=courier --filter source=northwire
expect_equal "$found" '005 006 ' 'two values of a filter'
ids 'title:harbour'
expect_equal "$found" '005 ' 'title:harbour'
ids summit -k 1 --offset 1
expect_equal "$(awk '{print $4}' out)" 2 'the rank behind --offset 1'
for sort in newest:002,001,005 oldest:005,001,002; do
    run "$LEDE" search news.lede summit --sort ${sort%%:*} --output trec
    expect_equal "$(awk '{print $3}' out | paste -sd, -)" ${sort#*:} "order by ${sort%%:*}"
done

# Nothing found.
run "$LEDE" search news.lede xylophone
expect_status 1
expect_out_empty
run "$LEDE" search news.lede summit --from 2030
expect_status 1

# Counts.
run "$LEDE" search news.lede --count summit
expect_ok
expect_out_is 3
run "$LEDE" search news.lede --count xylophone
expect_status 1
expect_out_is 0
run "$LEDE" search news.lede --count summit --output json
expect_ok
expect_json
expect_json_value total 3
expect_json_value total_is '"exact"'
expect_json_value hits '[]'
run "$LEDE" search news.lede --total -k 1 summit
expect_out '1 of 3 documents'

# JSON.
run "$LEDE" search news.lede summit minsk -k 2 --output json --facet date:year --facet source
expect_ok
expect_json
expect_json_value query '"summit minsk"'
expect_json_value total_is '"exact"'
expect_json_value hits.0.rank 1
expect_json_value hits.0.fields '{"source": ["northwire"]}'
expect_json_value hits.0.duplicates 0
expect_json_value facets.date:year '[{"value": "2021", "count": 1}, {"value": "2022", "count": 2}]'
expect_json_value facets.source '[{"value": "northwire", "count": 3}]'
expect_json_value did_you_mean null
expect_json_value timed_out false
expect_out '<em>'
expect_out_like '"score": [0-9]+\.[0-9]{4}'
run "$LEDE" search news.lede quoted --output json
expect_json
expect_json_value hits.0.title '"Old & <new>"'
expect_json_value hits.0.date '"1912"'
expect_json_value hits.0.url null
run "$LEDE" search news.lede lighthouse --output json --no-snippet
expect_json
expect_json_value hits.0.date null
expect_json_value hits.0.snippet null
run "$LEDE" search news.lede "$(printf 'summit \377 "\\\001"')" --output json
expect_json
run "$LEDE" search news.lede xylophone --output json
expect_status 1
expect_json
run "$LEDE" search news.lede summit --output jsonl
expect_ok
expect_out_lines 3
expect_json_lines
run "$LEDE" search news.lede --explain summit minsk -k 1 --output json
expect_json
expect_json_value hits.0.explain.0.frequency 2
expect_out '"counters": {'

# A profile: below everything else, or an object more. What is counted is the same on every run.
run "$LEDE" search news.lede --profile summit minsk
expect_ok
expect_out '3 of 3 documents'
for row in parse plan match fetch total; do
    expect_out_like "^  $row +[0-9]+\.[0-9] us\$"
done
expect_out_like '^  postings scored +[1-9][0-9]*$'
expect_equal "$(tail -n 1 out | awk '{print $1, $2}')" 'bytes read' 'the last row'
run "$LEDE" search news.lede --profile --count xylophone
expect_status 1
expect_out_like '^  total '
run "$LEDE" search news.lede --profile summit minsk --output json
expect_ok
expect_json
expect_out_like '"profile": .*"counters": \{.*"postings_scored": [1-9]'
expect_out_like '"profile": \{"parse_us": [0-9.]+, "plan_us": [0-9.]+, "match_us": [0-9.]+, "fetch_us": '
run "$LEDE" search news.lede summit minsk --output json
expect_out_lacks '"profile"'

# CSV and TREC.
run "$LEDE" search news.lede quoted --output csv
expect_ok
expect_out 'rank,score,date,id,title,url,snippet'
expect_out '""quoted""'
run "$LEDE" search news.lede summit --output csv --no-snippet
expect_out_lines 4
expect_out_like '^1,[0-9.]+,2022-02-[0-9]+,00[12],'
run "$LEDE" search news.lede summit --output trec --tag mine
expect_out_like '^1 Q0 00[125] 1 [0-9]+\.[0-9]{4,} mine$'

# Facets for people, explanations, colour only where asked.
run "$LEDE" search news.lede summit --facet date:month --facet source:1 --no-snippet
expect_ok
expect_out_like '^  2022-02 +2  #+$'
expect_out_like '^  northwire +3  #+$'
run "$LEDE" search news.lede summit --explain
expect_out 'idf '
expect_out 'postings scored'
esc=$(printf '\033')
run "$LEDE" search news.lede summit
expect_out_lacks "$esc"
run "$LEDE" search news.lede summit --color always
expect_out "$esc[1m"
NO_COLOR=1 run "$LEDE" search news.lede summit --color always
expect_out "$esc[1m"

run "$LEDE" search news.lede summit --facet source:1 --output json
expect_json_value facets.source '[{"value": "northwire", "count": 3}]'

# Small scores keep their digits.
run "$LEDE" search news.lede 'summit^0.001' --output trec
expect_out_like ' 1 0\.00[0-9]{7,} lede$'
run "$LEDE" search news.lede 'summit^0.001' --output jsonl
expect_out_like '"score": 0\.00[0-9]{7,},'

# Parameters change scores.
run "$LEDE" search news.lede summit --output trec
cp out usual
run "$LEDE" search news.lede summit --output trec --k1 0.9 --b 0.4
! cmp -s out usual || fail '--k1 and --b change nothing'
run "$LEDE" search news.lede summit --output trec --title-boost 3
! cmp -s out usual || fail '--title-boost changes nothing'

# A query that cannot be read: a caret under the place.
run "$LEDE" search news.lede '(summit minsk'
expect_status 2
expect_out_empty
expect_err 'lede: query: '
expect_err '  (summit minsk'
expect_err_like '^ +\^$'
run "$LEDE" search news.lede summit 'date:[2020 TO'
expect_status 2
expect_err_like '^ +\^$'
for long in 'summit^1001' "$(printf '%0100d' 0 | tr 0 '(')summit" "\"$(printf '%0100d' 0 | sed 's/0/a /g')\"" \
    "$(printf '%01100d' 0 | sed 's/0/a /g')"; do
    run "$LEDE" search news.lede "$long"
    expect_status 2
    expect_err_like '^ +\^$'
done

# What does not fit.
for wrong in '--from 2020-13' '--to yesterday' '--filter source' '--filter shoesize=9' '--facet shoesize' \
    '--facet date:fortnight' '--sort best' '--output xml' '-k 0' '-k ten' '-k 2000000' '--b 2' '--k1 -1' \
    '--any --all' '--count --output csv' '--facet source --output trec' '--profile --output jsonl' '--threads 0'; do
    # shellcheck disable=SC2086
    run "$LEDE" search news.lede summit $wrong
    expect_status 2
    expect_out_empty
    [ -s err ] || fail 'nothing is said'
done
run "$LEDE" search news.lede
expect_status 2
expect_err 'needs INDEX QUERY'
