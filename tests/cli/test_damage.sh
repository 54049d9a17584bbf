# What is not an index, and indexes that are damaged: status 3, a message, and no crash.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/news.sh"
make_index

for command in 'search news2.lede x' 'get news2.lede 001' 'stats news2.lede' 'terms news2.lede' 'verify news2.lede' \
    'delete news2.lede 001'; do
    # shellcheck disable=SC2086
    run "$LEDE" $command
    expect_status 3
    expect_out_empty
    expect_err 'news2.lede'
done
mkdir other
echo hello >other/file
run "$LEDE" search other x
expect_status 3
run "$LEDE" search news.jsonl x
expect_status 3
run "$LEDE" index other news.jsonl
expect_status 2
run "$LEDE" index news.jsonl news.jsonl
expect_status 2

largest() { ls -S "$1" | head -1; }

# A segment cut short.
for bytes in 0 1 100 1000; do
    rm -rf cut.lede
    cp -R news.lede cut.lede
    file=cut.lede/$(largest cut.lede)
    head -c $bytes "news.lede/$(largest news.lede)" >"$file"
    run "$LEDE" search cut.lede summit
    expect_status 3
    run "$LEDE" verify cut.lede
    expect_status 3
    run "$LEDE" index cut.lede news.jsonl
    expect_status 3
done
rm "$file"
run "$LEDE" search cut.lede summit
expect_status 3

# poke FILE OFFSET OCTAL
poke() { printf "\\$3" | dd of="$1" bs=1 seek="$2" conv=notrunc 2>/dev/null; }

# A byte changed anywhere: verify tells, and a search either answers or says so.
size=$(wc -c <"news.lede/$(largest news.lede)")
for percent in 2 10 25 50 75 90 98; do
    rm -rf poked.lede
    cp -R news.lede poked.lede
    file=poked.lede/$(largest poked.lede)
    offset=$((size * percent / 100))
    poke "$file" $offset 252
    if cmp -s "$file" "news.lede/$(largest news.lede)"; then
        poke "$file" $offset 253
    fi
    run "$LEDE" verify poked.lede
    # A byte of padding may be anything only where the format says that it is checked: all are.
    expect_status 3
    [ -s out ] || [ -s err ] || fail 'nothing is said about the damage'
    run "$LEDE" search poked.lede summit security harbour
    case $status in 0 | 1 | 3) ;; *) fail "status of a search in a damaged index is $status" ;; esac
done

# Every manifest made newer: TOO_NEW or CORRUPT, by what the checksum covers; never an answer.
cp -R news.lede newer.lede
for file in newer.lede/*; do
    case $(basename "$file") in
        *anifest*) poke "$file" 8 377 ;;
    esac
done
run "$LEDE" search newer.lede summit
expect_status 3
[ -s err ] || fail 'nothing is said about a newer index'
