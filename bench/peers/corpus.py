#!/usr/bin/env python3
"""corpus.py LEDE NAME OUT [--limit N] -- tokens that every engine indexes as they are.

Writes OUT from NAME.jsonl.zst of the directory corpora/ below LEDE_SHARED (or ../shared next to the checkout): UTF-8 lines

    number<TAB>YYYY-MM<TAB>tokens with one space between

number is 0, 1, 2, ... in date order (UTC), undated documents first with an empty month. The tokens are what `lede analyze`
makes of title and body (English stems), less those that `lede analyze --language none` would not give back as the
one same token, and those above 200 bytes, which are too long for a term of some engines. --limit takes the file's
first N documents. Exit status 3 where the corpus is not there.
"""
import argparse
import itertools
import json
import os
import subprocess
import sys
import tempfile
from datetime import datetime, timezone

TOKEN_BYTES_MAX = 200
UNDATED = float("-inf")


class Missing(Exception):
    """A corpus or a command that is not on this machine."""


def shared_path(*parts):
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    shared = os.environ.get("LEDE_SHARED") or os.path.join(root, "..", "shared")
    return os.path.join(shared, "corpora", *parts)


def read_date(text):
    """(seconds since 1970, "YYYY-MM") in UTC; undated: (UNDATED, "")."""
    try:
        date = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return UNDATED, ""
    if date.tzinfo is not None:
        date = date.astimezone(timezone.utc)
    else:
        date = date.replace(tzinfo=timezone.utc)
    return date.timestamp(), f"{date.year:04d}-{date.month:02d}"


def write_texts(packed, limit, texts):
    """Title and body of each document as a line; the dates of all."""
    dates = []
    unpack = subprocess.Popen(["zstd", "-q", "-d", "-c", packed], stdout=subprocess.PIPE)
    for line in itertools.islice(unpack.stdout, limit):
        document = json.loads(line)
        dates.append(read_date(document.get("date")))
        text = f"{document.get('title') or ''} {document.get('body') or ''}"
        texts.write(" ".join(text.split()).encode("utf-8", "replace") + b"\n")
    unpack.stdout.close()
    if unpack.wait() != 0 and limit is None:
        raise OSError(f"{packed}: zstd failed")
    texts.flush()
    return dates


def in_date_order(dates):
    """Places of the documents, undated ones first; those of one moment in the order of the file."""
    return sorted(range(len(dates)), key=lambda i: dates[i][0])


def analyze(lede, texts, terms, *options):
    """A line of terms for each line of `texts`."""
    texts.seek(0)
    subprocess.run([lede, "analyze", "--quiet", "--lines", *options, "-"], stdin=texts, stdout=terms, check=True)
    terms.seek(0)


def unfit_tokens(lede, lines, scratch):
    """Those of all tokens that a second analysis would change, cut or drop, or that are too long."""
    words = set()
    for line in lines:
        words.update(line.split())
    words = sorted(words)
    with tempfile.TemporaryFile(dir=scratch) as texts, tempfile.TemporaryFile(dir=scratch) as terms:
        texts.write(b"\n".join(words) + b"\n")
        texts.flush()
        analyze(lede, texts, terms, "--language", "none")
        answers = terms.read().split(b"\n")
    return {word for word, answer in zip(words, answers)
            if word != answer or len(word) > TOKEN_BYTES_MAX}, len(words)


def write_corpus(path, lines, dates, unfit):
    """The number of tokens."""
    tokens = 0
    partial = path + ".partial"
    with open(partial, "wb") as out:
        for number, place in enumerate(in_date_order(dates)):
            words = lines[place].split()
            if not unfit.isdisjoint(words):
                words = [word for word in words if word not in unfit]
            tokens += len(words)
            out.write(b"%d\t%s\t%s\n" % (number, dates[place][1].encode(), b" ".join(words)))
    os.replace(partial, path)
    return tokens


def packed_path(name):
    packed = shared_path(name + ".jsonl.zst")
    if not os.path.isfile(packed):
        raise Missing(f"{name} (no {name}.jsonl.zst in LEDE_SHARED or ../shared)")
    return packed


def unpack(name, path, limit=None):
    """The JSON lines as they are."""
    with open(path + ".partial", "wb") as out:
        unpacking = subprocess.Popen(["zstd", "-q", "-d", "-c", packed_path(name)], stdout=subprocess.PIPE)
        out.writelines(itertools.islice(unpacking.stdout, limit))
        unpacking.stdout.close()
        if unpacking.wait() != 0 and limit is None:
            raise OSError(f"{name}: zstd failed")
    os.replace(path + ".partial", path)


def make_texts(name, path, limit=None):
    """The same with title and body as they are in place of tokens, for engines to analyze by themselves."""
    packed = packed_path(name)
    scratch = os.path.dirname(os.path.abspath(path))
    os.makedirs(scratch, exist_ok=True)
    with tempfile.TemporaryFile(dir=scratch) as texts:
        dates = write_texts(packed, limit, texts)
        texts.seek(0)
        lines = texts.read().split(b"\n")
    with open(path + ".partial", "wb") as out:
        for number, place in enumerate(in_date_order(dates)):
            out.write(b"%d\t%s\t%s\n" % (number, dates[place][1].encode(), lines[place]))
    os.replace(path + ".partial", path)


def make(lede, name, path, limit=None):
    """Make the corpus at `path`; what it holds, which is kept beside it in PATH.json too."""
    packed = packed_path(name)
    scratch = os.path.dirname(os.path.abspath(path))
    os.makedirs(scratch, exist_ok=True)
    with tempfile.TemporaryFile(dir=scratch) as texts, tempfile.TemporaryFile(dir=scratch) as terms:
        dates = write_texts(packed, limit, texts)
        analyze(lede, texts, terms)
        lines = terms.read().split(b"\n")[:-1]
    if len(lines) != len(dates):
        raise ValueError(f"{name}: {len(dates)} texts, but {len(lines)} lines of terms")
    unfit, distinct = unfit_tokens(lede, lines, scratch)
    tokens = write_corpus(path, lines, dates, unfit)
    about = {
        "name": name, "documents": len(dates), "tokens": tokens, "terms": distinct - len(unfit),
        "dropped_terms": len(unfit), "undated": sum(1 for date in dates if not date[1]),
        "months": len({date[1] for date in dates if date[1]}), "bytes": os.path.getsize(path),
    }
    with open(path + ".json", "w", encoding="utf-8") as out:
        json.dump(about, out, indent=1)
    return about


def main():
    parser = argparse.ArgumentParser(description="Make the tokens that every engine indexes.")
    parser.add_argument("lede", help="the command")
    parser.add_argument("name", help="of the corpus")
    parser.add_argument("out")
    parser.add_argument("--limit", type=int, metavar="N", help="the first N documents only")
    arguments = parser.parse_args()
    try:
        print(json.dumps(make(arguments.lede, arguments.name, arguments.out, arguments.limit)))
    except Missing as missing:
        print(f"skipped: {missing}", file=sys.stderr)
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main())
