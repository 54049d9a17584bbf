#!/usr/bin/env python3
"""index.py LEDE [OPTION...] -- what indexing takes in Lede and in other engines: time, memory, bytes by part.

Each engine makes its index anew with one indexing thread, positions and no stored texts, to one segment, in turn; the best of
--rounds runs counts. Twice: of the tokens that every engine indexes as they are, and of the texts, which each analyzes for itself
(English stems, no word left out). README.md says what is fair. Exit status: 0 done; 1 the machine is busy; 2 failed.
"""
import argparse
import json
import os
import shutil
import subprocess
import sys

import corpus
import engines as engine_list
import machine
import parts
import report

SPAWN = os.path.join(os.path.dirname(os.path.abspath(__file__)), "spawn.py")
CORPORA = ("reuters-news-2006-2013", "reuters-headlines-4m")
DEFAULT_ENGINES = ("lede", "sqlite-fts5", "tantivy", "lucene")
INPUTS = {"tokens": "the same tokens for all", "text": "texts, which each engine analyzes for itself"}
JSONL = "lede, from JSONL"
# Peer: (its time over Lede's: at least, Lede's bytes over its: at most)
AIMS = {"sqlite-fts5": (4, 0.6), "tantivy": (6, 0.85), "lucene": (10, 0.85)}


def say(text):
    print(text, flush=True)


def run_measured(command):
    """{"wall", "cpu", "resident"}, as spawn.py tells them."""
    told = subprocess.run([sys.executable, "-S", SPAWN, *command], check=True, capture_output=True, text=True).stdout
    return json.loads(told)


class Task:
    """An engine that indexes one kind of input."""

    def __init__(self, name, driver, command, index):
        self.name, self.driver, self.index = name, driver, index
        self.command = command  # of an input and a directory
        self.runs = []
        self.start = None
        self.parts = {}

    def run(self, source):
        shutil.rmtree(self.index, ignore_errors=True)
        return run_measured(self.command(source, self.index))

    def best(self):
        return min(self.runs, key=lambda run: run["wall"])


def driver_command(engine, kind):
    variant = "text" if kind == "text" else engine.variant
    return lambda source, index: [os.path.join(engine.script, "run.sh"), engine.out, "index", source, index,
                                  *([variant] if variant else [])]


def jsonl_command(lede):
    return lambda source, index: [lede, "index", "--quiet", "--jobs", "1", "--no-store", "--memory", "8G", index, source]


# ---- input ----

def make_input(arguments, directory, name, kind):
    """The path of what is indexed."""
    if kind == "tokens":
        path = os.path.join(directory, "corpus.tsv")
        if not os.path.isfile(path):
            corpus.make(arguments.lede, name, path, arguments.limit)
    elif kind == "text":
        path = os.path.join(directory, "texts.tsv")
        if not os.path.isfile(path):
            corpus.make_texts(name, path, arguments.limit)
    else:
        path = os.path.join(directory, "news.jsonl")
        if not os.path.isfile(path):
            corpus.unpack(name, path, arguments.limit)
    return path


def first_document(path):
    """A file of the first line alone: what a run takes before the second document is its start."""
    short = path + ".first"
    with open(path, "rb") as lines, open(short, "wb") as out:
        out.write(lines.readline())
    return short


# ---- runs ----

def run_task(task, source, short, rounds_done):
    if rounds_done == 0:
        task.start = min(task.run(short)["wall"] for _ in range(3))
    task.runs.append(task.run(source))
    if not task.parts:
        task.parts = parts.of(task.driver, task.index)
    shutil.rmtree(task.index, ignore_errors=True)
    run = task.runs[-1]
    say(f"{task.name}: {run['wall']:.1f} s, {run['cpu']:.1f} s of processors, {run['resident'] / 1e6:.0f} MB")


def run_input(arguments, found, directory, name, kind):
    """One table."""
    scratch = os.path.join(directory, "index-timed")
    tasks = [(Task(engine.name, engine.driver, driver_command(engine, kind), scratch), kind) for engine in found]
    if kind == "text" and any(engine.name == engine_list.OURS for engine in found):
        tasks.append((Task(JSONL, engine_list.OURS, jsonl_command(arguments.lede), scratch), "jsonl"))
    sources = {each: make_input(arguments, directory, name, each) for each in {each for _, each in tasks}}
    shorts = {each: first_document(path) for each, path in sources.items()}
    if not arguments.force:
        machine.wait_for_quiet(say)
    load, steal = os.getloadavg()[0], machine.steal_ticks()
    for number in range(arguments.rounds):
        for task, each in list(tasks):
            try:
                run_task(task, sources[each], shorts[each], number)
            except (subprocess.CalledProcessError, OSError) as problem:
                say(f"skipped: {task.name} ({problem})")
                tasks.remove((task, each))
    return {
        "corpus": name, "input": kind, "bytes": os.path.getsize(sources[kind]),
        "load": [load, os.getloadavg()[0]], "steal_seconds": (machine.steal_ticks() - steal) / 100,
        "engines": {task.name: {"version": found_version(found, task.driver), "start": task.start, **task.best(),
                                "runs": task.runs, "parts": task.parts} for task, _ in tasks},
    }


def found_version(found, driver):
    return next(engine.version() for engine in found if engine.driver == driver)


# ---- what is told ----

def time_table(run):
    yield ("engine", "version", "seconds", "of it start", "MB/s", "processor seconds", "most memory, MB", "over Lede's time", "aim", "")
    ours = run["engines"].get(engine_list.OURS)
    for name, found in run["engines"].items():
        ratio = found["wall"] / ours["wall"] if ours and name not in (engine_list.OURS, JSONL) else None
        aim = AIMS.get(name, (None,))[0] if ratio else None
        yield (name, found["version"], f"{found['wall']:.2f}", f"{found['start']:.2f}", f"{run['bytes'] / 1e6 / found['wall']:.1f}",
               f"{found['cpu']:.2f}", f"{found['resident'] / 1e6:.0f}", f"{ratio:.2f}" if ratio else "",
               f"≥ {aim}" if aim else "", "" if aim is None else "reached" if ratio >= aim else "missed")


def size_table(run):
    """Bytes by part in MB, and Lede's whole and lists over the peer's."""
    yield ("engine", *parts.NAMES, "lists", "whole", "Lede's lists over", "Lede's whole over", "aim")
    ours = run["engines"].get(engine_list.OURS)
    for name, found in run["engines"].items():
        sizes = found["parts"]
        beside = ("", "", "")
        if ours and name not in (engine_list.OURS, JSONL):
            aim = AIMS.get(name, (None, None))[1]
            beside = (f"{parts.lists(ours['parts']) / parts.lists(sizes):.3f}",
                      f"{sum(ours['parts'].values()) / sum(sizes.values()):.3f}", f"≤ {aim}" if aim else "")
        yield (name, *(parts.cell(sizes, part) for part in parts.NAMES), f"{parts.lists(sizes) / 1e6:.2f}", f"{sum(sizes.values()) / 1e6:.2f}", *beside)


def markdown(about):
    lines = ["# Indexing beside other engines",
             f"{about['date']}, commit {about['commit']}, {about['machine']}, {about['memory']}, Linux {about['kernel']}; best of "
             f"{about['rounds']} runs in turn, one indexing thread, positions, no stored texts, one segment."]
    for run in about["runs"]:
        lines += [f"## {run['corpus']}: {INPUTS[run['input']]}",
                  f"{run['bytes'] / 1e6:.1f} MB of input; load {run['load'][0]:.2f} before, {run['load'][1]:.2f} after; "
                  f"{run['steal_seconds']:.1f} s taken by the host.",
                  report.markdown_table(time_table(run)), "Bytes by part, in MB:", report.markdown_table(size_table(run))]
    return "\n\n".join(lines) + "\n"


def write(directory, about):
    os.makedirs(directory, exist_ok=True)
    for name, content in (("index.json", json.dumps(about, indent=1)), ("index.md", markdown(about))):
        with open(os.path.join(directory, name), "w", encoding="utf-8") as out:
            out.write(content)


def parse_arguments():
    parser = argparse.ArgumentParser(description="Indexing in Lede beside other engines.")
    parser.add_argument("lede", help="the command")
    parser.add_argument("--corpus", action="append", choices=CORPORA, help=f"repeatable ({CORPORA[0]})")
    parser.add_argument("--limit", type=int, metavar="N", help="its first N documents, for a trial")
    parser.add_argument("--engines", default=",".join(DEFAULT_ENGINES), metavar="NAME,...",
                        help=f"of {', '.join(engine_list.ENGINES)}; xapian takes minutes (%(default)s)")
    parser.add_argument("--input", action="append", choices=INPUTS, help="repeatable (both)")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--force", action="store_true", help="measure on a busy machine too")
    parser.add_argument("--work", default=os.path.join(machine.ROOT, "build", "bench-peers"), metavar="DIR")
    arguments = parser.parse_args()
    arguments.lede = os.path.abspath(arguments.lede)
    arguments.engines = arguments.engines.split(",")
    unknown = [name for name in arguments.engines if name not in engine_list.ENGINES]
    if unknown:
        parser.error(f"no such engine: {', '.join(unknown)}")
    return arguments


def run_all(arguments, about):
    found = engine_list.build_all(arguments.engines, arguments.work, say)
    for name in arguments.corpus or CORPORA[:1]:
        label = name if arguments.limit is None else f"{name}-first-{arguments.limit}"
        directory = os.path.join(arguments.work, label)
        os.makedirs(directory, exist_ok=True)
        for kind in arguments.input or INPUTS:
            try:
                about["runs"].append(run_input(arguments, found, directory, name, kind))
            except corpus.Missing as missing:
                say(f"skipped: {missing}")
                break
            write(os.path.join(arguments.work, "report"), about)


def main():
    arguments = parse_arguments()
    about = {**machine.describe(), "rounds": arguments.rounds, "runs": []}
    try:
        run_all(arguments, about)
    except machine.Busy as problem:
        print(f"index.py: {problem}", file=sys.stderr)
        return 1
    except (OSError, ValueError, subprocess.CalledProcessError) as problem:
        print(f"index.py: {problem}", file=sys.stderr)
        return 2
    say(markdown(about))
    return 0


if __name__ == "__main__":
    sys.exit(main())
