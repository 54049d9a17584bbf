#!/bin/sh
# run.sh BIN EXAMPLES [NAME...] -- run the command's tests: every tests/cli/test_*.sh (or those named),
# each in a fresh directory, with the `lede` command BIN and the built examples of EXAMPLES (lib.sh says
# what a script is given). A script fails by a status other than 0, and is skipped by 77. What a script
# printed is shown where it fails; the last line is "N passed, M failed" (", K skipped").
set -u
absolute()
{
    case $1 in
        /*) printf '%s\n' "$1" ;;
        *) printf '%s/%s\n' "$PWD" "$1" ;;
    esac
}

[ $# -ge 2 ] || { echo 'usage: run.sh BIN EXAMPLES [NAME...]' >&2; exit 2; }
LEDE=$(absolute "$1")
EXAMPLES=$(absolute "$2")
shift 2
here=$(cd "$(dirname "$0")" && pwd)
ROOT=$(cd "$here/../.." && pwd)
export LEDE EXAMPLES ROOT
[ -x "$LEDE" ] || { echo "run.sh: no command at $LEDE" >&2; exit 2; }

work=$(mktemp -d "${TMPDIR:-/tmp}/lede-cli.XXXXXX") || exit 2
trap 'rm -rf "$work"' EXIT
trap 'exit 130' HUP INT TERM

passed=0
failed=0
skipped=0

run_script()
{
    name=$(basename "$1" .sh)
    mkdir "$work/$name" || exit 2
    (cd "$work/$name" && sh "$1" </dev/null >"$work/$name.log" 2>&1)
    case $? in
        0) passed=$((passed + 1)) ;;
        77)
            skipped=$((skipped + 1))
            echo "skipped: $name: $(cat "$work/$name/skipped" 2>/dev/null)"
            ;;
        *)
            failed=$((failed + 1))
            echo "FAILED: $name"
            cat "$work/$name.log"
            ;;
    esac
    chmod -R u+w "$work/$name" 2>/dev/null
    rm -rf "${work:?}/$name"
}

if [ $# -gt 0 ]; then
    for name in "$@"; do
        run_script "$here/test_${name#test_}.sh"
    done
else
    for script in "$here"/test_*.sh; do
        [ -e "$script" ] && run_script "$script"
    done
fi

if [ $skipped -gt 0 ]; then
    echo "$passed passed, $failed failed, $skipped skipped"
else
    echo "$passed passed, $failed failed"
fi
[ $failed -eq 0 ] && [ $((passed + skipped)) -gt 0 ]
