#!/usr/bin/env python3
"""What indexing keeps resident, by size of memory and number of threads (bench/README.md).

usage: memory.py LEDE INPUT [--memory 1M,4M,...] [--jobs 1,2] [--merge]

A line of tab-separated values a run: `most` is the most that was resident (getrusage), `beside` that less --memory and
16 bytes a document; `private` and `pages` are the most of it that were the process's own and pages of files,
and `data` what RLIMIT_DATA counts, each the largest of samples taken every 5 ms from /proc. --merge does a
`lede merge` behind each run and measures it likewise.
"""
import argparse
import json
import os
import shutil
import subprocess
import tempfile
import time

SAMPLE_SECONDS = 0.005
MIB = 1 << 20
UNITS = {"K": 1 << 10, "M": 1 << 20, "G": 1 << 30}


def bytes_of(size):
    return int(size[:-1]) * UNITS[size[-1]] if size[-1] in UNITS else int(size)


def read_status(pid):
    """The fields of /proc/PID/status that are asked for, in bytes; empty where it has gone."""
    wanted = {"RssAnon": "private", "RssFile": "pages", "VmData": "data"}
    found = {}
    try:
        with open(f"/proc/{pid}/status") as file:
            for line in file:
                name, _, value = line.partition(":")
                if name in wanted:
                    found[wanted[name]] = int(value.split()[0]) * 1024
    except (FileNotFoundError, ProcessLookupError):
        pass
    return found


def run(command):
    """Run it; its most of everything, and its times."""
    most = {"private": 0, "pages": 0, "data": 0}
    begun = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    while True:
        pid, status, usage = os.wait4(process.pid, os.WNOHANG)
        if pid != 0:
            break
        for name, value in read_status(process.pid).items():
            most[name] = max(most[name], value)
        time.sleep(SAMPLE_SECONDS)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f"{' '.join(command)}: exit status {process.returncode}")
    most["most"] = usage.ru_maxrss * 1024
    most["elapsed"] = time.monotonic() - begun
    most["processor"] = usage.ru_utime + usage.ru_stime
    return most


def stats(lede, index):
    return json.loads(subprocess.check_output([lede, "stats", index, "--output", "json"]))


def print_run(step, memory, jobs, most, counts):
    beside = most["most"] - bytes_of(memory) * (step == "index") - 16 * counts["documents"]
    print(step, memory, jobs, *(f"{value / MIB:.1f}" for value in
          (most["most"], beside, most["private"], most["pages"], most["data"])),
          counts["segments"], f"{most['processor']:.1f}", f"{most['elapsed']:.1f}", sep="\t", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("lede")
    parser.add_argument("input")
    parser.add_argument("--memory", default="1M,4M,16M,64M,256M,1G")
    parser.add_argument("--jobs", default="1,2")
    parser.add_argument("--merge", action="store_true")
    parser.add_argument("--scratch", help="directory to work in")
    options = parser.parse_args()
    print("step", "memory", "jobs", "most MiB", "beside", "private", "pages", "data", "segments",
          "processor s", "elapsed s", sep="\t")
    scratch = tempfile.mkdtemp(dir=options.scratch)
    index = os.path.join(scratch, "index")
    try:
        for memory in options.memory.split(","):
            for jobs in options.jobs.split(","):
                shutil.rmtree(index, ignore_errors=True)
                most = run([options.lede, "index", "--quiet", "--memory", memory, "--jobs", jobs,
                            index, options.input])
                print_run("index", memory, jobs, most, stats(options.lede, index))
                if options.merge:
                    most = run([options.lede, "merge", "--quiet", index])
                    print_run("merge", memory, jobs, most, stats(options.lede, index))
    finally:
        shutil.rmtree(scratch)


if __name__ == "__main__":
    main()
