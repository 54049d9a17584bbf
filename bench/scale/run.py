#!/usr/bin/env python3
"""run.py LEDE GENERATE [OPTION...] -- what an index costs as its corpus grows, in figures and plots.

For each genre and size, smallest first: made-up news (generate.c) goes through a pipe into `lede index`; then the
index is verified, measured, asked (`lede bench`) and removed. A size's figures are a line of bench/scale/GENRE.tsv,
written when all of it is measured: started again, the runner goes on with the sizes that have no line of this
commit (the last one that changed engine, command or generator). At the end plots are drawn (plot.gp) where
gnuplot is installed.

A size is refused, and the larger ones of its genre with it, where there is not the disk space for its index and
what merging takes, or not the memory that --memory asks for.

All lines of a file are of the same options and machine. bench/scale/README.md tells the columns.
"""
import argparse
import fcntl
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
SIZES = {
    "articles": [10_000, 30_000, 100_000, 300_000, 1_000_000, 3_000_000, 10_000_000],
    "headlines": [10_000, 30_000, 100_000, 300_000, 1_000_000, 3_000_000, 10_000_000, 50_000_000],
}
KEYWORDS = {"articles": ["source", "category"], "headlines": []}
# Bytes of an index for a document, where no size has been measured yet.
GUESSED_BYTES = {"articles": 2500, "headlines": 90}
# Of the index's size, what it takes while it is made: segments and the one they are merged into.
WHILE_MERGING = 2.2
MEMORY_BESIDE = 1 << 30
COMMANDS = "TOP_10,TOP_10_FACET,COUNT"
# Columns of latencies: the name, the class of queries and the command.
LATENCIES = [("or", "or", "TOP_10"), ("and", "and", "TOP_10"), ("phrase", "phrase", "TOP_10"),
             ("common", "common", "TOP_10"), ("term", "term", "TOP_10"),
             ("facet", "or", "TOP_10_FACET"), ("count", "or", "COUNT")]
# Parts of an index, as the plot shows them; what is in none of them is in "rest".
PARTS = {"texts": ["documents"], "postings": ["postings", "pairs", "block rows", "ranges"],
         "positions": ["positions"], "dictionary": ["dictionary", "title dictionary"], "ids": ["ids"]}
STARTS = 40


def run_measured(command, **arguments):
    """Run to the end; its output and what the system says it used: seconds by the clock and of the
    processor, and the peak of its memory in bytes. Fails with the program's own words."""
    begin = time.perf_counter()
    with tempfile.TemporaryFile() as out:
        process = subprocess.Popen(command, stdout=out, close_fds=False, **arguments)
        try:
            _, status, usage = os.wait4(process.pid, 0)
        except BaseException:
            process.kill()
            raise
        process.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.perf_counter() - begin
        out.seek(0)
        text = out.read().decode()
    if process.returncode != 0:
        sys.exit("run.py: %s: exit status %d" % (" ".join(command), process.returncode))
    return text, {"seconds": seconds, "cpu": usage.ru_utime + usage.ru_stime,
                  "peak": usage.ru_maxrss * 1024}


def lock(directory):
    """Wait until nobody else works in a directory, and keep others out. Children inherit the lock: what a runner
    that was killed left running ends before the next one begins."""
    descriptor = os.open(os.path.join(directory, "lock"), os.O_RDWR | os.O_CREAT, 0o644)
    os.set_inheritable(descriptor, True)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        print("waiting: another runner, or what it left behind, works in %s" % directory, flush=True)
        fcntl.flock(descriptor, fcntl.LOCK_EX)


def make_index(options, genre, documents, index):
    """Generate, and index what comes through the pipe."""
    generate = [options.generate, "corpus", "--genre", genre, "--documents", str(documents),
                "--seed", str(options.seed)]
    command = [options.lede, "index", "--quiet", index, "-", "--format", "jsonl", "--memory", options.memory]
    for keyword in KEYWORDS[genre]:
        command += ["--keyword", keyword]
    command += options.index_option
    with tempfile.TemporaryFile() as said, \
            subprocess.Popen(generate, stdout=subprocess.PIPE, stderr=said, close_fds=False) as generator:
        _, used = run_measured(command, stdin=generator.stdout)
        generator.stdout.close()
        if generator.wait() != 0:
            sys.exit("run.py: %s: exit status %d" % (" ".join(generate), generator.returncode))
        said.seek(0)
        made = re.fullmatch(r"(\d+) documents, (\d+) bytes\n", said.read().decode())
    if made is None or int(made.group(1)) != documents:
        sys.exit("run.py: the generator did not say what it made")
    return int(made.group(2)), used


def best_starts(commands):
    """Milliseconds from a process's start to its exit, the best of STARTS of each command, in turn."""
    times = [[] for _ in commands]
    for _ in range(STARTS):
        for command, taken in zip(commands, times):
            begin = time.perf_counter()
            subprocess.run(command, stdout=subprocess.DEVNULL, check=False)
            taken.append((time.perf_counter() - begin) * 1000)
    return [min(taken) for taken in times]


def describe_bytes(stats):
    parts = {name: sum(stats["parts"].get(part, 0) for part in members) for name, members in PARTS.items()}
    parts["rest"] = stats["bytes"] - sum(parts.values())
    return {name + "_bytes": value for name, value in parts.items()}


def describe_latencies(report):
    classes = {(row["tag"], row["command"]): row for row in report["classes"]}
    columns = {}
    for name, tag, command in LATENCIES:
        row = classes[tag, command]
        for measure in ("p50_us", "p99_us", "mean_us"):
            columns["%s_%s" % (name, measure)] = row[measure]
    return columns


def measure(options, genre, documents, directory):
    """All figures of one size."""
    index, queries = os.path.join(directory, "index.lede"), os.path.join(directory, "queries.tsv")
    if os.path.exists(index):  # of a runner that was killed
        shutil.rmtree(index)
    with open(queries, "wb") as file:
        subprocess.run([options.generate, "queries", "--genre", genre, "--seed", str(options.seed)],
                       stdout=file, check=True)
    size, made = make_index(options, genre, documents, index)
    merged = {"seconds": 0.0, "peak": 0}
    if options.merge:
        _, merged = run_measured([options.lede, "merge", "--quiet", index])
    _, checked = run_measured([options.lede, "verify", "--quiet", index])
    stats = json.loads(run_measured([options.lede, "stats", "--output", "json", index])[0])
    if stats["documents"] != documents:
        sys.exit("run.py: %d documents were made, %d are indexed" % (documents, stats["documents"]))
    asked, _ = run_measured([options.lede, "bench", index, queries, "--commands", COMMANDS, "--output", "json",
                             "--rounds", str(options.rounds), "--seed", str(options.seed)])
    report = json.loads(asked)
    version, opening = best_starts([[options.lede, "--version"], [options.lede, "search", "--count", index, "qqqq"]])
    figures = {
        "documents": documents, "input_bytes": size, "index_s": made["seconds"], "index_cpu_s": made["cpu"],
        "peak_bytes": made["peak"], "merge_s": merged["seconds"], "merge_peak_bytes": merged["peak"],
        "verify_s": checked["seconds"],
        "version_ms": version, "open_ms": opening,
        "segments": stats["segments"], "terms": stats["terms"], "postings": stats["postings"],
        "tokens": stats["tokens"], "bytes": stats["bytes"],
    }
    figures.update(describe_bytes(stats))
    figures.update(describe_latencies(report))
    figures.update({"load": report["machine"]["load_before"], "date": report["date"],
                    "commit": commit_of_code()})
    shutil.rmtree(index)
    return figures


# ---- lines ----

def read_lines(path, about):
    """The lines of a file of figures, by number of documents; none where there is no file. What was measured
    with other options, or on another machine, makes no curve with what is to be measured."""
    if not os.path.exists(path):
        return {}
    with open(path, encoding="utf-8") as file:
        head = file.readline()
        lines = [line.rstrip("\n").split("\t") for line in file]
    if head != "# %s\n" % about:
        sys.exit("run.py: %s has figures of\n  %s\nnot of\n  %s\nremove it, or give --figures" % (
            path, head[2:].rstrip("\n"), about))
    return {int(line[0]): dict(zip(lines[0], line)) for line in lines[1:]}


def shown(value):
    return "%.4g" % value if isinstance(value, float) else str(value)


def write_lines(path, about, columns, lines):
    """All at once, so that whoever stops the runner finds whole lines."""
    with open(path + ".part", "w", encoding="utf-8") as file:
        file.write("# %s\n" % about)
        file.write("\t".join(columns) + "\n")
        for documents in sorted(lines):
            file.write("\t".join(lines[documents].get(column, "-") for column in columns) + "\n")
    os.replace(path + ".part", path)


# ---- what fits ----

def bytes_of(size):
    number, unit = re.fullmatch(r"(\d+)([KMG]?)", size).groups()
    return int(number) << {"": 0, "K": 10, "M": 20, "G": 30}[unit]


def available_memory():
    with open("/proc/meminfo", encoding="utf-8") as file:
        return int(re.search(r"MemAvailable:\s*(\d+) kB", file.read()).group(1)) * 1024


def why_not(options, genre, documents, lines, directory):
    """Why a size does not fit here; None where it does."""
    measured = [documents_ for documents_ in lines if documents_ <= documents]
    each = GUESSED_BYTES[genre]
    if measured:
        most = lines[max(measured)]
        each = float(most["bytes"]) / float(most["documents"])
    needed, free = each * documents * WHILE_MERGING, shutil.disk_usage(directory).free
    if needed > free:
        return "its index may take %.1f GB while it is made, and %.1f GB are free" % (needed / 1e9, free / 1e9)
    needed, free = bytes_of(options.memory) + MEMORY_BESIDE, available_memory()
    if needed > free:
        return "--memory and what is beside it take %.1f GB, and %.1f GB are free" % (needed / 1e9, free / 1e9)
    return None


def commit_of_code():
    """The last commit that changed what is measured: the figures' own files do not."""
    code = ["engine", "include", "tools", "Makefile"] + ["bench/scale/*.%s" % kind for kind in ("c", "h")]
    git = ["git", "-C", os.path.join(HERE, "..", "..")]
    last = subprocess.run(git + ["log", "-1", "--format=%h", "--abbrev=12", "--"] + code,
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False)
    changed = subprocess.run(git + ["status", "--porcelain", "--untracked-files=no", "--"] + code,
                             stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False)
    if last.returncode != 0 or last.stdout == "":
        return "-"
    return last.stdout.strip() + ("-dirty" if changed.stdout else "")


def describe_run(options):
    """What the figures of one file have in common."""
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        processor = re.search(r"model name\s*: (.*)", file.read())
    options_given = " ".join(["--memory", options.memory] + options.index_option)
    return "lede index %s%s; generate --seed %d; lede bench --rounds %d; %d x %s" % (
        options_given, "; lede merge" if options.merge else "", options.seed, options.rounds,
        os.cpu_count(), processor.group(1) if processor else "unknown")


def measure_genre(options, genre, directory):
    """All sizes of a genre; whether none had to be refused."""
    path, about = os.path.join(options.figures, genre + ".tsv"), describe_run(options)
    lines, commit = read_lines(path, about), commit_of_code()
    for documents in sorted(options.sizes or SIZES[genre]):
        name = "%s, %s documents" % (genre, format(documents, ","))
        if documents in lines and (options.keep or lines[documents]["commit"] == commit):
            print("%s: measured before" % name, flush=True)
            continue
        reason = why_not(options, genre, documents, lines, directory)
        if reason is not None:
            print("%s: refused: %s" % (name, reason), flush=True)
            return False
        figures = measure(options, genre, documents, directory)
        lines[documents] = {column: shown(value) for column, value in figures.items()}
        write_lines(path, about, list(figures), lines)
        print("%s: %.1f MB/s, %.0f MB at the peak, %.2f of the input, OR %.0f us at p50" % (
            name, figures["input_bytes"] / 1e6 / figures["index_s"], figures["peak_bytes"] / 1e6,
            figures["bytes"] / figures["input_bytes"], figures["or_p50_us"]), flush=True)
    return True


def draw(figures, form):
    if shutil.which("gnuplot") is None:
        print("no plots: there is no gnuplot")
        return
    subprocess.run(["gnuplot", "-e", "figures='%s'; form='%s'" % (figures, form), os.path.join(HERE, "plot.gp")],
                   check=True)


def main():
    """Measure what has not been measured, and draw."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lede")
    parser.add_argument("generate")
    parser.add_argument("--genre", choices=list(SIZES), action="append", help="one alone; all")
    parser.add_argument("--sizes", type=lambda text: [int(size) for size in text.split(",")],
                        help="numbers of documents, with commas between; 10,000 to 10 million, headlines to 50")
    parser.add_argument("--memory", default="2G", help="of lede index; 2G")
    parser.add_argument("--index-option", action="append", default=[], metavar="OPTION",
                        help="another option of lede index, as --index-option=--jobs=2; repeatable")
    parser.add_argument("--merge", action="store_true", help="make it one segment by lede merge before it is asked")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=5, help="of lede bench; 5")
    parser.add_argument("--figures", default=HERE, help="where figures and plots are; bench/scale")
    parser.add_argument("--work", default="build/bench/scale", help="where indexes are made; build/bench/scale")
    parser.add_argument("--form", default="svg", choices=["svg", "png"], help="of plots; svg")
    parser.add_argument("--keep", action="store_true", help="leave the figures of other commits as they are")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    os.makedirs(options.work, exist_ok=True)
    os.makedirs(options.figures, exist_ok=True)
    lock(options.work)
    complete = [measure_genre(options, genre, options.work) for genre in options.genre or SIZES]
    draw(options.figures, options.form)
    sys.exit(0 if all(complete) else 1)


if __name__ == "__main__":
    main()
