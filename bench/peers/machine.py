"""machine.py -- what the machine is, and whether it is idle enough to measure on."""
import os
import platform
import subprocess
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
LOAD_MAX = 1.5  # one engine at a time is busy, and what is above it is not ours
QUIET_SECONDS_MAX = 300


class Busy(Exception):
    """The machine did not become idle."""


def first_line(path, prefix):
    try:
        with open(path, encoding="utf-8") as lines:
            return next((line.split(":", 1)[1].strip() for line in lines if line.startswith(prefix)), "unknown")
    except OSError:
        return "unknown"


def steal_ticks():
    """Hundredths of a second that the host gave to others, since boot."""
    with open("/proc/stat", encoding="utf-8") as lines:
        return int(lines.readline().split()[8])


def describe():
    commit = subprocess.run(["git", "-C", ROOT, "describe", "--always", "--dirty"], capture_output=True, text=True)
    return {
        "date": time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime()),
        "commit": commit.stdout.strip() or "unknown",
        "machine": f"{os.cpu_count()} x {first_line('/proc/cpuinfo', 'model name')}",
        "memory": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.1f} GiB",
        "kernel": platform.release(),
    }


def wait_for_quiet(say):
    """After compiling and indexing, until the load average is below LOAD_MAX. Busy where it does not fall."""
    if os.getloadavg()[0] >= LOAD_MAX:
        say(f"waiting for a load average below {LOAD_MAX}")
    end = time.monotonic() + QUIET_SECONDS_MAX
    while os.getloadavg()[0] >= LOAD_MAX:
        if time.monotonic() > end:
            raise Busy(f"the load average stays at {LOAD_MAX} or above: times would mean nothing; "
                       "--force measures all the same")
        time.sleep(5)
