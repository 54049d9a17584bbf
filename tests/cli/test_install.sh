# make install and uninstall; programs built with pkg-config against what was installed.
. "$(dirname "$0")/lib.sh"
mode=$(basename "$(dirname "$(dirname "$LEDE")")")
case $mode in release | debug) ;; *) skip "a library of mode $mode does not link into plain programs" ;; esac
command -v pkg-config >/dev/null || skip 'no pkg-config'
CC=${CC:-cc}

prefix=/opt/lede-test
destination=$PWD/stage
# The flags of an outer make must not reach this one but for what is said here.
install_with()
{
    run env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL make -s -C "$ROOT" MODE="$mode" PREFIX=$prefix DESTDIR="$destination" "$1"
}
install_with install
expect_status 0
for file in bin/lede lib/liblede.a lib/liblede.so lib/liblede.so.0 lib/pkgconfig/lede.pc include/lede.h \
    share/man/man1/lede.1 share/man/man1/lede-search.1 share/man/man3/lede.3; do
    [ -e "$destination$prefix/$file" ] || fail "not installed: $file"
done
run "$destination$prefix/bin/lede" --version
expect_ok
cp out version
grep -q "^prefix=$prefix\$" "$destination$prefix/lib/pkgconfig/lede.pc" || fail "lede.pc has another prefix"

# The library exports lede_* and nothing else; the static one defines nothing else either.
nm -D --defined-only "$destination$prefix/lib/liblede.so.0" | awk '{print $3}' | sed 's/@.*//' >symbols
run grep -v '^lede_' symbols
expect_out_empty
run grep -c '^lede_' symbols
[ "$(cat out)" -ge 30 ] || fail 'liblede.so.0 exports fewer functions than lede.h has'
sed -n 's/^LEDE_API .*[ *]\(lede_[a-z_]*\)(.*/\1/p' "$ROOT/include/lede.h" | sort >declared
LC_ALL=C sort symbols | cmp -s - declared || fail "exported and declared differ: $(sort symbols | diff - declared | head -5)"
nm --defined-only "$destination$prefix/lib/liblede.a" | awk 'NF == 3 && $2 ~ /[A-Z]/ {print $3}' >symbols
run grep -v '^lede_' symbols
expect_out_empty

cat >program.c <<'END'
#include <lede.h>
#include <stdio.h>
int main(void)
{
    lede_index *index = NULL;
    lede_error error;
    if (lede_index_open("no-such-index", NULL, &index, &error) != LEDE_ERR_NOT_FOUND) {
        return 1;
    }
    printf("lede %s\n", lede_version());
    return 0;
}
END
# Where it was installed to is named by the variable; the dependencies are where they always are.
libraries=$destination$prefix/lib
export PKG_CONFIG_PATH="$libraries/pkgconfig"
flags="$(pkg-config --define-variable=prefix="$destination$prefix" --define-variable=libdir="$libraries" \
    --define-variable=includedir="$destination$prefix/include" --cflags --libs lede)" || fail 'pkg-config failed'
# shellcheck disable=SC2086
run "$CC" -o shared program.c $flags
expect_status 0
LD_LIBRARY_PATH=$libraries run ./shared
expect_ok
expect_out_file version
readelf -d shared >needed 2>/dev/null && { grep -q 'liblede.so.0' needed || fail 'the program does not need liblede.so.0'; }

# The static library, beside the shared ones of what it stands on.
needed=$(pkg-config --print-requires-private lede)
private=$(sed -n 's/^Libs.private: //p' "$libraries/pkgconfig/lede.pc")
# shellcheck disable=SC2086,SC2046
run "$CC" -o static program.c -I"$destination$prefix/include" "$libraries/liblede.a" $(pkg-config --libs $needed) $private
expect_status 0
run ./static
expect_ok
expect_out_file version

install_with uninstall
expect_status 0
run find "$destination" ! -type d
expect_out_empty
