"""engines.py -- the engines that are compared, and a driver as a process that is asked line by line (README.md)."""
import os
import shutil
import subprocess
import time
from dataclasses import dataclass, field

HERE = os.path.dirname(os.path.abspath(__file__))
LIBRARY = os.path.join(HERE, "..", "..", "build", "release", "liblede.a")
SKIPPED = 3
DONE = ".done"  # beside an index that is whole: the seconds it took

# name: (driver's directory, variant of the index)
ENGINES = {
    "lede": ("lede", None),
    "lucene": ("lucene", "plain"),
    "lucene-reordered": ("lucene", "reordered"),
    "tantivy": ("tantivy", None),
    "xapian": ("xapian", None),
    "sqlite-fts5": ("sqlite", None),
}
OURS = "lede"


class EngineError(Exception):
    """A driver that ended, or answered what is not in the protocol."""


@dataclass
class Answer:
    """What a driver said: nanoseconds of each run, and the results."""
    times: list
    total: int = -1
    facet: str = "-"
    hits: list = field(default_factory=list)  # (number, score), best first
    error: str = ""


def parse_answer(line, name):
    fields = line.rstrip("\n").split("\t")
    if fields[0] == "error":
        return Answer([], error=fields[1] if len(fields) > 1 else "error")
    if len(fields) != 4:
        raise EngineError(f"{name}: not an answer: {line[:200]!r}")
    hits = []
    if fields[3] != "-":
        for hit in fields[3].split(" "):
            number, score = hit.split(":")
            hits.append((int(number), float(score)))
    return Answer([int(t) for t in fields[0].split(",")], int(fields[1]), fields[2], hits)


def size_of(directory):
    return sum(os.path.getsize(os.path.join(folder, name))
               for folder, _, names in os.walk(directory) for name in names)


class Engine:
    """One column of the comparison."""

    def __init__(self, name, work):
        self.name = name
        self.driver, self.variant = ENGINES[name]
        self.script = os.path.join(HERE, self.driver)
        self.out = os.path.join(work, "bin", self.driver)
        self.process = None

    def build(self):
        """None, or why it is skipped."""
        build = os.path.join(self.script, "build.sh")
        if not os.path.isfile(build):
            return f"skipped: {self.name} (no bench/peers/{self.driver}/build.sh)"
        done = subprocess.run([build, self.out], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        if done.returncode == SKIPPED:
            return (done.stderr.strip().split("\n") or [""])[-1] or f"skipped: {self.name}"
        if done.returncode != 0:
            return f"skipped: {self.name} (build.sh: exit status {done.returncode})\n{done.stderr.strip()[-2000:]}"
        return None

    def version(self):
        try:
            with open(os.path.join(self.out, "version"), encoding="utf-8") as text:
                return text.readline().strip()
        except OSError:
            return self.name

    def has_index(self, corpus, directory):
        """The index is there, and neither the corpus, the driver nor (our own) library is newer."""
        done = directory + DONE
        if not (os.path.isfile(done) and os.path.isdir(directory)):
            return False
        sources = [corpus] + [os.path.join(folder, name) for folder, _, files in os.walk(self.script) for name in files]
        if self.name == OURS:
            sources.append(LIBRARY)
        return max(os.path.getmtime(source) for source in sources) <= os.path.getmtime(done)

    def index(self, corpus, directory):
        """Make the index unless it is there. (bytes, seconds it took)"""
        done = directory + DONE
        if not self.has_index(corpus, directory):
            shutil.rmtree(directory, ignore_errors=True)
            command = [os.path.join(self.script, "run.sh"), self.out, "index", corpus, directory]
            begin = time.monotonic()
            subprocess.run(command + ([self.variant] if self.variant else []), stdout=subprocess.DEVNULL, check=True)
            with open(done, "w", encoding="utf-8") as out:
                out.write(f"{time.monotonic() - begin:.1f}\n")
        with open(done, encoding="utf-8") as text:
            return size_of(directory), float(text.read())

    def start(self, directory):
        self.process = subprocess.Popen(
            [os.path.join(self.script, "run.sh"), self.out, "serve", directory],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8")

    def ask(self, command, repeats, query):
        try:
            self.process.stdin.write(f"{command}\t{repeats}\t{query}\n")
            self.process.stdin.flush()
            line = self.process.stdout.readline()
        except BrokenPipeError:
            line = ""
        if not line:
            raise EngineError(f"{self.name}: the driver ended at {command} {query}")
        return parse_answer(line, self.name)

    def stop(self):
        if self.process is None:
            return
        try:
            self.process.stdin.write("QUIT\n")
            self.process.stdin.close()
        except BrokenPipeError:
            pass
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None


def build_all(names, work, say):
    """Those that can be built; of the others it is said why not."""
    found = []
    for name in names:
        engine = Engine(name, work)
        why = engine.build()
        if why is None:
            found.append(engine)
        else:
            say(why)
    return found
