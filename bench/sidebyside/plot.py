"""Pictures as SVG, drawn by hand: readable on light and dark pages, and without any library."""

from html import escape

from .figures import between, headline, latency, names, noise, ratios, yardstick
from .scenario import CEILING, ELSEWHERE, HALF, IDLE

CELL_SAYS = {
    CEILING: "closed loop at its ceiling",
    HALF: "open loop at half of the ceiling",
    IDLE: "open loop beside idle connections",
    ELSEWHERE: "open loop, idle connections elsewhere",
}

WIDTH = 760
LEFT = 200  # of the bars; names stand before them
RIGHT = 90  # after them, for the figure
BAR = 18
ROW = 30
PERCENTILES = (("p50", "a", "p50_micros"), ("p99", "c", "p99_micros"), ("p99.9", "b", "p999_micros"))
STYLE = """<style>
  text { font: 13px system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif; fill: #1f2328; }
  .title { font-size: 16px; font-weight: 600; }
  .head { font-weight: 600; }
  .faint { font-size: 12px; fill: #59636e; }
  .end { text-anchor: end; }
  .middle { text-anchor: middle; }
  .card { fill: #ffffff; stroke: #d1d9e0; }
  .grid { stroke: #d1d9e0; }
  .one { stroke: #59636e; stroke-dasharray: 4 3; }
  .whisker { stroke: #1f2328; stroke-width: 1.5; }
  .a { fill: #2f6fb5; } .b { fill: #9aa7b4; } .c { fill: #d08a2c; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; } .faint { fill: #9198a1; } .card { fill: #151b23; stroke: #3d444d; }
    .grid { stroke: #3d444d; } .one { stroke: #9198a1; } .whisker { stroke: #e6edf3; }
    .a { fill: #5a9be6; } .b { fill: #6b7682; } .c { fill: #e0a04a; }
  }
</style>"""


class Canvas:
    """Grows downwards; gives the whole picture at the end."""

    def __init__(self, title, subtitle):
        self.parts = []
        self.y = 34
        self.text(24, self.y, title, "title")
        self.y += 20
        self.text(24, self.y, subtitle, "faint")
        self.y += 14

    def text(self, x, y, words, kind=""):
        self.parts.append(f'<text x="{x:.1f}" y="{y:.1f}" class="{kind}">{escape(words)}</text>')

    def line(self, x1, y1, x2, y2, kind):
        self.parts.append(f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" class="{kind}"/>')

    def bar(self, y, width, kind):
        self.parts.append(f'<rect x="{LEFT}" y="{y:.1f}" width="{max(width, 1):.1f}" height="{BAR}" rx="2" class="{kind}"/>')

    def whisker(self, y, low, high):
        middle = y + BAR / 2
        self.line(low, middle, high, middle, "whisker")
        for x in (low, high):
            self.line(x, middle - 4, x, middle + 4, "whisker")

    def head(self, words, faint):
        self.y += 30
        self.text(24, self.y, words, "head")
        self.text(WIDTH - 24, self.y, faint, "faint end")
        self.y += 12

    def legend(self, entries):
        """One line: a square of its colour before each word."""
        squares = "   ".join(f'<tspan class="{kind}">■</tspan> {escape(word)}' for word, kind, _ in entries)
        self.y += 12
        self.parts.append(f'<text x="{LEFT}" y="{self.y:.1f}" class="faint" xml:space="preserve">{squares}</text>')
        self.y += 4

    def svg(self, label):
        height = self.y + 16
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:.0f}" width="{WIDTH}"'
            f' height="{height:.0f}" role="img" aria-label="{escape(label, quote=True)}">\n{STYLE}\n'
            f'<rect x="0.5" y="0.5" width="{WIDTH - 1}" height="{height - 1:.0f}" rx="8" class="card"/>\n'
            + "\n".join(self.parts)
            + "\n</svg>\n"
        )


def ratio_rows(canvas, rows, one_says):
    """`rows`: name, colour, (median, lowest, highest), of which 1 is the yardstick's."""
    highest = max(1.0, *(figures[2] for _, _, figures in rows)) * 1.04
    scale = (WIDTH - LEFT - RIGHT) / highest
    top = canvas.y
    for name, kind, (middle, low, high) in rows:
        y = canvas.y + 6
        canvas.text(LEFT - 10, y + 13, name, "end")
        canvas.bar(y, middle * scale, kind)
        if high > low:
            canvas.whisker(y, LEFT + low * scale, LEFT + high * scale)
        canvas.text(WIDTH - RIGHT + 10, y + 13, f"{middle:.2f}")
        canvas.y += ROW
    canvas.line(LEFT + scale, top, LEFT + scale, canvas.y + 4, "one")
    canvas.text(LEFT + scale, canvas.y + 18, one_says, "faint middle")
    canvas.y += 22


def latency_rows(canvas, result, cell):
    """Per proxy one row of three nested bars: p50 within p99 within p99.9."""
    keys = [key for _, _, key in PERCENTILES]
    found = {name: {key: latency(result, name, cell, key) for key in keys} for name in names(result)}
    known = [figures["p999_micros"] for figures in found.values() if figures["p999_micros"] is not None]
    scale = (WIDTH - LEFT - RIGHT - 90) / max(known, default=1.0)
    for name, figures in found.items():
        y = canvas.y + 6
        canvas.text(LEFT - 10, y + 13, name, "end")
        if figures["p50_micros"] is None:
            canvas.text(LEFT + 4, y + 13, "the generator was the limit", "faint")
        else:
            for _, kind, key in reversed(PERCENTILES):
                canvas.bar(y, figures[key] * scale, kind)
            told = " / ".join(f"{figures[key]:.2f}" for key in keys)
            canvas.text(LEFT + figures["p999_micros"] * scale + 8, y + 13, f"{told} ms")
        canvas.y += ROW


def of_result(result):
    """The picture of one run: the ratios of its cells, and the latencies of its open loops."""
    logs = ", access logs on" if result["access_logs"] else ""
    title = f"{result['scenario']['name']}: {result['scenario']['says']}{logs}"
    noisy = " · noisy" if noise(result)[2] else ""
    rounds = "1 round" if len(result["rounds"]) == 1 else f"median of {len(result['rounds'])} rounds, lowest to highest"
    canvas = Canvas(title, f"{result['date'][:10]} · {result['machine']['cpu']} · {rounds}{noisy}")
    yard = yardstick(result)
    for cell in result["scenario"]["cells"]:
        canvas.head(f"Requests per CPU-second, {CELL_SAYS[cell]}", "more is better")
        rows = [
            (name, "a" if name == names(result)[0] else "b", between(ratios(result, name, yard, cell)))
            for name in names(result)
        ]
        ratio_rows(canvas, rows, f"{yard} = 1")
    for cell in result["scenario"]["cells"]:
        if cell != CEILING:
            canvas.head(f"Latency, {CELL_SAYS[cell]}", "less is better")
            canvas.legend(PERCENTILES)
            latency_rows(canvas, result, cell)
    return canvas.svg(title)


def of_summary(results, logged):
    """The judged proxy against each peer, one bar per scenario, without access logs and with them."""
    newest = max(results + logged, key=lambda result: result["date"])
    judged = names(newest)[0]
    canvas = Canvas(
        f"{judged}: requests per CPU-second against its peers",
        f"median of the rounds' ratios, lowest to highest · {newest['machine']['cpu']} · {newest['date'][:10]}",
    )
    for heading, own in (("access logs off", results), ("access logs on", logged)):
        peers = dict.fromkeys(peer for result in own for peer in names(result)[1:])
        for peer in peers:
            canvas.head(f"{judged} ÷ {peer}, {heading}", "more is better")
            rows = [
                (f"{result['scenario']['name']}{' (noisy)' if noise(result)[2] else ''}", "a",
                 between(ratios(result, judged, peer, headline(result))))
                for result in own if peer in names(result)
            ]
            ratio_rows(canvas, rows, f"{peer} = 1")
    return canvas.svg(f"{judged} against its peers")
