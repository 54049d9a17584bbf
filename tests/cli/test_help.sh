# Help is complete and agrees with what is parsed and with the man pages; a wrong command line says so.
. "$(dirname "$0")/lib.sh"

commands='index search get terms analyze delete merge stats verify bench'

run "$LEDE" --version
expect_ok
expect_out_like '^lede [0-9]+\.[0-9]+\.[0-9]+$'
run "$LEDE" search --version
expect_ok
expect_out_like '^lede [0-9]'

run "$LEDE" --help
expect_ok
for name in $commands; do
    expect_out_like "^  $name +[a-z]"
done
cp out overview
run "$LEDE" help
expect_out_file overview
run "$LEDE"
expect_status 2
expect_out_empty
expect_err 'Usage: lede COMMAND'

for name in $commands; do
    run "$LEDE" "$name" --help
    expect_ok
    expect_out "Usage: lede $name"
    expect_out 'Examples:'
    expect_out "  lede $name"
    ! awk 'length > 100' out | grep -q . || fail 'a line of the help is longer than 100 columns'
    cp out help
    run "$LEDE" help "$name"
    expect_out_file help
    run "$LEDE" "$name" -h
    expect_out_file help

    page=$ROOT/tools/man/lede-$name.1
    # Every option that help names is parsed, and is in the man page (those of all commands in lede(1)).
    options=$(sed -n 's/^  \(--*[a-z0-9-]*\).*/\1/p' help | sort -u)
    expect_equal "$(echo "$options" | grep -c -e '^--quiet$' -e '^--color$' -e '^--help$' -e '^--version$')" 4 \
        "number of common options in the help of $name"
    for option in $options; do
        run "$LEDE" "$name" "$option"
        ! grep -q 'there is no option' err || fail "$option is in the help and is not parsed"
        bare=${option#-}
        grep -qE "(^\.It|, ) ?Fl $bare( |\$)" "$page" "$ROOT/tools/man/lede.1" ||
            fail "$option of $name is in no man page"
    done
    # Every option of the man page is in the help.
    for option in $(sed -n 's/^\.It Fl //p' "$page" | tr ',' '\n' | sed -n 's/^ *\(Fl \)\{0,1\}\(-*[a-z0-9-]*\).*/-\2/p'); do
        echo "$options" | grep -qx -e "$option" || fail "lede-$name(1) has $option, help has not"
    done
done

run "$LEDE" serch x y
expect_status 2
expect_out_empty
expect_err 'there is no command "serch"; did you mean "search"?'
run "$LEDE" frobnicate
expect_status 2
expect_err 'there is no command "frobnicate"'
run "$LEDE" --frobnicate
expect_status 2
run "$LEDE" search news.lede --facets source x
expect_status 2
expect_err 'there is no option --facets; did you mean --facet?'
expect_err "Try 'lede search --help'."
run "$LEDE" search news.lede summit -nato
expect_status 2
expect_err 'put -- before the operands'
run "$LEDE" search news.lede --all=yes x
expect_status 2
expect_err '--all takes no argument'
run "$LEDE" search news.lede x --from
expect_status 2
expect_err '--from needs its DATE'
run "$LEDE" stats
expect_status 2
expect_err 'needs INDEX'
run "$LEDE" stats a b
expect_status 2
expect_err 'takes only INDEX'
run "$LEDE" search --color=sometimes news.lede x
expect_status 2
expect_err 'none of auto, always, never'
