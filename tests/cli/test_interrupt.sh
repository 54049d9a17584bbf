# A signal while indexing: the last commit is what remains.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/news.sh"
make_index
command -v mkfifo >/dev/null || skip 'no mkfifo'

# interrupt NAME: index from a pipe that stays open, send the signal, and say the exit status.
interrupt()
{
    rm -f pipe
    mkfifo pipe
    if [ "$1" = INT ]; then
        # A background job of a shell ignores SIGINT, and so would the command.
        env --default-signal=INT "$LEDE" index news.lede --format jsonl - <pipe >out 2>err &
    else
        "$LEDE" index news.lede --format jsonl - <pipe >out 2>err &
    fi
    child=$!
    exec 3>pipe
    i=0
    while [ $i -lt 200 ]; do
        printf '{"id": "new%d", "title": "Unfinished", "body": "unfinished business"}\n' $i >&3
        i=$((i + 1))
    done
    sleep 0.3
    kill -"$1" $child
    # More input, so that reading goes on and the signal is noticed; the pipe may be closed by then.
    (trap '' PIPE; i=0
     while [ $i -lt 20000 ] && kill -0 $child 2>/dev/null; do
        printf '{"id": "more%d", "title": "Unfinished", "body": "unfinished business"}\n' $i >&3 || break
        i=$((i + 1))
     done) 2>/dev/null
    exec 3>&-
    status=0
    wait $child || status=$?
    command_line="index, stopped by SIG$1"
}

interrupt TERM
expect_status 143
expect_err 'stopped by a signal'
run "$LEDE" search news.lede unfinished
expect_status 1
run "$LEDE" search news.lede summit --count
expect_out_is 3
run "$LEDE" verify news.lede
expect_ok

if env --default-signal=INT true 2>/dev/null; then
    interrupt INT
    expect_status 130
    run "$LEDE" search news.lede unfinished
    expect_status 1
fi

# The next writer finds the way free.
run "$LEDE" index --quiet news.lede news.jsonl
expect_ok
