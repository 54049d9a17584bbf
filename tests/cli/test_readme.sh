# The program in README.md compiles against the library and answers.
. "$(dirname "$0")/lib.sh"
build=$(cd "$(dirname "$LEDE")/.." && pwd)
case $(basename "$build") in release | debug) ;; *) skip "a library of mode $(basename "$build") does not link into plain programs" ;; esac
[ -e "$build/liblede.so" ] || skip 'the shared library is not built'

awk '/^```c$/ { inside = 1; next } /^```/ { inside = 0 } inside' "$ROOT/README.md" >demo.c
run ${CC:-cc} -std=c11 -Wall -Wextra -Werror -I"$ROOT/include" demo.c -o demo -L"$build" -llede -Wl,-rpath,"$build"
expect_status 0
run "$LEDE" index --quiet news.lede "$ROOT/tools/demo/news"
expect_status 0
run ./demo flood
expect_status 0
expect_out '2021-07-15'
