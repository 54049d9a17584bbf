#!/usr/bin/env python3
"""reference.py LEDE -- where Lede's ranking differs from the reference of judged.py, and why.

A second BM25, in double precision and without an index, over the terms that `lede analyze --lines` makes of the
judged collections. Four times: with Lede's rules (it must give judged.py's MAP); without the 33 stop words of
the reference; with the lengths rounded to one byte as Lucene rounds them; and with both.
"""
import json
import math
import os
import subprocess
import sys
from collections import Counter, defaultdict

import judged

STOP_WORDS = ("a an and are as at be but by for if in into is it no not of on or such that the their then there "
              "these they this to was will with").split()
K1, B, DEPTH = 1.2, 0.75, 1000


def analyze(lede, texts):
    """The terms of each text."""
    lines = "\n".join(" ".join(text.split()) for text in texts) + "\n"
    answer = subprocess.run([lede, "analyze", "--lines", "-"], input=lines, check=True,
                            capture_output=True, encoding="utf-8").stdout
    return [line.split() for line in answer.split("\n")[:len(texts)]]


def lucene_length(length):
    """A length after the trip through Lucene's one byte: exact to 39, then four significant bits."""
    if length < 40:
        return length
    rest = length - 24
    shift = max(rest.bit_length() - 4, 0)
    return (rest >> shift << shift) + 24


def search(documents, topics, length_of):
    postings = defaultdict(list)
    lengths = [length_of(len(terms)) for _, terms in documents]
    average = sum(len(terms) for _, terms in documents) / len(documents)
    for place, (_, terms) in enumerate(documents):
        for term, frequency in Counter(terms).items():
            postings[term].append((place, frequency))
    run = {}
    for topic, terms in topics:
        scores = defaultdict(float)
        for term in terms:
            n = len(postings[term])
            idf = math.log(1 + (len(documents) - n + 0.5) / (n + 0.5))
            for place, tf in postings[term]:
                scores[place] += idf * tf * (K1 + 1) / (
                    tf + K1 * (1 - B + B * lengths[place] / average))
        best = sorted(scores, key=lambda place: (-scores[place], documents[place][0]))[:DEPTH]
        run[topic] = [documents[place][0] for place in best]
    return run


def main():
    directory = judged.judged_directory()
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    if directory is None:
        print("skipped: no judged collections")
        return
    lede = sys.argv[1]
    print(f"{'MAP':<16} {'as Lede':>9} {'stop words':>11} {'byte lengths':>13} {'both':>9} {'reference':>10}")
    for name in sorted(os.listdir(directory)):
        folder = os.path.join(directory, name)
        with open(os.path.join(folder, "docs.jsonl"), encoding="utf-8") as lines:
            records = [json.loads(line) for line in lines]
        with open(os.path.join(folder, "topics.tsv"), encoding="utf-8") as lines:
            topics = [line.rstrip("\n").split("\t", 1) for line in lines]
        qrels = judged.read_qrels(os.path.join(folder, "qrels.txt"))
        document_terms = analyze(
            lede, [record.get("title", "") + " " + record.get("body", "") for record in records])
        topic_terms = analyze(lede, [text for _, text in topics])
        stop = {term for terms in analyze(lede, STOP_WORDS) for term in terms}
        row = []
        for without, length_of in ((set(), int), (stop, int), (set(), lucene_length),
                                   (stop, lucene_length)):
            documents = [(record["id"], [term for term in terms if term not in without])
                         for record, terms in zip(records, document_terms)]
            asked = [(topic, [term for term in terms if term not in without])
                     for (topic, _), terms in zip(topics, topic_terms)]
            values, _ = judged.evaluate(search(documents, asked, length_of), qrels)
            row.append(values[0])
        print(f"{name:<16} {row[0]:9.4f} {row[1]:11.4f} {row[2]:13.4f} {row[3]:9.4f}"
              f" {judged.REFERENCE[name][0]:10.4f}")


if __name__ == "__main__":
    main()
