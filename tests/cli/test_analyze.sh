# lede analyze: words into terms.
. "$(dirname "$0")/lib.sh"

run "$LEDE" analyze 'The securities of' Councils
expect_ok
printf '0\tthe\n1\tsecur\n2\tof\n3\tcouncil\n' >expected
expect_out_file expected
printf 'The securities of\nCouncils\n' >text
run_with text "$LEDE" analyze -
expect_out_file expected
run_with text "$LEDE" analyze
expect_out_file expected
printf 'The securities of\n\nCOUNCILS councils' >lines
run_with lines "$LEDE" analyze --lines -
expect_ok
printf 'the secur of\n\ncouncil council\n' >expected
expect_out_file expected
run "$LEDE" analyze --lines 'two words' 'same line'
expect_out_is 'two word same line'
run "$LEDE" analyze --language none 'Securities'
expect_out_is "$(printf '0\tsecurities')"
run "$LEDE" analyze --language german 'Häuser'
expect_ok
expect_out_like '^0	haus'
run "$LEDE" analyze --language klingon x
expect_status 2
expect_err 'klingon'
run "$LEDE" analyze '...'
expect_ok
expect_out_empty
