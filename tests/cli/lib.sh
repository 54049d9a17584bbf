# lib.sh -- for the scripts tests/cli/test_*.sh, which begin with:
#
#     . "$(dirname "$0")/lib.sh"
#
# run.sh gives each script a fresh directory to stand in, and
#   LEDE      the command, as an absolute path
#   EXAMPLES  the directory of the built examples
#   ROOT      the project's directory
#
# `run COMMAND...` runs a command with an empty standard input (`run_with FILE COMMAND...` with that
# file) and keeps what it gave: $status, and the files out and err. The expect_* functions look at the
# last run; each says what was wrong and goes on, and the script fails at its end. `skip WHY` ends it
# as skipped. POSIX sh; no program is needed but the base system's.

failures=0
status=0
command_line=

run()
{
    run_with /dev/null "$@"
}

run_with()
{
    input=$1
    shift
    command_line=$*
    status=0
    "$@" <"$input" >out 2>err || status=$?
}

# fail WHAT: count a failure of the last command and show what it gave.
fail()
{
    failures=$((failures + 1))
    echo "  $command_line"
    echo "    $1"
    sed 's/^/    out: /' out | head -20
    sed 's/^/    err: /' err | head -20
}

expect_status()
{
    [ "$status" -eq "$1" ] || fail "status is $status, expected $1"
}

# The output holds this text, somewhere in a line, as it stands.
expect_out()
{
    grep -qF -e "$1" out || fail "stdout lacks: $1"
}

expect_err()
{
    grep -qF -e "$1" err || fail "stderr lacks: $1"
}

# A line of the output matches this extended regular expression.
expect_out_like()
{
    grep -qE -e "$1" out || fail "no line of stdout is like: $1"
}

expect_err_like()
{
    grep -qE -e "$1" err || fail "no line of stderr is like: $1"
}

expect_out_lacks()
{
    ! grep -qF -e "$1" out || fail "stdout has: $1"
}

# The output is this text and nothing else (an end of line is added to it).
expect_out_is()
{
    printf '%s\n' "$1" | cmp -s - out || fail "stdout is not: $1"
}

expect_out_file()
{
    cmp -s "$1" out || fail "stdout differs from $1: $(diff "$1" out | head -5)"
}

expect_out_lines()
{
    lines=$(wc -l <out)
    [ "$lines" -eq "$1" ] || fail "stdout has $lines lines, expected $1"
}

expect_out_empty()
{
    [ ! -s out ] || fail "stdout is not empty"
}

expect_err_empty()
{
    [ ! -s err ] || fail "stderr is not empty"
}

# expect_equal FOUND EXPECTED WHAT
expect_equal()
{
    [ "$1" = "$2" ] || fail "$3 is $1, expected $2"
}

# The shortest form of most cases: a command that succeeds without a word on stderr.
expect_ok()
{
    expect_status 0
    expect_err_empty
}

skip()
{
    echo "$1" >skipped
    exit 77
}

: >out
: >err
trap 'code=$?; [ $code -ne 0 ] || [ $failures -eq 0 ] || exit 1' EXIT
