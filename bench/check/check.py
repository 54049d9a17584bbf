#!/usr/bin/env python3
"""check.py LEDE DIRECTORY COMPILER [--record] -- whether a search has become more work.

DIRECTORY has the programs `generate` and `count` (bench/check), and takes the corpus, the index and what
callgrind writes. COMPILER says how the library was compiled. What is measured is compared with
bench/check/expected.tsv, or written there with --record:

    answers        must be the same
    counters       must not grow, but for what is skipped, nor may the bytes of the index's parts; they
                   depend on nothing but the code
    instructions   inside lede_search, counted by callgrind: must not grow by more than 1 %. They depend on
                   compiler, C library and processor: where those differ from the record's, what has
                   grown is shown and does not count.

Without valgrind instructions are left out. The exit status is 0 where all is well, 1 where something has
grown or changed.
"""
import glob
import hashlib
import os
import re
import shutil
import subprocess
import sys

GROWTH = 0.01
EXPECTED = os.path.join(os.path.dirname(os.path.abspath(__file__)), "expected.tsv")


def make_index(lede, directory):
    """The corpus, anew each time: it must not depend on what stood there. Returns its checksum."""
    corpus, queries = os.path.join(directory, "corpus.jsonl"), os.path.join(directory, "queries.tsv")
    index = os.path.join(directory, "corpus.lede")
    for path, what in ((corpus, "corpus"), (queries, "queries")):
        with open(path, "wb") as file:
            subprocess.run([os.path.join(directory, "generate"), what], stdout=file, check=True)
    shutil.rmtree(index, ignore_errors=True)
    subprocess.run([lede, "index", "--quiet", index, corpus, "--keyword", "source", "--keyword",
                    "section"], check=True)
    digest = hashlib.sha256()
    for path in (corpus, queries):
        with open(path, "rb") as file:
            digest.update(file.read())
    os.remove(corpus)
    return index, queries, digest.hexdigest()[:16]


def environment(compiler):
    """What instructions depend on besides the code."""
    about = ""
    if os.path.exists("/proc/cpuinfo"):
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            about = file.read()
    vendor = re.search(r"^vendor_id\s*: (.*)$", about, re.M)
    flags = re.search(r"^flags\s*:(.*)$", about, re.M)
    has_avx2 = flags is not None and "avx2" in flags.group(1).split()
    return {
        "compiler": compiler,
        "library": os.confstr("CS_GNU_LIBC_VERSION") or "unknown",
        "processor": "%s %s" % (vendor.group(1) if vendor else "unknown",
                                "avx2" if has_avx2 else "scalar"),
    }


def read_rows(lines):
    """Lines of a place and its measures: "union2/TOP_10 answers=0f12... blocks_decoded=491"."""
    rows = {}
    for line in lines:
        place, *pairs = line.split()
        for pair in pairs:
            measure, value = pair.split("=")
            rows[place, measure] = value if measure == "answers" else int(value)
    return rows


def count(directory, index, queries):
    """Run `count`, in callgrind where there is one. Rows, and whether instructions are among them."""
    command = [os.path.join(directory, "count"), index, queries]
    if shutil.which("valgrind") is None:
        done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
        return read_rows(done.stdout.decode().splitlines()), False
    calls = os.path.join(directory, "calls")
    for old in glob.glob(calls + ".*"):
        os.remove(old)
    done = subprocess.run(
        ["valgrind", "--tool=callgrind", "--quiet", "--toggle-collect=lede_search",
         "--dump-after=mark", "--callgrind-out-file=" + calls] + command,
        stdout=subprocess.PIPE, check=True)
    rows = read_rows(done.stdout.decode().splitlines())
    places = [place for place, measure in rows if measure == "answers"]
    for i, place in enumerate(places):
        with open("%s.%d" % (calls, i + 2), encoding="utf-8") as file:  # the first one is the warm-up
            rows[place, "instructions"] = int(re.search(r"^totals: (\d+)", file.read(), re.M).group(1))
    return rows, True


def read_expected():
    """The record: its header and its rows."""
    header, lines = {}, []
    with open(EXPECTED, encoding="utf-8") as file:
        for line in file:
            if line.startswith("# "):
                name, _, value = line[2:].strip().partition(": ")
                header[name] = value
            else:
                lines.append(line)
    return header, read_rows(lines)


def record(header, rows):
    """Write the record."""
    with open(EXPECTED, "w", encoding="utf-8") as file:
        for name, value in header.items():
            file.write("# %s: %s\n" % (name, value))
        for place in dict.fromkeys(place for place, _ in rows):
            pairs = ["%s=%s" % (measure, value) for (where, measure), value in rows.items()
                     if where == place and value != 0]
            file.write("\t".join([place] + pairs) + "\n")
    print("bench-record: %d values in bench/check/expected.tsv" % len(rows))


def change(old, new):
    """The change in words."""
    if old == 0:
        return "0 -> {:,}".format(new)
    return "{:,} -> {:,} ({:+.2%})".format(old, new, new / old - 1)


def totals(rows):
    """Sums over the classes, by command and measure."""
    sums = {}
    for (place, measure), value in rows.items():
        if measure != "answers":
            name = place.partition("/")[2] if not place.startswith("index/") else "index"
            sums[name, measure] = sums.get((name, measure), 0) + value
    return sums


def compare(header, rows, has_instructions):
    """Say what has grown. True where nothing that counts has."""
    old_header, old_rows = read_expected()
    bad, remarks = [], []
    if old_header.get("corpus") != header["corpus"]:
        bad.append("the corpus is another one than that of the record")
    same = all(old_header.get(name) == header[name] for name in ("compiler", "library", "processor"))
    if has_instructions and not same:
        remarks.append("instructions do not count: the record is of " + "; ".join(
            old_header.get(name, "?") for name in ("compiler", "library", "processor")))
    if not has_instructions:
        remarks.append("instructions are not counted: there is no valgrind")
    for key in sorted(set(old_rows) | set(rows)):
        place, measure = key
        if measure == "instructions" and not has_instructions:
            continue
        old, new = old_rows.get(key, 0), rows.get(key, 0)
        if measure == "answers":
            if old != new:
                bad.append("%s: the answers are others" % place)
        elif measure == "instructions":
            if new > old * (1 + GROWTH):
                (bad if same else remarks).append("%s: instructions %s" % (place, change(old, new)))
        elif new > old and measure not in ("blocks_skipped", "ranges_skipped"):
            bad.append("%s: %s %s" % (place, measure, change(old, new)))
    old_sums, new_sums = totals(old_rows), totals(rows)
    for key in sorted(set(old_sums) & set(new_sums)):
        if new_sums[key] != old_sums[key]:
            remarks.append("all %s: %s %s" % (key + (change(old_sums[key], new_sums[key]),)))
    for line in remarks:
        print("  " + line)
    for line in bad:
        print("! " + line)
    return not bad


def main():
    """Measure, then compare or record."""
    lede, directory, compiler = sys.argv[1:4]
    index, queries, corpus = make_index(lede, directory)
    rows, has_instructions = count(directory, index, queries)
    header = dict(environment(compiler), corpus=corpus)
    if "--record" in sys.argv[4:]:
        if not has_instructions:
            sys.exit("bench-record: needs valgrind")
        record(header, rows)
    elif not compare(header, rows, has_instructions):
        sys.exit("bench-check: failed; where that is meant, make bench-record")
    else:
        print("bench-check: %d values, all well" % len(rows))


if __name__ == "__main__":
    main()
