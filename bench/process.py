#!/usr/bin/env python3
"""Time a command as a user meets it: from process start to exit, output read and thrown away.

    process.py [-n RUNS] [--ok STATUS,...] -- COMMAND [ARGUMENT ...]

Prints one line: median, fastest and slowest wall time in milliseconds, the median of minor and major page faults,
and the largest resident set, of RUNS runs (20) after two that are not counted.
"""
import os
import statistics
import sys
import time


def run_once(command, ok):
    null = os.open(os.devnull, os.O_WRONLY)
    begin = time.perf_counter()
    pid = os.posix_spawnp(command[0], command, os.environ,
                          file_actions=[(os.POSIX_SPAWN_DUP2, null, 1)])
    _, status, usage = os.wait4(pid, 0)
    wall = time.perf_counter() - begin
    os.close(null)
    code = os.waitstatus_to_exitcode(status)
    if code not in ok:
        sys.exit(f"process.py: {' '.join(command)}: exit status {code}")
    return wall * 1000, usage.ru_minflt, usage.ru_majflt, usage.ru_maxrss


def main(arguments):
    runs, ok = 20, {0}
    while arguments and arguments[0] != "--":
        option = arguments.pop(0)
        if option == "-n" and arguments:
            runs = int(arguments.pop(0))
        elif option == "--ok" and arguments:
            ok = {int(code) for code in arguments.pop(0).split(",")}
        else:
            sys.exit(__doc__)
    command = arguments[1:]
    if not command:
        sys.exit(__doc__)
    for _ in range(2):
        run_once(command, ok)
    taken = [run_once(command, ok) for _ in range(runs)]
    walls, minor, major, resident = zip(*taken)
    print(f"{statistics.median(walls):8.2f} ms median  {min(walls):8.2f} min  {max(walls):8.2f} max"
          f"  {statistics.median(minor):7.0f} minor faults  {statistics.median(major):3.0f} major"
          f"  {max(resident) / 1024:7.1f} MiB")


if __name__ == "__main__":
    main(sys.argv[1:])
