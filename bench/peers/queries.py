#!/usr/bin/env python3
"""queries.py CORPUS OUT --seed S -- queries in the style of the search benchmark game, derived from a corpus.

    queries.py CORPUS OUT [--seed S]
    queries.py --game FILE LEDE OUT

OUT gets lines TAG<TAB>query: `a b c` (union), `+a +b` (intersection), `"a b c"` (phrase and stop_phrase), `a` (term). Words are
those of the corpus, stems already. Seed 1 is for tuning, seed 2 for what is reported: a query of one may be in the other
only by chance. With --game the queries are those of the search benchmark game (JSON lines), stemmed by `lede analyze`.

Of the unions and intersections six in ten are consecutive words of a text's beginning (a headline), half of them
without the most frequent words; the others mix words of high, middle and low document frequency: unions of words drawn
from anywhere, intersections of words of one document. Phrases are drawn from texts, 2 to 5 words; stop-word phrases are
made of the 32 most frequent words alone.
"""
import argparse
import json
import random
import subprocess
import sys
from collections import Counter

COUNTS = {"term": 60, "union": 250, "intersection": 250, "phrase": 180, "stop_phrase": 30}
STOP_WORDS = 32
SAMPLE = 20000
HEADLINE_WORDS = 9
ASKED_PHRASES = ("to be or not to be", "one of the", "it is not the", "as well as the", "that it will be")
GAME_TAGS = ("term", "union", "intersection", "phrase")
ATTEMPTS_MAX = 200000


class Corpus:
    """Document frequencies, and a sample of documents."""

    def __init__(self, path, chance):
        frequencies = Counter()
        occurrences = Counter()
        self.sample = []
        self.documents = 0
        with open(path, encoding="utf-8") as lines:
            for line in lines:
                words = line.rstrip("\n").split("\t")[2].split(" ")
                frequencies.update(set(words))
                occurrences.update(words)
                self.documents += 1
                if len(self.sample) < SAMPLE:
                    self.sample.append(words)
                else:
                    place = int(chance.random() * self.documents)
                    if place < SAMPLE:
                        self.sample[place] = words
        self.frequencies = frequencies
        usable = [word for word in frequencies if word.isalnum()]
        self.stop_words = {word for word, _ in occurrences.most_common(STOP_WORDS)}
        self.bands = {"high": [], "middle": [], "low": []}
        for word in sorted(usable):
            self.bands[self.band(word)].append(word)

    def band(self, word):
        share = self.frequencies[word] / self.documents
        if share >= 0.02:
            return "high"
        return "middle" if share >= 0.0005 else "low"

    def in_band(self, words, band):
        return [word for word in words if word.isalnum() and self.band(word) == band]


def headline(corpus, chance, length):
    """Consecutive words of a beginning; None where there are too few or they are no plain words."""
    words = chance.choice(corpus.sample)[:HEADLINE_WORDS]
    if chance.random() < 0.5:
        words = [word for word in words if word not in corpus.stop_words]
    if len(words) < length:
        return None
    begin = chance.randrange(len(words) - length + 1)
    return words[begin:begin + length]


def mixture(corpus, chance, length, of_one_document):
    """Words of random bands. From anywhere a frequent word comes up as often as texts have it."""
    words = []
    document = chance.choice(corpus.sample)
    for _ in range(length):
        band = chance.choice(("high", "middle", "low"))
        if of_one_document:
            choices = corpus.in_band(document, band)
        elif band == "low":
            choices = corpus.bands[band]
        else:
            choices = corpus.in_band(chance.choice(corpus.sample), band)
        if choices:
            words.append(chance.choice(choices))
    return words


def word_list(corpus, chance, tag):
    length = chance.choices((2, 3, 4, 5), (40, 30, 18, 12))[0]
    if chance.random() < 0.6:
        words = headline(corpus, chance, length)
    else:
        words = mixture(corpus, chance, length, tag == "intersection")
    if words is None or len(set(words)) != length:
        return None
    return words


def phrase(corpus, chance):
    length = chance.choices((2, 3, 4, 5), (50, 27, 14, 9))[0]
    words = chance.choice(corpus.sample)
    if chance.random() < 0.4:
        words = words[:HEADLINE_WORDS]
    if len(words) < length:
        return None
    begin = chance.randrange(len(words) - length + 1)
    words = words[begin:begin + length]
    return None if corpus.stop_words.issuperset(words) else words


def stop_phrases(corpus, chance):
    """Runs of frequent words of the sample, and the well-known ones."""
    for text in ASKED_PHRASES:
        yield text.split()
    runs = set()
    for words in corpus.sample:
        begin = 0
        for end in range(len(words) + 1):
            if end == len(words) or words[end] not in corpus.stop_words:
                if end - begin >= 2:
                    runs.add(tuple(words[begin:end]))
                begin = end + 1
    runs = sorted(runs)
    while runs:
        run = chance.choice(runs)
        length = min(chance.choices((2, 3, 4, 5), (40, 35, 15, 10))[0], len(run))
        begin = chance.randrange(len(run) - length + 1)
        yield list(run[begin:begin + length])


def single(corpus, chance):
    band = chance.choice(("high", "middle", "low"))
    if band == "low":
        return [chance.choice(corpus.bands[band] or ["a"])]
    choices = corpus.in_band(chance.choice(corpus.sample), band)
    return [chance.choice(choices)] if choices else None


def write_query(tag, words):
    if tag == "intersection":
        return " ".join("+" + word for word in words)
    text = " ".join(words)
    return f'"{text}"' if tag.endswith("phrase") else text


def draw(tag, candidates, count):
    """`count` different queries; fewer where a small corpus has no more."""
    queries = {}
    for _, words in zip(range(ATTEMPTS_MAX), candidates):
        if len(queries) == count:
            break
        if words and all(word.isalnum() for word in words):
            queries[write_query(tag, words)] = None
    return [(tag, query) for query in queries]


def derive(path, seed):
    """[(tag, query)] from the corpus at `path`."""
    corpus = Corpus(path, random.Random(f"{seed}:sample"))
    queries = []
    for tag, count in COUNTS.items():
        chance = random.Random(f"{seed}:{tag}")
        if tag == "stop_phrase":
            candidates = stop_phrases(corpus, chance)
        elif tag == "term":
            candidates = iter(lambda: single(corpus, chance), ())
        elif tag == "phrase":
            candidates = iter(lambda: phrase(corpus, chance), ())
        else:
            candidates = iter(lambda: word_list(corpus, chance, tag), ())
        queries += draw(tag, candidates, count)
    return queries


def read_game(path, lede):
    """The search benchmark game's queries of the four plain kinds, in stems."""
    with open(path, encoding="utf-8") as lines:
        entries = [json.loads(line) for line in lines if line.strip()]
    plain = []
    for entry in entries:
        tag = entry["tags"][0]
        if tag in GAME_TAGS:
            plain.append((tag, entry["query"].replace("+", " ").replace('"', " ")))
    answer = subprocess.run([lede, "analyze", "--quiet", "--lines", "-"], check=True, capture_output=True,
                            encoding="utf-8", input="\n".join(words for _, words in plain) + "\n").stdout
    queries = {}
    for (tag, _), line in zip(plain, answer.split("\n")):
        if line.split():
            queries[tag, write_query(tag, line.split())] = None
    return list(queries)


def write(path, queries):
    with open(path, "w", encoding="utf-8") as out:
        for tag, query in queries:
            out.write(f"{tag}\t{query}\n")


def read(path):
    with open(path, encoding="utf-8") as lines:
        return [tuple(line.rstrip("\n").split("\t")) for line in lines]


def main():
    parser = argparse.ArgumentParser(description="Derive queries from a corpus.")
    parser.add_argument("corpus", help="of corpus.py; with --game the command lede")
    parser.add_argument("out")
    parser.add_argument("--seed", type=int, default=2, help="1: for tuning; 2 (the default): what is reported")
    parser.add_argument("--game", metavar="FILE", help="the search benchmark game's queries instead")
    arguments = parser.parse_args()
    if arguments.game:
        queries = read_game(arguments.game, arguments.corpus)
    else:
        queries = derive(arguments.corpus, arguments.seed)
    write(arguments.out, queries)
    print(", ".join(f"{count} {tag}" for tag, count in Counter(tag for tag, _ in queries).items()))


if __name__ == "__main__":
    sys.exit(main())
