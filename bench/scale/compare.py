#!/usr/bin/env python3
"""compare.py STATISTICS GENERATE [FILE...] -- whether generated news is like real news, as a table in Markdown.

The real corpora below LEDE_SHARED (or ../shared), each beside a generated one of its genre, size and span of time; what
is not there is skipped by name. With FILEs (JSON lines, .zst or plain; GENRE:DOCUMENTS:FROM:TO for a generated one)
those are measured instead, and nothing is compared.
"""
import os
import shlex
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
SHARED = os.environ.get("LEDE_SHARED", os.path.join(HERE, "..", "..", "..", "shared"))
PAIRS = [("reuters-news-2006-2013", "articles:106520:2006-10-20:2013-11-20"),
         ("reuters-headlines-4m", "headlines:4000000:2007-01-01:2011-07-20")]
COMPRESSED_BYTES = 100_000_000


def source_of(name, generate):
    """The shell's command that writes a corpus."""
    if not os.path.exists(name) and name.count(":") == 3:
        genre, documents, first, last = name.split(":")
        return "%s corpus --genre %s --documents %s --from %s --to %s 2>/dev/null" % (
            shlex.quote(generate), genre, documents, first, last)
    return "%s %s" % ("zstdcat" if name.endswith(".zst") else "cat", shlex.quote(name))


def output(command):
    return subprocess.run(command, shell=True, stdout=subprocess.PIPE, text=True, check=True).stdout


def measure(name, statistics, generate):
    """Names and numbers, in the order of statistics.c."""
    source = source_of(name, generate)
    rows = [line.split("\t") for line in output("%s | %s" % (source, shlex.quote(statistics))).splitlines()]
    sizes = output("%s | head -c %d | zstd -q -3 -c | wc -c" % (
        source, COMPRESSED_BYTES))
    size = min(COMPRESSED_BYTES, float(rows[0][1]) * float(rows[1][1]))
    rows.append(["zstd -3 of the first 100 MB, share", "%.4g" % (float(sizes) / size)])
    return {row: float(value) for row, value in rows}


def shown(value):
    return format(value, ",.0f") if value >= 1000 else "%.3g" % value


def main():
    """Measure what is there, and print."""
    statistics, generate = (os.path.abspath(path) for path in sys.argv[1:3])
    columns = []
    for real, generated in PAIRS if len(sys.argv) == 3 else []:
        path = os.path.join(SHARED, "corpora", real + ".jsonl.zst")
        if os.path.exists(path):
            columns += [(real, measure(path, statistics, generate)),
                        ("generated", measure(generated, statistics, generate)), ("ratio", None)]
        else:
            print("skipped: %s (no %s.jsonl.zst)" % (real, real), file=sys.stderr)
    columns += [(name, measure(name, statistics, generate)) for name in sys.argv[3:]]
    if not columns:
        sys.exit("compare.py: nothing to measure")
    names = []
    for _, rows in columns:
        names += [name for name in rows or {} if name not in names]
    print("| | %s |" % " | ".join(title for title, _ in columns))
    print("| --- |%s" % (" ---: |" * len(columns)))
    for name in names:
        cells = []
        for i, (_, rows) in enumerate(columns):
            if rows is None:
                real, generated = (columns[i - back][1].get(name) for back in (2, 1))
                cells.append("%.2f" % (generated / real) if real and generated is not None else "")
            else:
                cells.append(shown(rows[name]) if name in rows else "")
        print("| %s | %s |" % (name, " | ".join(cells)))


if __name__ == "__main__":
    main()
