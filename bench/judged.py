#!/usr/bin/env python3
"""judged.py LEDE [NAME...] -- ranking quality on judged collections, beside a reference.

A collection is a directory corpora/judged/NAME with docs.jsonl, topics.tsv and qrels.txt below the
directory that LEDE_SHARED names, or below ../shared next to the checkout. Each is indexed, its topics are run at
1,000 hits with the command's defaults, and MAP, P@10 and nDCG@10 are printed beside what a plain BM25
scorer with k1 = 1.2 and b = 0.75 reaches. Where there is no such directory, that is said and nothing is done.

The measures are those of trec_eval -c: the mean is over all topics that have judgements, a topic without
an answer counting 0; hits are ordered by score, equal ones by descending id, whatever their rank column
says; scores are read in single precision; nDCG's gain is the judgement itself, its discount
log2(rank + 1).

Options: --k1 X, --b X, --title-boost X go to lede search; --keep DIR keeps indexes and runs there.
Exit status: 0 done or skipped, 1 where a difference is below -0.01, 2 where something failed.
"""

import argparse
import math
import os
import struct
import subprocess
import sys
import tempfile
from collections import defaultdict

MEASURES = ("MAP", "P@10", "nDCG@10")
TOLERANCE = 0.01
DEPTH = 1000

# MAP, P@10, nDCG@10 of the reference scorer: words in lower case, possessives off, 33 stop words, Porter;
# idf = ln(1 + (N - df + .5)/(df + .5)); title and body as one; k1 = 1.2, b = 0.75; 1,000 hits.
REFERENCE = {
    "time": (0.6252, 0.2671, 0.6866),
    "cacm-anserini": (0.3099, 0.3327, 0.4623),
    "cranfield": (0.3065, 0.2333, 0.3683),
}


def judged_directory():
    """The directory of collections, or None."""
    root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    shared = os.environ.get("LEDE_SHARED") or os.path.join(root, "..", "shared")
    directory = os.path.join(shared, "corpora", "judged")
    return directory if os.path.isdir(directory) else None


def read_qrels(path):
    """{topic: {id: judgement}}"""
    qrels = defaultdict(dict)
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            fields = line.split()
            if fields:
                topic, _, document, judgement = fields
                qrels[topic][document] = int(judgement)
    return qrels


def single(score):
    """As a float of C holds it."""
    return struct.unpack("f", struct.pack("f", score))[0]


def read_run(path):
    """{topic: [id, ...]} in trec_eval's order."""
    hits = defaultdict(list)
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            topic, _, document, _, score, _ = line.split()
            hits[topic].append((single(float(score)), document.encode(), document))
    return {
        topic: [document for _, _, document in sorted(found, reverse=True)]
        for topic, found in hits.items()
    }


def average_precision(ranking, judgements):
    relevant = sum(1 for judgement in judgements.values() if judgement > 0)
    found = 0
    precisions = 0.0
    for rank, document in enumerate(ranking, 1):
        if judgements.get(document, 0) > 0:
            found += 1
            precisions += found / rank
    return precisions / relevant if relevant else 0.0


def precision(ranking, judgements, depth):
    return sum(1 for document in ranking[:depth] if judgements.get(document, 0) > 0) / depth


def gain(judgements_in_order):
    return sum(
        judgement / math.log2(rank + 1)
        for rank, judgement in enumerate(judgements_in_order, 1)
        if judgement > 0
    )


def ndcg(ranking, judgements, depth):
    ideal = gain(sorted(judgements.values(), reverse=True)[:depth])
    return gain(judgements.get(document, 0) for document in ranking[:depth]) / ideal if ideal else 0.0


def evaluate(run, qrels):
    """The three means over all topics of the qrels, and how many they are."""
    topics = list(qrels)
    sums = [0.0] * len(MEASURES)
    for topic in topics:
        ranking = run.get(topic, [])
        judged = qrels[topic]
        sums[0] += average_precision(ranking, judged)
        sums[1] += precision(ranking, judged, 10)
        sums[2] += ndcg(ranking, judged, 10)
    return [total / len(topics) for total in sums], len(topics)


def measure(lede, collection, work, search_options):
    """Index a collection, run its topics, evaluate. (values, topics)"""
    index = os.path.join(work, "index.lede")
    run_path = os.path.join(work, "bm25.run")
    documents = os.path.join(collection, "docs.jsonl")
    subprocess.run([lede, "index", "--quiet", index, documents], check=True)
    command = [lede, "search", index, "--topics", os.path.join(collection, "topics.tsv")]
    command += ["--output", "trec", "-k", str(DEPTH)] + search_options
    with open(run_path, "wb") as out:
        subprocess.run(command, stdout=out, check=True)
    return evaluate(read_run(run_path), read_qrels(os.path.join(collection, "qrels.txt")))


def parse_arguments():
    parser = argparse.ArgumentParser(
        description="Ranking quality on judged collections, beside a reference."
    )
    parser.add_argument("lede", help="the command")
    parser.add_argument("names", nargs="*", metavar="NAME", help="collections (all)")
    for option in ("--k1", "--b", "--title-boost"):
        parser.add_argument(option, metavar="X", help="handed to lede search")
    parser.add_argument("--keep", metavar="DIR", help="keep indexes and runs there")
    return parser.parse_args()


def run_collections(arguments, directory, names):
    search_options = []
    for option in ("k1", "b", "title_boost"):
        value = getattr(arguments, option)
        if value is not None:
            search_options += ["--" + option.replace("_", "-"), value]

    print(f"{'collection':<16} {'topics':>6} {'measure':<8} {'lede':>7} {'reference':>9} {'difference':>10}")
    is_worse = False
    for name in names:
        with tempfile.TemporaryDirectory(prefix="lede-judged.") as temporary:
            work = temporary
            if arguments.keep is not None:
                work = os.path.join(arguments.keep, name)
                os.makedirs(work)
            values, topics = measure(
                arguments.lede, os.path.join(directory, name), work, search_options
            )
        for place, (label, value) in enumerate(zip(MEASURES, values)):
            reference = REFERENCE.get(name)
            beside = "" if reference is None else (
                f" {reference[place]:>9.4f} {value - reference[place]:>+10.4f}"
            )
            is_worse |= reference is not None and value - reference[place] < -TOLERANCE
            print(f"{name if place == 0 else '':<16} {topics if place == 0 else '':>6} "
                  f"{label:<8} {value:>7.4f}{beside}", flush=True)
    return 1 if is_worse else 0


def main():
    arguments = parse_arguments()
    directory = judged_directory()
    if directory is None:
        print("skipped: judged: no corpora/judged in LEDE_SHARED or ../shared")
        return 0
    found = sorted(
        name for name in os.listdir(directory)
        if os.path.isfile(os.path.join(directory, name, "qrels.txt"))
    )
    names = arguments.names or found
    for name in names:
        if name not in found:
            print(f"skipped: judged: no collection {name}")
    try:
        return run_collections(arguments, directory, [name for name in names if name in found])
    except (OSError, ValueError, subprocess.CalledProcessError) as problem:
        print(f"judged: {problem}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
