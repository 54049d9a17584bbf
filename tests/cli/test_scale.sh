# bench/scale: the same options give the same news on every machine, and the runner measures, goes on and refuses.
. "$(dirname "$0")/lib.sh"
generate=$(dirname "$EXAMPLES")/bench/scale/generate
[ -x "$generate" ] || skip 'there is no bench/scale/generate'
command -v python3 >/dev/null || skip 'there is no python3'

# Whole numbers and a seed. Where this fails on one machine alone, something there is not whole numbers; where it
# fails everywhere, the generator was changed, and the figures of bench/scale are of other corpora.
expect_sum()
{
    expected=$1
    shift
    run "$generate" "$@"
    expect_status 0
    expect_equal "$(sha256sum <out | cut -c 1-16)" "$expected" "the checksum of $*"
}
expect_sum 539261426935000a corpus --documents 2000
expect_err_like '^2000 documents, [0-9]+ bytes$'
expect_equal "$(wc -l <out)" 2000 'the number of lines'
expect_equal "$(cut -d '"' -f 8 out | sort -c && echo ascending)" ascending 'the order of dates'
expect_equal "$(cut -d '"' -f 4 out | sort | uniq -d | wc -l)" 0 'the number of ids that occur twice'
expect_sum df7bebbbf594d4bc corpus --genre headlines --documents 2000 --seed 2
expect_sum eb1de292aeee3fb4 corpus --documents 300 --words-mean 40 --from 2020-02-28 --to 2020-03-01
expect_equal "$(cut -d '"' -f 8 out | cut -c 1-10 | uniq | tr '\n' ' ')" '2020-02-28 2020-02-29 2020-03-01 ' 'the days'
expect_sum b098ac94de387abc queries

for wrong in nothing 'corpus --documents' 'corpus --documents 1x' 'corpus --genre poems' 'corpus --from 2020-01' \
    'corpus --from 2020-01-02 --to 2020-01-01'; do
    # shellcheck disable=SC2086
    run "$generate" $wrong
    expect_status 2
    expect_out_empty
    expect_err_like '^usage: generate '
done

scale()
{
    run python3 "$ROOT/bench/scale/run.py" "$LEDE" "$generate" --figures figures --work work --rounds 1 --memory 64M "$@"
}
scale --sizes 500,2000
expect_ok
expect_out_like '^articles, 2,000 documents: [0-9.]+ MB/s, '
expect_out_like '^headlines, 500 documents: [0-9.]+ MB/s, '
for genre in articles headlines; do
    expect_equal "$(grep -v '^#' figures/$genre.tsv | cut -f 1 | tr '\n' ' ')" 'documents 500 2000 ' "$genre.tsv"
    # No figure is missing, and none is 0 but the load, and what there is no part of.
    expect_equal "$(awk -F '\t' 'FNR == 2 {n = NF} FNR > 2 && (NF != n || $2 < 10000 || $5 < 1000000 || $22 <= 0)' \
        figures/$genre.tsv | wc -l)" 0 'the number of odd lines'
done
[ ! -e work/index.lede ] || fail 'an index was left behind'

# Stopped in the middle, it leaves figures and no process; what it leaves of an index is in nobody's way.
mkdir -p work/index.lede
touch work/index.lede/manifest
python3 "$ROOT/bench/scale/run.py" "$LEDE" "$generate" --figures figures --work work --rounds 1 --memory 64M \
    --genre articles --sizes 500000 >log 2>&1 &
runner=$!
until [ -s work/index.lede/lock ] || ! kill -0 $runner 2>/dev/null; do sleep 0.1; done
kill $runner
status=0
wait $runner || status=$?
expect_equal $status 143 'the status of a runner that was stopped'

# Started again it measures what is missing; what does not fit is refused, and figures of other options.
scale --genre articles --sizes 500,2000,1000000000
expect_status 1
expect_out 'articles, 500 documents: measured before'
expect_out 'articles, 2,000 documents: measured before'
expect_out_like '^articles, 1,000,000,000 documents: refused: its index may take [0-9.]+ GB '
scale --genre articles --sizes 500 --seed 7
expect_status 1
expect_err 'articles.tsv has figures of'
