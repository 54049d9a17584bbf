"""charts.py -- the report's figures as SVG, on logarithmic axes. Texts and lines take their colours from the page's CSS."""
import html
import math

# Okabe and Ito: told apart by most eyes. Lede is the dark, thick line.
COLOURS = {
    "lede": "var(--lede)", "lucene": "#0072b2", "lucene-reordered": "#56b4e9", "tantivy": "#d55e00",
    "xapian": "#009e73", "sqlite-fts5": "#cc79a7",
}
LEFT, RIGHT, TOP, BOTTOM = 52, 26, 12, 40


def colour(name):
    return COLOURS.get(name, "#888888")


def microseconds(value):
    """1 µs, 250 µs, 1.5 ms, 2 s"""
    for factor, unit in ((1e6, "s"), (1e3, "ms")):
        if value >= factor:
            return f"{value / factor:.3g} {unit}"
    return f"{value:.3g} µs"


def times(value):
    """A ratio: 0.05 is 1/20."""
    if value < 1:
        return f"1/{1 / value:,.0f}"
    return f"{value:,.0f}"


class LogAxis:
    """From values to pixels; the ends are decades, or their half where that is enough."""

    def __init__(self, low, high, begin, end):
        self.low = math.floor(math.log10(low) * 2) / 2
        self.high = max(math.ceil(math.log10(high) * 2) / 2, self.low + 1)
        self.begin, self.end = begin, end

    def at(self, value):
        share = (math.log10(value) - self.low) / (self.high - self.low)
        return self.begin + min(max(share, 0), 1) * (self.end - self.begin)

    def decades(self):
        return [10.0 ** power for power in range(math.ceil(self.low), math.floor(self.high) + 1)]

    def between(self):
        """2 to 9 of each decade, for the fine lines."""
        found = (digit * 10.0 ** power for power in range(math.floor(self.low), math.ceil(self.high) + 1)
                 for digit in range(2, 10))
        return [value for value in found if self.low <= math.log10(value) <= self.high]


def line(x1, y1, x2, y2, kind):
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" class="{kind}"/>'


def text(x, y, words, anchor="middle", kind="label"):
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" class="{kind}">{html.escape(words)}</text>'


def curve(points, name, title):
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    width = 2.6 if name == "lede" else 1.6
    return (f'<polyline points="{path}" fill="none" stroke="{colour(name)}" stroke-width="{width}">'
            f"<title>{html.escape(title)}</title></polyline>")


def figure(width, height, parts, label):
    return (f'<svg viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" '
            f'aria-label="{html.escape(label)}">' + "".join(parts) + "</svg>")


def ecdf(values, width=430, height=250):
    """{engine: [µs, ...]}: which share of the queries is answered within a time."""
    everything = [value for found in values.values() for value in found]
    x_axis = LogAxis(min(everything), max(everything), LEFT, width - RIGHT)
    bottom, top = height - BOTTOM, TOP
    parts = [line(x_axis.at(v), top, x_axis.at(v), bottom, "fine") for v in x_axis.between()]
    for value in x_axis.decades():
        parts += [line(x_axis.at(value), top, x_axis.at(value), bottom, "grid"),
                  text(x_axis.at(value), bottom + 16, microseconds(value))]
    for share in (0, 0.25, 0.5, 0.75, 1):
        y = bottom - share * (bottom - top)
        parts += [line(LEFT, y, width - RIGHT, y, "grid"), text(LEFT - 6, y + 4, f"{share:.0%}", "end")]
    parts.append(text((LEFT + width - RIGHT) / 2, height - 6, "time of a query (best of its runs)", kind="title"))
    for name, found in reversed(values.items()):
        points = [(x_axis.at(found[0]), bottom)]
        for place, value in enumerate(found):
            points += [(x_axis.at(value), points[-1][1]),
                       (x_axis.at(value), bottom - (place + 1) / len(found) * (bottom - top))]
        median = found[len(found) // 2]
        parts.append(curve(points, name, f"{name}: half of the queries within {microseconds(median)}"))
    return figure(width, height, parts, "share of queries answered within a time, by engine")


def ratios(values, width=430, height=250):
    """{peer: [Lede/peer, ...] sorted}: each query's ratio, the queries in order of it."""
    everything = [value for found in values.values() for value in found] + [0.5, 2]
    y_axis = LogAxis(min(everything), max(everything), height - BOTTOM, TOP)
    left, right = LEFT, width - RIGHT
    even = y_axis.at(1)
    parts = [f'<rect x="{left}" y="{even:.1f}" width="{right - left}" height="{height - BOTTOM - even:.1f}" class="good"/>']
    parts += [line(left, y_axis.at(v), right, y_axis.at(v), "fine") for v in y_axis.between()]
    for value in y_axis.decades():
        parts += [line(left, y_axis.at(value), right, y_axis.at(value), "even" if value == 1 else "grid"),
                  text(left - 6, y_axis.at(value) + 4, times(value), "end")]
    for share in (0, 0.25, 0.5, 0.75, 1):
        x = left + share * (right - left)
        parts += [line(x, TOP, x, height - BOTTOM, "grid"), text(x, height - BOTTOM + 16, f"{share:.0%}")]
    parts.append(text((left + right) / 2, height - 6, "queries, by the ratio Lede/peer", kind="title"))
    for name, found in values.items():
        step = (right - left) / max(len(found) - 1, 1)
        points = [(left + place * step, y_axis.at(value)) for place, value in enumerate(found)]
        faster = sum(1 for value in found if value < 1) / len(found)
        parts.append(curve(points, name, f"{name}: Lede is faster in {faster:.0%} of the queries"))
    parts.append(text(left + 6, even - 5, "Lede slower", "start", "note"))
    parts.append(text(left + 6, even + 13, "Lede faster", "start", "note"))
    return figure(width, height, parts, "ratio of Lede's time to a peer's, for each query")


def overview(rows, width=900):
    """rows: (label, {peer: {"means", "geomean", "low", "high"}}, [(target, peer)]): a point a peer, with its interval, and a
    ring for the ratio of the means, which the targets are about."""
    left, row_height = 230, 30
    everything = [ratio[key] for _, found, _ in rows for ratio in found.values() for key in ("low", "high", "means")]
    x_axis = LogAxis(min(everything + [0.1]), max(everything + [2]), left, width - RIGHT)
    bottom = TOP + row_height * len(rows)
    even = x_axis.at(1)
    parts = [f'<rect x="{left}" y="{TOP}" width="{even - left:.1f}" height="{bottom - TOP}" class="good"/>']
    parts += [line(x_axis.at(v), TOP, x_axis.at(v), bottom, "fine") for v in x_axis.between()]
    for value in x_axis.decades():
        parts += [line(x_axis.at(value), TOP, x_axis.at(value), bottom, "even" if value == 1 else "grid"),
                  text(x_axis.at(value), bottom + 16, times(value))]
    for place, (label, found, targets) in enumerate(rows):
        y = TOP + row_height * (place + 0.5)
        parts += [line(left, y + row_height / 2, width - RIGHT, y + row_height / 2, "grid"),
                  text(left - 8, y + 4, label, "end")]
        for target, peer in targets:
            x = x_axis.at(target)
            parts.append(f'<path d="M{x:.1f} {y - 10:.1f}v20" stroke="{colour(peer)}" class="target">'
                         f"<title>target: {target} of {html.escape(peer)}</title></path>")
        for offset, (name, ratio) in enumerate(found.items()):
            shifted = y + (offset - (len(found) - 1) / 2) * 4.5
            parts.append(
                f'<g stroke="{colour(name)}" fill="{colour(name)}"><line x1="{x_axis.at(ratio["low"]):.1f}" y1="{shifted:.1f}" '
                f'x2="{x_axis.at(ratio["high"]):.1f}" y2="{shifted:.1f}" stroke-width="1.5"/>'
                f'<circle cx="{x_axis.at(ratio["geomean"]):.1f}" cy="{shifted:.1f}" r="4"/>'
                f'<circle cx="{x_axis.at(ratio["means"]):.1f}" cy="{shifted:.1f}" r="4.5" class="ring"/>'
                f'<title>{html.escape(label)}, {html.escape(name)}: geometric mean {ratio["geomean"]:.3f} '
                f'({ratio["low"]:.3f} to {ratio["high"]:.3f}), means {ratio["means"]:.3f}</title></g>')
    parts.append(text((left + width - RIGHT) / 2, bottom + 34,
                      "Lede's time over the peer's; left of 1 Lede is faster",
                      kind="title"))
    return figure(width, bottom + 42, parts, "ratios of all classes and commands")
