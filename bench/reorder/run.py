#!/usr/bin/env python3
"""run.py LEDE BISECT COUNT [OPTION...] -- what an index gains where similar documents of a day or a month are neighbours.

For each corpus, and each unit of time in which documents may change places (`day`, `month`, `all` of them): recursive graph
bisection (bisect.c) gives an order; two indexes are made, one in order of date and one in the new order, both with dates cut to the
unit and ids that descend, since documents of one date are numbered by descending id. Their parts, and the instructions of queries
inside lede_search (COUNT is bench/check/count.c, in callgrind), are printed side by side as Markdown. They hold tokens, as those of
bench/peers do; stored texts are taken from indexes of their own.

What the cut dates and the new ids hide is computed: `dates`, bytes of the numbers and rows of times to the second, each block of 256
from its earliest; `ids`, bytes of the blocks of the corpus's own ids. Everything stays below build/bench-reorder.
"""
import argparse
import json
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", "peers"), os.path.join(HERE, "..", "check")]
import check  # noqa: E402
import corpus  # noqa: E402
import queries  # noqa: E402

CORPORA = ("reuters-news-2006-2013", "reuters-headlines-4m")
UNITS = {"day": 10, "month": 7, "all": 0}  # bytes of an ISO 8601 date that documents of a unit share
PARTS = ("postings", "positions", "pairs", "documents", "dates", "ids")
ONE_DATE = "2010"
BLOCK = 256
IDS_BLOCK = 16


def read_documents(name, limit):
    """(seconds, date in UTC to the second, id, title, body) of each document, ordered as corpus.make does."""
    documents = []
    unpack = subprocess.Popen(["zstd", "-q", "-d", "-c", corpus.shared_path(name + ".jsonl.zst")],
                              stdout=subprocess.PIPE)
    for line in unpack.stdout:
        if len(documents) == limit:
            break
        read = json.loads(line)
        seconds, _ = corpus.read_date(read.get("date"))
        date = "" if seconds == corpus.UNDATED else utc_date(seconds)
        documents.append((seconds, date, read["id"], read.get("title") or "", read.get("body") or ""))
    unpack.stdout.close()
    unpack.wait()
    documents.sort(key=lambda document: document[0])
    return documents


def utc_date(seconds):
    return corpus.datetime.fromtimestamp(seconds, corpus.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def cut(date, prefix):
    return date[:prefix] if prefix else ONE_DATE


def make_index(lede, path, options, records):
    """Its parts: {name: bytes}. Records are (date, title, body), and get ids that descend."""
    subprocess.run(["rm", "-rf", path], check=True)
    process = subprocess.Popen([lede, "index", "--quiet", "--memory", "8G", "--jobs", "1", *options, path, "-"],
                               stdin=subprocess.PIPE)
    for i, (date, title, body) in enumerate(records):
        record = {"id": "%09d" % (999999999 - i), "date": date, "title": title, "body": body}
        process.stdin.write(json.dumps(record, ensure_ascii=False).encode("utf-8", "replace") + b"\n")
    process.stdin.close()
    if process.wait() != 0:
        raise OSError(f"{path}: lede index failed")
    told = subprocess.run([lede, "stats", "--output", "json", path], stdout=subprocess.PIPE, check=True).stdout
    return json.loads(told)["parts"]


def dates_bytes(documents, order):
    """Of the dates section without its day table."""
    total = 0
    for first in range(0, len(order), BLOCK):
        minutes = [documents[i][0] // 60 for i in order[first:first + BLOCK] if documents[i][1]]
        if minutes:
            total += 24 + (len(minutes) * int(max(minutes) - min(minutes)).bit_length() + 7) // 8
    return total


def ids_bytes(documents, order):
    """Of the blocks of the ids section."""
    total = 0
    before = b""
    for place, i in enumerate(order):
        name = documents[i][2].encode()
        shared = len(os.path.commonprefix([before, name])) if place % IDS_BLOCK else 0
        total += 2 + len(name) - shared
        before = name
    return total


def make_order(bisect, dated, prefix, path):
    """(the order, the mean of log2 of the gaps in it)"""
    with open(path, "wb") as out:
        told = subprocess.run([bisect, dated, str(prefix)], stdout=out, stderr=subprocess.PIPE, check=True).stderr
    with open(path, encoding="ascii") as lines:
        return [int(line) for line in lines], told.decode().strip()


def measure(arguments, directory, documents, tokens, order, prefix, label):
    """{part: bytes} and {class/command: instructions}"""
    path = os.path.join(directory, label + ".lede")
    stored = make_index(arguments.lede, path, ["--no-positions"], (
        (cut(documents[i][1], prefix), documents[i][3], documents[i][4]) for i in order))["documents"]
    parts = make_index(arguments.lede, path, ["--language", "none", "--no-store"], (
        (cut(documents[i][1], prefix), "", tokens[i]) for i in order))
    parts.update(documents=stored, dates=dates_bytes(documents, order), ids=ids_bytes(documents, order))
    rows, counted = check.count(arguments.programs, path, os.path.join(directory, "queries.tsv"))
    if not counted:
        print("valgrind is not here: postings scored stand for instructions")
    measure_name = "instructions" if counted else "postings_scored"
    work = {place: value for (place, name), value in rows.items() if name == measure_name}
    return {name: parts[name] for name in PARTS}, work


def show(title, before, after):
    print(f"\n| {title} | in order of date | clustered | ratio |\n| --- | ---: | ---: | ---: |")
    for name, old in before.items():
        print(f"| {name} | {old:,} | {after[name]:,} | {after[name] / old if old else 1:.3f} |")
    sys.stdout.flush()


def run(arguments, name):
    directory = os.path.join(arguments.work, name + (f"-first-{arguments.limit}" if arguments.limit else ""))
    path = os.path.join(directory, "corpus.tsv")
    corpus.make(arguments.lede, name, path, arguments.limit)
    queries.write(os.path.join(directory, "queries.tsv"), queries.derive(path, 1))
    documents = read_documents(name, arguments.limit)
    with open(path, encoding="utf-8") as lines:
        tokens = [line.rstrip("\n").split("\t")[2] for line in lines]
    dated = os.path.join(directory, "dated.tsv")
    with open(dated, "w", encoding="utf-8") as out:
        for number, (document, words) in enumerate(zip(documents, tokens)):
            out.write(f"{number}\t{document[1]}\t{words}\n")
    for unit in arguments.units:
        prefix = UNITS[unit]
        order, told = make_order(arguments.bisect, dated, prefix, os.path.join(directory, unit + ".order"))
        print(f"\n{name}, {len(documents):,} documents, clustered by {unit}: {told}")
        before, work = measure(arguments, directory, documents, tokens, range(len(order)), prefix, unit + "-dated")
        after, less_work = measure(arguments, directory, documents, tokens, order, prefix, unit + "-clustered")
        before["all of these"], after["all of these"] = sum(before.values()), sum(after.values())
        show("bytes", before, after)
        show("instructions", work, less_work)


def main():
    root = os.path.dirname(os.path.dirname(HERE))
    parser = argparse.ArgumentParser(description="What clustering of documents inside a unit of time gains.")
    parser.add_argument("lede", help="the command")
    parser.add_argument("bisect", help="of bench/reorder")
    parser.add_argument("count", help="of bench/check")
    parser.add_argument("--corpus", action="append", metavar="NAME", help="repeatable; both")
    parser.add_argument("--units", nargs="+", choices=list(UNITS), default=list(UNITS))
    parser.add_argument("--limit", type=int, metavar="N", help="the first N documents only")
    parser.add_argument("--work", default=os.path.join(root, "build", "bench-reorder"))
    arguments = parser.parse_args()
    arguments.programs = os.path.dirname(os.path.abspath(arguments.count))
    for name in arguments.corpus or CORPORA:
        try:
            run(arguments, name)
        except corpus.Missing as missing:
            print(f"skipped: {missing}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
