"""parts.py -- what an index consists of, in bytes, as far as its files tell the parts apart.

of(driver, directory) gives {part: bytes}, whose sum is the size of all files. A part that an engine keeps in one file with
another is missing: cell() says with which it is counted.
"""
import json
import os
import sqlite3
import subprocess

import machine

ELSE = "ids, dates, else"
NAMES = ("docids", "frequencies", "skips and bounds", "positions", "pairs", "dictionary", "lengths", ELSE)
LEDE = os.path.join(machine.ROOT, "build", "release", "bin", "lede")

# By the ending of a file's name. Xapian's postlist has the terms and the lengths, its termlist is what deletions need.
FILES = {
    "lucene": {".doc": "docids", ".pos": "positions", ".tim": "dictionary", ".tip": "dictionary", ".tmd": "dictionary",
               ".psm": "dictionary", ".nvd": "lengths", ".nvm": "lengths"},
    "tantivy": {".idx": "docids", ".pos": "positions", ".term": "dictionary", ".fieldnorm": "lengths"},
    "xapian": {"postlist.glass": "docids", "position.glass": "positions"},
}
# FTS5's lists have the terms, docids and positions, from which frequencies follow.
TABLES = {"news_data": "docids", "news_idx": "dictionary", "news_docsize": "lengths"}
SECTIONS = {"postings": "docids", "positions": "positions", "pairs": "pairs", "block rows": "skips and bounds",
            "ranges": "skips and bounds", "dictionary": "dictionary", "title dictionary": "dictionary", "lengths": "lengths"}


def of_lede(directory):
    """Docids and frequencies share a section; the bits of a frequency are known."""
    told = json.loads(subprocess.run([LEDE, "stats", "--output", "json", directory], check=True, capture_output=True).stdout)
    for name, size in told["parts"].items():
        yield SECTIONS.get(name, ELSE), size
    frequencies = round(told["frequency_bits_per_posting"] * told["postings"] / 8)
    yield "frequencies", frequencies
    yield "docids", -frequencies


def of_sqlite(directory):
    """The database's pages by table, where SQLite was built to tell them."""
    path = os.path.join(directory, "fts5.db")
    database = sqlite3.connect(path)
    try:
        for name, size in database.execute("SELECT name, sum(pgsize) FROM dbstat GROUP BY name"):
            yield TABLES.get(name, ELSE), size
    except sqlite3.Error:
        yield "docids", os.path.getsize(path)
    finally:
        database.close()


def of_files(driver, directory):
    for folder, _, names in os.walk(directory):
        for name in names:
            part = next((part for ending, part in FILES[driver].items() if name.endswith(ending)), ELSE)
            yield part, os.path.getsize(os.path.join(folder, name))


def of(driver, directory):
    if driver == "lede":
        found = of_lede(directory)
    elif driver == "sqlite":
        found = of_sqlite(directory)
    else:
        found = of_files(driver, directory)
    parts = {}
    for part, size in found:
        parts[part] = parts.get(part, 0) + size
    return parts


def lists(parts):
    """Docids, frequencies and positions, with what finds them: all but lengths, ids and dates."""
    return sum(size for part, size in parts.items() if part not in ("lengths", ELSE))


def cell(parts, part):
    """MB; "with docids" where the engine has no such part of its own but all do what it is for."""
    if part in parts:
        return f"{parts[part] / 1e6:.2f}"
    return "none" if part == "pairs" else "with docids"
