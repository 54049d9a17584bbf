"""measure.py -- warm-up, the check of the answers, and the interleaved rounds.

A case is (tag, command, query). All engines run side by side; in a round each case is given to every engine in turn,
and who is first changes from case to case, so that a change of the machine's mood meets all alike.
"""
import hashlib
import math
import random
import statistics
import sys
import time

COMMANDS = {
    "term": ("TOP_10", "TOP_100", "TOP_10_COUNT", "TOP_10_FACET"),
    "union": ("TOP_10", "TOP_100", "TOP_1000", "TOP_10_COUNT", "COUNT", "TOP_10_FACET"),
    "intersection": ("TOP_10", "TOP_100", "TOP_1000", "TOP_10_COUNT", "COUNT", "TOP_10_FACET"),
    "phrase": ("TOP_10", "TOP_10_COUNT", "COUNT", "TOP_10_FACET"),
    "stop_phrase": ("TOP_10", "TOP_10_COUNT", "COUNT"),
}
SLOW_NS = 50_000_000  # a query above it is run once a round, and in the first rounds alone
SLOW_ROUNDS = 3
DEEP = 1000  # hits of TOP_1000
TIE = 1e-5  # scores this near to each other, relatively, are equal


class Progress:
    """A line for each pass; on a terminal it says how far it is."""

    def __init__(self, label, total):
        self.label, self.total, self.done = label, total, 0
        self.begin = time.monotonic()

    def step(self):
        self.done += 1
        start = "\r" if sys.stderr.isatty() else ""
        if self.done == self.total:
            print(f"{start}{self.label}: {self.total} cases in {time.monotonic() - self.begin:.0f} s", file=sys.stderr)
        elif start and self.done % 50 == 0:
            print(f"{start}{self.label}: {self.done}/{self.total} ", end="", file=sys.stderr, flush=True)


def cases_of(queries, only_commands=None):
    return [(tag, command, query) for tag, query in queries for command in COMMANDS[tag]
            if only_commands is None or command in only_commands]


def sample(queries, step):
    """Every step-th query of each class."""
    seen = {}
    chosen = set()
    for tag, query in queries:
        if seen.setdefault(tag, 0) % step == 0:
            chosen.add((tag, query))
        seen[tag] += 1
    return chosen


# ---- answers ----

def near(a, b):
    return abs(a - b) <= TIE * max(abs(a), abs(b))


def admitted(hits, other, other_deep):
    """How many of `hits` are as good as the last of `other` by that engine's scores, as far down as it named them."""
    last = other[-1][1]
    scores = dict(other_deep)
    beyond = len(other_deep) >= DEEP and near(other_deep[-1][1], last)  # more ties than were named
    return sum(1 for number, score in hits if
               (scores[number] > last or near(scores[number], last) if number in scores
                else beyond and near(score, hits[-1][1])))


def overlap(ours, theirs, deep_ours, deep_theirs):
    """Share of hits in common, as sets; those of one that tie with the last of the other, by the other's scores, are common.

    The deep lists are functions: the best 1,000 are asked for where the sets differ.
    """
    if {number for number, _ in ours} == {number for number, _ in theirs}:
        return 1.0
    if not ours or not theirs:
        return 0.0
    common = max(admitted(theirs, ours, deep_ours()), admitted(ours, theirs, deep_theirs()))
    return common / max(len(ours), len(theirs))


class Agreement:
    """How an engine's answers of one tag and command compare with Lede's."""

    def __init__(self):
        self.queries = self.hit_queries = self.full = 0
        self.overlap = 0.0
        self.totals = self.equal_totals = 0
        self.facets = self.equal_facets = 0
        self.errors = 0
        self.examples = []

    def add(self, case, ours, theirs, deep_ours, deep_theirs):
        self.queries += 1
        if theirs.error or ours.error:
            self.errors += 1
            self.note(case, theirs.error or "Lede: " + ours.error)
            return
        if case[1] != "COUNT":
            share = overlap(ours.hits, theirs.hits, deep_ours, deep_theirs)
            self.hit_queries += 1
            self.overlap += share
            self.full += share == 1.0
        if theirs.total >= 0 and ours.total >= 0:
            self.totals += 1
            self.equal_totals += ours.total == theirs.total
            if ours.total != theirs.total:
                self.note(case, f"total {theirs.total}, Lede's {ours.total}")
        if case[1] == "TOP_10_FACET":
            self.facets += 1
            self.equal_facets += ours.facet == theirs.facet
            if ours.facet != theirs.facet:
                self.note(case, "facets differ")

    def note(self, case, what):
        if len(self.examples) < 3:
            self.examples.append(f"{case[2]}: {what}")

    def as_dict(self):
        return {
            "queries": self.queries, "errors": self.errors,
            "mean_overlap": self.overlap / self.hit_queries if self.hit_queries else None,
            "same_hits": self.full, "with_hits": self.hit_queries,
            "same_totals": self.equal_totals, "with_totals": self.totals,
            "same_facets": self.equal_facets, "with_facets": self.facets,
            "examples": self.examples,
        }


class Deep:
    """The best 1,000 of an engine for a query, asked for once."""

    def __init__(self):
        self.known = {}

    def hits(self, engine, query):
        if (engine.name, query) not in self.known:
            for key in [key for key in self.known if key[1] != query]:
                del self.known[key]
            self.known[engine.name, query] = engine.ask("TOP_1000", 1, query).hits
        return self.known[engine.name, query]


class FirstPass:
    """Every case once with every engine that is asked it: what they answer, and about how long it takes.

    agreement  {engine: {(tag, command): Agreement}} beside Lede
    checksum   {engine: of all its answers but the scores}
    ns         {engine: {case: nanoseconds}}; a case that it cannot answer, or is not asked, is missing

    samples: {engine: {(tag, query)}}, all that it is asked; an engine that is not there is asked everything.
    """

    def __init__(self, engines, ours, samples):
        self.samples = samples
        self.engines = {engine.name: engine for engine in engines}
        self.ours = ours
        self.deep = Deep()
        self.agreement = {name: {} for name in self.engines}
        self.digests = {name: hashlib.sha256() for name in self.engines}
        self.ns = {name: {} for name in self.engines}

    def run(self, cases):
        progress = Progress("answers", len(cases))
        for case in cases:
            answers = {name: engine.ask(case[1], 1, case[2]) for name, engine in self.engines.items()
                       if name not in self.samples or (case[0], case[2]) in self.samples[name]}
            for name, answer in answers.items():
                self.note(case, name, answer)
                if name != self.ours and self.ours in answers:
                    self.compare(case, name, answers[self.ours], answer)
            progress.step()
        return self

    def note(self, case, name, answer):
        told = (case, answer.error, answer.total, answer.facet, [number for number, _ in answer.hits])
        self.digests[name].update(repr(told).encode())
        if not answer.error:
            self.ns[name][case] = answer.times[0]

    def compare(self, case, name, ours, theirs):
        agreement = self.agreement[name].setdefault(case[:2], Agreement())
        agreement.add(case, ours, theirs, lambda: self.deep.hits(self.engines[self.ours], case[2]),
                      lambda: self.deep.hits(self.engines[name], case[2]))

    def agreement_rows(self):
        """{engine: [dict]}"""
        return {name: [{"tag": tag, "command": command, **agreement.as_dict()}
                       for (tag, command), agreement in found.items()] for name, found in self.agreement.items()}

    def checksum(self, name):
        return self.digests[name].hexdigest()[:16]


# ---- times ----

def warm_up(engines, cases, first_ns, passes, seed):
    """Further passes over all cases; a query that took long is not waited for again."""
    for number in range(passes):
        order = list(cases)
        random.Random(f"{seed}:warm:{number}").shuffle(order)
        progress = Progress(f"warm-up {number + 1}/{passes}", len(order))
        for case in order:
            for engine in engines:
                taken = first_ns[engine.name].get(case)
                if taken is not None and taken < SLOW_NS:
                    engine.ask(case[1], 1, case[2])
            progress.step()


def run_rounds(engines, cases, first_ns, rounds, repeats, seed):
    """{engine: {case: [ns, ...]}}"""
    taken = {engine.name: {case: [] for case in first_ns[engine.name]} for engine in engines}
    for number in range(rounds):
        order = list(cases)
        random.Random(f"{seed}:round:{number}").shuffle(order)
        progress = Progress(f"round {number + 1}/{rounds}", len(order))
        for place, case in enumerate(order):
            first = (place + number) % len(engines)
            for engine in engines[first:] + engines[:first]:
                times = taken[engine.name].get(case)
                if times is None:
                    continue
                slow = (min(times) if times else first_ns[engine.name][case]) > SLOW_NS
                if slow and number >= SLOW_ROUNDS:
                    continue
                times += engine.ask(case[1], 1 if slow else repeats, case[2]).times
            progress.step()
    return taken


# ---- what is made of the times ----

def percentile(values, share):
    """Of sorted values, between neighbours by line."""
    place = share * (len(values) - 1)
    low = int(place)
    high = min(low + 1, len(values) - 1)
    return values[low] + (values[high] - values[low]) * (place - low)


def summarize(values):
    """Of nanoseconds, in microseconds."""
    values = sorted(value / 1000 for value in values)
    return {"queries": len(values), "mean": statistics.fmean(values), "p50": percentile(values, 0.5),
            "p90": percentile(values, 0.9), "p99": percentile(values, 0.99)}


def bootstrap_mean(values, seed, draws=1000):
    """The 95 % interval of the mean, by drawing queries anew."""
    chance = random.Random(f"{seed}:bootstrap")
    means = sorted(statistics.fmean(chance.choices(values, k=len(values))) for _ in range(draws))
    return percentile(means, 0.025), percentile(means, 0.975)


def compare(ours, theirs, seed):
    """Ours over theirs: ratios of the means and of the 99th percentiles, geometric mean of the queries' ratios with its 95 % interval."""
    logs = [math.log(a / b) for a, b in zip(ours, theirs)]
    low, high = bootstrap_mean(logs, seed)
    return {"means": sum(ours) / sum(theirs), "p99": percentile(sorted(ours), 0.99) / percentile(sorted(theirs), 0.99),
            "geomean": math.exp(statistics.fmean(logs)), "low": math.exp(low), "high": math.exp(high)}


def make_groups(cases, best, ours, seed):
    """A dict for each tag and command: summaries, and ratios of Lede to each peer over the cases both answered.

    `best` is {engine: {case: ns}}.
    """
    keys = {}
    for case in cases:
        keys.setdefault(case[:2], []).append(case)
    groups = []
    for (tag, command), members in keys.items():
        group = {"tag": tag, "command": command, "engines": {}, "ratios": {}}
        for name, times in best.items():
            values = [times[case] for case in members if case in times]
            if values:
                group["engines"][name] = summarize(values)
            common = [case for case in members if case in times and case in best.get(ours, {})]
            if name != ours and common:
                group["ratios"][name] = compare(
                    [best[ours][case] for case in common], [times[case] for case in common], seed)
        groups.append(group)
    return groups
