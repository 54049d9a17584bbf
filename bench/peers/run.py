#!/usr/bin/env python3
"""run.py LEDE [OPTION...] -- latency of Lede beside other engines: builds, indexes, checks, measures, reports.

Everything is kept below build/bench-peers and used again; what is not installed is skipped by name. README.md says what is
measured and how. Exit status: 0 done, or all skipped by name; 1 the machine is busy (--force measures all the same); 2 failed.
"""
import argparse
import json
import os
import statistics
import subprocess
import sys
import time

import corpus
import engines as engine_list
import machine
import measure
import queries as query_list
import report

CORPORA = ("reuters-news-2006-2013", "reuters-headlines-4m")
GAME = ("queries", "search-benchmark-game-queries.txt")
# What takes a hundred times as long is asked less.
SAMPLE = "sqlite-fts5=10,xapian=4"


def say(text):
    print(text, flush=True)


# ---- making what is asked ----

def make_corpus(arguments, name):
    """(directory, path, about)"""
    label = name if arguments.limit is None else f"{name}-first-{arguments.limit}"
    directory = os.path.join(arguments.work, label)
    path = os.path.join(directory, "corpus.tsv")
    if os.path.isfile(path) and os.path.isfile(path + ".json"):
        with open(path + ".json", encoding="utf-8") as text:
            return directory, path, json.load(text)
    say(f"{name}: making the corpus")
    return directory, path, corpus.make(arguments.lede, name, path, arguments.limit)


def make_queries(arguments, directory, path):
    """[(label, queries)]"""
    sets = []
    for kind in arguments.queries or ["derived"]:
        if kind == "game":
            source = corpus.shared_path(*GAME)
            if not os.path.isfile(source):
                say(f"skipped: game (no {'/'.join(GAME)} in LEDE_SHARED or ../shared)")
                continue
            sets.append(("search benchmark game", query_list.read_game(source, arguments.lede)))
            continue
        kept = os.path.join(directory, f"queries-{arguments.seed}.tsv")
        newest = max(os.path.getmtime(path), os.path.getmtime(query_list.__file__))
        if not os.path.isfile(kept) or os.path.getmtime(kept) < newest:
            query_list.write(kept, query_list.derive(path, arguments.seed))
        sets.append((f"derived, seed {arguments.seed}", query_list.read(kept)))
    if arguments.classes:
        sets = [(label, [query for query in found if query[0] in arguments.classes]) for label, found in sets]
    return sets


def index_all(found, directory, path):
    """{engine: what its index is}; an engine that cannot index is left out."""
    about = {}
    for engine in found:
        place = os.path.join(directory, "index-" + engine.name)
        if not engine.has_index(path, place):
            say(f"{os.path.basename(directory)}: index of {engine.name}")
        try:
            size, seconds = engine.index(path, place)
        except (subprocess.CalledProcessError, OSError) as problem:
            say(f"skipped: {engine.name} (indexing: {problem})")
            continue
        about[engine.name] = {"version": engine.version(), "variant": engine.variant, "bytes": size,
                              "index_seconds": seconds}
    return about


# ---- measuring ----

def measure_set(arguments, running, label, queries, about_corpus, about_engines):
    """One corpus and one set of queries, as the report's JSON has it."""
    ours = engine_list.OURS
    cases = measure.cases_of(queries, arguments.commands)
    if not arguments.force:
        machine.wait_for_quiet(say)
    say(f"{about_corpus['name']}, {label}: {len(queries)} queries, {len(cases)} cases")
    load, steal, begin = os.getloadavg()[0], machine.steal_ticks(), time.monotonic()
    steps = {engine.name: arguments.sample[engine.name] for engine in running if arguments.sample.get(engine.name, 1) > 1}
    samples = {name: measure.sample(queries, step) for name, step in steps.items()}
    first = measure.FirstPass(running, ours, samples).run(cases)
    agreement = first.agreement_rows()
    say(report.agreement_table(agreement))
    measure.warm_up(running, cases, first.ns, arguments.warm - 1, arguments.seed)
    taken = measure.run_rounds(running, cases, first.ns, arguments.rounds, arguments.repeats, arguments.seed)
    best = {name: {case: min(times) for case, times in found.items()} for name, found in taken.items()}
    return {
        "corpus": about_corpus, "queries": label, "samples": steps,
        "load": [load, os.getloadavg()[0]], "seconds": round(time.monotonic() - begin),
        "steal_seconds": (machine.steal_ticks() - steal) / 100,
        "engines": {engine.name: {**about_engines[engine.name], "checksum": first.checksum(engine.name)}
                    for engine in running},
        "agreement": agreement,
        "groups": measure.make_groups(cases, best, ours, arguments.seed),
        "cases": cases,
        # nanoseconds: best, median, runs; null where the engine could not answer
        "times": {name: [[min(found[case]), statistics.median(found[case]), len(found[case])]
                         if case in found else None for case in cases] for name, found in taken.items()},
    }


def run_corpus(arguments, found, name):
    directory, path, about_corpus = make_corpus(arguments, name)
    sets = make_queries(arguments, directory, path)
    about_engines = index_all(found, directory, path)
    if arguments.index_only:
        return []
    running = [engine for engine in found if engine.name in about_engines]
    try:
        for engine in running:
            engine.start(os.path.join(directory, "index-" + engine.name))
        return [measure_set(arguments, running, label, queries, about_corpus, about_engines)
                for label, queries in sets if queries]
    finally:
        for engine in running:
            engine.stop()


def names(allowed):
    def read(text):
        chosen = text.split(",")
        for name in chosen:
            if name not in allowed:
                raise argparse.ArgumentTypeError(f"{name} is none of {', '.join(allowed)}")
        return chosen
    return read


def read_sample(text):
    """{engine: N} of NAME=N,..."""
    steps = {}
    for part in filter(None, text.split(",")):
        name, _, step = part.partition("=")
        if name not in engine_list.ENGINES or not step.isdigit() or int(step) < 1:
            raise argparse.ArgumentTypeError(f"{part} is not ENGINE=N")
        steps[name] = int(step)
    return steps


def parse_arguments():
    commands = list(dict.fromkeys(command for found in measure.COMMANDS.values() for command in found))
    parser = argparse.ArgumentParser(description="Latency of Lede beside other engines.")
    parser.add_argument("lede", help="the command, for the analysis")
    parser.add_argument("--corpus", action="append", choices=CORPORA, help="only this one (repeatable)")
    parser.add_argument("--limit", type=int, metavar="N", help="its first N documents, for a trial")
    parser.add_argument("--queries", action="append", choices=("derived", "game"), help="sets of queries (derived)")
    parser.add_argument("--seed", type=int, default=2, help="of the queries: 1 for tuning, 2 (the default) to report")
    parser.add_argument("--engines", type=names(engine_list.ENGINES), default=list(engine_list.ENGINES),
                        metavar="NAME,...")
    parser.add_argument("--commands", type=names(commands), metavar="NAME,...")
    parser.add_argument("--classes", type=names(list(measure.COMMANDS)), metavar="TAG,...")
    parser.add_argument("--sample", type=read_sample, default=SAMPLE, metavar="NAME=N,...",
                        help="ask slow engines every N-th query of a class only (%(default)s)")
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--repeats", type=int, default=2, help="of a query in a round (2)")
    parser.add_argument("--warm", type=int, default=3, help="passes before the rounds, the check among them (3)")
    parser.add_argument("--index-only", action="store_true", help="stop when the indexes are made")
    parser.add_argument("--force", action="store_true", help="measure on a busy machine too")
    parser.add_argument("--work", default=os.path.join(machine.ROOT, "build", "bench-peers"), metavar="DIR")
    parser.add_argument("--out", metavar="DIR", help="of the report (DIR of --work, then report)")
    arguments = parser.parse_args()
    arguments.out = arguments.out or os.path.join(arguments.work, "report")
    arguments.lede = os.path.abspath(arguments.lede)
    return arguments


def main():
    arguments = parse_arguments()
    about = machine.describe()
    about["options"] = {key: value for key, value in vars(arguments).items() if key not in ("lede", "work", "out")}
    about["runs"] = []
    try:
        found = engine_list.build_all(arguments.engines, arguments.work, say)
        for name in arguments.corpus or CORPORA:
            try:
                about["runs"] += run_corpus(arguments, found, name)
            except corpus.Missing as missing:
                say(f"skipped: {missing}")
            if about["runs"]:
                report.write(arguments.out, about)  # after each corpus: the next may take long
    except machine.Busy as problem:
        print(f"run.py: {problem}", file=sys.stderr)
        return 1
    except (OSError, ValueError, subprocess.CalledProcessError, engine_list.EngineError) as problem:
        print(f"run.py: {problem}", file=sys.stderr)
        return 2
    if about["runs"]:
        say(report.summary_text(about))
        say(f"report: {os.path.relpath(os.path.join(arguments.out, 'report.html'))}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
