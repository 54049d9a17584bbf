"""report.py -- what run.py measured, as JSON, as Markdown, and as a page with figures that needs nothing from elsewhere."""
import html
import json
import os

import charts
from charts import microseconds
from engines import OURS
from machine import LOAD_MAX

CLASSES = {"term": "one word", "union": "OR", "intersection": "AND", "phrase": "phrase",
           "stop_phrase": "stop-word phrase"}
BEST = "the fastest"
# (class, command, peer or BEST, Lede's mean over the peer's: at most)
TARGETS = (
    ("union", "TOP_10", "lucene", 0.5),
    ("union", "TOP_10", "lucene-reordered", 0.7),
    ("union", "TOP_10", "tantivy", 0.35),
    ("union", "TOP_10", "xapian", 0.1),
    ("intersection", "TOP_10", BEST, 0.5),
    ("phrase", "TOP_10", BEST, 0.6),
    ("stop_phrase", "TOP_10", BEST, 0.1),
    ("union", "TOP_10_COUNT", BEST, 0.5),
    ("union", "COUNT", BEST, 0.6),
    ("intersection", "COUNT", BEST, 0.6),
    ("phrase", "COUNT", BEST, 0.6),
    ("union", "TOP_10_FACET", BEST, 0.1),
    ("intersection", "TOP_10_FACET", BEST, 0.1),
)

CSS = """
:root { --fore: #1c1c1c; --back: #fff; --soft: #666; --rule: #ddd; --lede: #111; --good: #0a7d3c14; --pass: #0a7d3c; --fail: #b3261e; }
@media (prefers-color-scheme: dark) {
  :root { --fore: #e6e6e6; --back: #161616; --soft: #999; --rule: #3a3a3a; --lede: #fff; --good: #3ddc8418; --pass: #5fd38d; --fail: #ff8a80; } }
body { font: 15px/1.45 system-ui, sans-serif; color: var(--fore); background: var(--back); max-width: 960px; margin: 2em auto; padding: 0 1em; }
h1 { font-size: 1.5em } h2 { margin-top: 2.2em; border-bottom: 1px solid var(--rule) } h3 { margin: 1.8em 0 .3em }
table { border-collapse: collapse; font-size: 13px; font-variant-numeric: tabular-nums; margin: .8em 0 }
th, td { padding: 2px 10px; text-align: right; border-bottom: 1px solid var(--rule) } th { font-weight: 600 }
td.name, th.name { text-align: left } .pass { color: var(--pass); font-weight: 600 } .fail { color: var(--fail) }
.soft { color: var(--soft) } .warning { border: 2px solid var(--fail); padding: .5em 1em; font-weight: 600 }
.key span { display: inline-block; margin-right: 1.4em; white-space: nowrap } .key i { display: inline-block; width: 22px; height: 4px; margin-right: 6px; vertical-align: middle }
.key { position: sticky; top: 0; background: var(--back); padding: .4em 0; border-bottom: 1px solid var(--rule) }
.pair { display: flex; flex-wrap: wrap; gap: 16px } .scroll { overflow-x: auto } svg { max-width: 100%; height: auto }
svg .label, svg .title, svg .note { font: 11px system-ui, sans-serif; fill: var(--fore) } svg .title, svg .note { fill: var(--soft) }
svg .note { paint-order: stroke; stroke: var(--back); stroke-width: 3px }
svg .grid { stroke: var(--rule) } svg .fine { stroke: var(--rule); stroke-width: .5; opacity: .6 } svg .even { stroke: var(--fore); stroke-width: 1.2 }
svg .good { fill: var(--good) } svg .target { stroke-width: 1.5; stroke-dasharray: 3 2; fill: none }
svg .ring { fill: none; stroke-width: 1.3 }
"""


# ---- what the tables say: rows of texts ----

def group_of(run, tag, command):
    return next((g for g in run["groups"] if (g["tag"], g["command"]) == (tag, command)), None)


def target_rows(run):
    """(class, command, peer, target, its ratios or None): see measure.compare"""
    rows = []
    for tag, command, peer, target in TARGETS:
        group = group_of(run, tag, command)
        name = peer
        if group is not None and peer == BEST and group["ratios"]:
            name = max(group["ratios"], key=lambda other: group["ratios"][other]["means"])
        ratio = group["ratios"].get(name) if group is not None else None
        label = f"{peer} ({name})" if ratio and peer == BEST else peer
        rows.append((tag, command, label, target, ratio))
    return rows


def ratio_text(ratio):
    """Three decimals, or two digits of what is less than a hundredth."""
    return f"{ratio:.3f}" if ratio >= 0.01 else f"{ratio:.2g}"


def target_table(run):
    yield ("class", "command", "Lede over", "target", "means", "geometric mean", "p99", "")
    for tag, command, label, target, ratio in target_rows(run):
        if ratio is None:
            yield (CLASSES[tag], command, label, f"≤ {target:g}", "-", "-", "-", "not measured")
        else:
            figures = [ratio[key] for key in ("means", "geomean", "p99")]
            yield (CLASSES[tag], command, label, f"≤ {target:g}", *map(ratio_text, figures),
                   "reached" if max(figures) <= target else "missed")


def latency_table(run):
    yield ("class", "command", "engine", "queries", "mean", "p50", "p90", "p99", "Lede/peer: means", "geometric mean", "95 %")
    for group in run["groups"]:
        for name, found in group["engines"].items():
            ratio = group["ratios"].get(name)
            beside = ("", "", "") if ratio is None else (
                ratio_text(ratio["means"]), ratio_text(ratio["geomean"]), f"{ratio_text(ratio['low'])} to {ratio_text(ratio['high'])}")
            yield (CLASSES[group["tag"]], group["command"], name, str(found["queries"]),
                   *(microseconds(found[key]) for key in ("mean", "p50", "p90", "p99")), *beside)


def engine_table(run):
    yield ("engine", "version", "variant", "index MB", "indexed in s", "checksum of the answers")
    for name, found in run["engines"].items():
        yield (name, found["version"], found["variant"] or "", f"{found['bytes'] / 1e6:.1f}",
               f"{found['index_seconds']:.0f}", found["checksum"])


def agreement_rows(agreement):
    yield ("engine", "class", "command", "queries", "errors", "hits in common", "all hits the same", "same totals", "same facets")
    for name, found in agreement.items():
        for row in found:
            mean = row["mean_overlap"]
            yield (name, CLASSES[row["tag"]], row["command"], str(row["queries"]), str(row["errors"] or ""),
                   "" if mean is None else f"{mean:.1%}",
                   f"{row['same_hits']}/{row['with_hits']}" if row["with_hits"] else "",
                   f"{row['same_totals']}/{row['with_totals']}" if row["with_totals"] else "",
                   f"{row['same_facets']}/{row['with_facets']}" if row["with_facets"] else "")


def disagreements(run):
    return [f"{name}, {CLASSES[row['tag']]} {row['command']}: {example}"
            for name, found in run["agreement"].items() for row in found for example in row["examples"]]


def title_of(run):
    return f"{run['corpus']['name']}; queries: {run['queries']}"


def describe_samples(run):
    """Said of engines that were not asked everything; their ratios are to Lede's times of the same queries."""
    told = [f"{name} was asked every {step}th" for name, step in run["samples"].items()]
    return f" Of the queries of a class {', '.join(told)}." if told else ""


def describe_run(run):
    about = run["corpus"]
    return (f"{about['documents']:,} documents, {about['tokens']:,} tokens, {about['terms']:,} terms, {about['months']} months. "
            f"Measured in {run['seconds']} s; load {run['load'][0]:.2f} before, {run['load'][1]:.2f} "
            f"after; {run['steal_seconds']:.1f} s taken by the host." + describe_samples(run))


def describe(about):
    options = about["options"]
    return (f"{about['date']}, commit {about['commit']}, {about['machine']}, {about['memory']}, Linux {about['kernel']}; "
            f"{options['rounds']} rounds of {options['repeats']} runs after {options['warm']} passes, one thread, warm, best of a "
            f"query's runs.")


def warnings(about):
    """What makes the figures worth less."""
    found = []
    if any(load > LOAD_MAX for run in about["runs"] for load in run["load"]):
        found.append("The machine was busy with something else: these times mean nothing.")
    if about["options"]["limit"] is not None:
        found.append(f"A trial with the first {about['options']['limit']:,} documents of each corpus.")
    for run in about["runs"]:
        for name, rows in run["agreement"].items():
            for what, same, asked in (("totals", "same_totals", "with_totals"), ("facets", "same_facets", "with_facets")):
                wrong = sum(row[asked] - row[same] for row in rows)
                if wrong:
                    found.append(f"{run['corpus']['name']}: {wrong} {what} of {name} are not Lede's: one of them did other work.")
            errors = sum(row["errors"] for row in rows)
            if errors:
                found.append(f"{run['corpus']['name']}: {errors} queries had no answer from {name} or Lede; they are left out.")
    return found


# ---- Markdown ----

def markdown_table(rows):
    rows = list(rows)
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ["| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths)) + " |" for row in rows]
    lines.insert(1, "| " + " | ".join("-" * width for width in widths) + " |")
    return "\n".join(lines)


def agreement_table(agreement):
    """For the terminal, before anything is timed."""
    return markdown_table(agreement_rows(agreement)) if any(agreement.values()) else "no peers to compare with"


def markdown(about):
    parts = ["# Lede beside other engines", describe(about)]
    parts += [f"**WARNING: {warning}**" for warning in warnings(about)]
    for run in about["runs"]:
        parts += ["## " + title_of(run), describe_run(run), markdown_table(target_table(run)),
                  markdown_table(latency_table(run)), markdown_table(engine_table(run))]
        if any(run["agreement"].values()):
            parts += ["Answers beside Lede's:", markdown_table(agreement_rows(run["agreement"]))]
        if disagreements(run):
            parts.append("\n".join(f"- {line}" for line in disagreements(run)[:20]))
    return "\n\n".join(parts) + "\n"


def summary_text(about):
    """The terminal's: targets and latencies."""
    parts = [f"\nWARNING: {warning}" for warning in warnings(about)]
    for run in about["runs"]:
        parts += [f"\n== {title_of(run)}", describe_run(run), markdown_table(latency_table(run)),
                  markdown_table(target_table(run))]
    return "\n".join(parts)


# ---- HTML ----

def html_table(rows, names=1):
    """The first `names` columns are texts."""
    lines = []
    for place, row in enumerate(rows):
        tag = "th" if place == 0 else "td"
        cells = []
        for column, cell in enumerate(row):
            kinds = ["name"] if column < names else []
            kinds += {"reached": ["pass"], "missed": ["fail"]}.get(cell, [])
            kind = f' class="{" ".join(kinds)}"' if kinds else ""
            cells.append(f"<{tag}{kind}>{html.escape(cell)}</{tag}>")
        lines.append("<tr>" + "".join(cells) + "</tr>")
    return '<div class="scroll"><table>' + "\n".join(lines) + "</table></div>"


def key(run):
    return '<p class="key">' + "".join(
        f'<span><i style="background:{charts.colour(name)}"></i>{html.escape(name)}</span>' for name in run["engines"]) + "</p>"


def times_of(run, tag, command):
    """{engine: {query: µs}}"""
    places = [i for i, case in enumerate(run["cases"]) if tuple(case[:2]) == (tag, command)]
    return {name: {run["cases"][i][2]: found[i][0] / 1000 for i in places if found[i] is not None}
            for name, found in run["times"].items()}


def group_figures(run, group):
    by_engine = {name: found for name, found in times_of(run, group["tag"], group["command"]).items() if found}
    figures = [charts.ecdf({name: sorted(found.values()) for name, found in by_engine.items()})]
    ours = by_engine.get(OURS, {})
    ratios = {name: sorted(ours[query] / found[query] for query in found if query in ours)
              for name, found in by_engine.items() if name != OURS}
    ratios = {name: found for name, found in ratios.items() if found}
    if ratios:
        figures.append(charts.ratios(ratios))
    return '<div class="pair">' + "".join(figures) + "</div>"


def overview_rows(run):
    rows = []
    for group in run["groups"]:
        if group["ratios"]:
            targets = [(target, label.split("(")[-1].rstrip(")"))
                       for tag, command, label, target, ratio in target_rows(run)
                       if (tag, command) == (group["tag"], group["command"]) and ratio is not None]
            rows.append((f"{CLASSES[group['tag']]} {group['command']}", group["ratios"], targets))
    return rows


def html_run(run):
    yield f"<h2>{html.escape(title_of(run))}</h2><p>{html.escape(describe_run(run))}</p>" + key(run)
    rows = overview_rows(run)
    if rows:
        yield "<h3>At a glance</h3>" + charts.overview(rows)
        yield ('<p class="soft">Dot: geometric mean of the queries’ ratios, with its 95 % interval. Ring: ratio of the means. '
               "Dashed: the target for the ring, in the colour of the peer it is set against.</p>")
        yield "<h3>Targets</h3>" + html_table(target_table(run), 3)
    for group in run["groups"]:
        yield f"<h3>{html.escape(CLASSES[group['tag']])}, {group['command']}</h3>" + group_figures(run, group)
    yield "<h3>All times</h3>" + html_table(latency_table(run), 3)
    yield "<h3>Engines</h3>" + html_table(engine_table(run), 3)
    if any(run["agreement"].values()):
        yield "<h3>Answers beside Lede's</h3>" + html_table(agreement_rows(run["agreement"]), 3)
    if disagreements(run):
        yield "<ul>" + "".join(f"<li>{html.escape(text)}</li>" for text in disagreements(run)[:20]) + "</ul>"


def page(about):
    parts = ['<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">',
             '<meta name="viewport" content="width=device-width, initial-scale=1">',
             f"<title>Lede beside other engines</title><style>{CSS}</style></head><body>",
             f"<h1>Lede beside other engines</h1><p>{html.escape(describe(about))}</p>"]
    parts += [f'<p class="warning">{html.escape(warning)}</p>' for warning in warnings(about)]
    for run in about["runs"]:
        parts += html_run(run)
    return "\n".join(parts) + "</body></html>\n"


def write(directory, about):
    os.makedirs(directory, exist_ok=True)
    for name, content in (("report.json", json.dumps(about)), ("report.md", markdown(about)),
                          ("report.html", page(about))):
        with open(os.path.join(directory, name), "w", encoding="utf-8") as out:
            out.write(content)
