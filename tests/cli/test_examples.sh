# The examples run, and find what they look for.
. "$(dirname "$0")/lib.sh"

run "$EXAMPLES/index_and_search" first.lede
expect_ok
expect_out_like '^1 [0-9.]+ 2022-02-09 Ministers meet in Minsk: '
expect_out_lines 2
run "$EXAMPLES/index_and_search" first.lede
expect_status 1
expect_err 'open for writing'
run "$LEDE" search first.lede rain
expect_status 0

run "$EXAMPLES/facets" second.lede
expect_ok
expect_out 'date:month 2024-04 2'
expect_out 'date:month 2024-05 1'
expect_out 'source northwire 2'
expect_out 'source courier 1'

run "$EXAMPLES/search_while_writing" third.lede
expect_ok
expect_out '120 documents in the end'
expect_out_lines 2
