"""spawn.py COMMAND... -- run a command and tell what it took, as JSON on standard output; its exit status is the command's.

wall and cpu in seconds, resident in bytes; of the process and those it waited for. Linux counts as a process's most memory also what
its parent had when it was begun: so a small process has to begin it.
"""
import json
import os
import subprocess
import sys
import time


def main():
    begin = time.monotonic()
    process = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    seconds = time.monotonic() - begin
    process.returncode = os.waitstatus_to_exitcode(status)
    print(json.dumps({"wall": seconds, "cpu": used.ru_utime + used.ru_stime, "resident": used.ru_maxrss * 1024}))
    return 0 if process.returncode == 0 else 2


if __name__ == "__main__":
    sys.exit(main())
