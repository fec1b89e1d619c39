"""What a run says: tables made from its figures."""

import csv
import json

from .figures import (
    BUSY,
    NOISY,
    SHARED,
    between,
    busy,
    cells,
    cost,
    headline,
    is_smoke,
    late,
    latency,
    median,
    names,
    noise,
    ratios,
    split,
    yardstick,
)
from .plot import of_result
from .scenario import CEILING, ELSEWHERE, HALF, IDLE

CELL_SAYS = {
    CEILING: "Ceiling: closed loop, {loop}",
    HALF: "Half of it: open loop at the same rate for all, latencies from the intended time",
    IDLE: "Open loop beside the idle connections, latencies from the intended time",
    ELSEWHERE: "The same load, the idle connections at its endpoint",
}
LATENCIES = ("p50_micros", "p99_micros", "p999_micros")


def table(head, rows):
    """In Markdown; nothing if there are no rows."""
    if not rows:
        return []
    return ["| " + " | ".join(head) + " |", "|" + "---|" * len(head), *("| " + " | ".join(row) + " |" for row in rows)]


def millis(value):
    return "–" if value is None else f"{value:.2f} ms"


def markdown(result, plot=None):
    logs = ", access logs on" if result["access_logs"] else ""
    lines = [f"# {result['scenario']['name']}: {result['scenario']['says']}{logs}", ""]
    lines += ["Requests per CPU-second, median of the rounds' ratios [lowest–highest]:", "", *ratio_lines(result), ""]
    lines += [noise_line(result), ""]
    if plot:
        lines += [f"![the same as a picture]({plot})", ""]
    for cell in result["scenario"]["cells"]:
        lines += ["## " + CELL_SAYS[cell].format(loop=result["scenario"].get("loop", "64 connections")), ""]
        lines += ceiling_table(result) if cell == CEILING else open_table(result, cell)
        lines.append("")
    if result["idle_memory"]:
        lines += ["## Memory of idle connections", "", *idle_table(result), ""]
    lines += ["## Also", "", *also_table(result), "", *how(result)]
    return "\n".join(lines) + "\n"


def ratio_lines(result):
    judged, *peers = names(result)
    lines = []
    for peer in peers:
        told = []
        for cell in result["scenario"]["cells"]:
            middle, lowest, highest = between(ratios(result, judged, peer, cell))
            figure = f"{middle:.2f}"
            if cell == headline(result):
                figure = f"**{figure}**"
            told.append(f"{cell} {figure} [{lowest:.2f}–{highest:.2f}]")
        lines.append(f"* {judged} ÷ {peer}: " + ", ".join(told))
    return lines


def cost_columns(own):
    return [
        f"{median(map(cost, own)):.2f}",
        f"{median(split(cell)[0] for cell in own):.2f}",
        f"{median(split(cell)[1] for cell in own):.2f}",
    ]


def ceiling_table(result):
    rows = []
    for name in names(result):
        own = cells(result, name, CEILING)
        share = median(map(busy, own))
        rate = f"{median(cell['requests'] / (cell['micros'] / 1e6) for cell in own):,.0f}"
        if share < BUSY:
            rate = f"not its limit ({share:.0%} busy)"
        rows.append([name, *cost_columns(own), rate])
    return table(["proxy", "CPU µs per request", "user", "kernel", "requests/s"], rows)


def open_table(result, cell):
    rows = []
    for name in names(result):
        own = cells(result, name, cell)
        told = [millis(latency(result, name, cell, key)) for key in LATENCIES]
        rows.append([name, f"{result['rates'][name]:,}", *cost_columns(own), *told, f"{median(map(late, own)):.2%}"])
    head = ["proxy", "requests/s", "CPU µs per request", "user", "kernel", "p50", "p99", "p99.9", "sent late"]
    lines = table(head, rows)
    if any("–" in row for row in rows):
        lines += ["", "– : the generator was the limit there, so its latencies say nothing about the proxy."]
    if cell == IDLE:
        lines += ["", *idle_p99(result)]
    return lines


def idle_p99(result):
    lines = []
    for name in names(result):
        if all(latency(result, name, cell, "p99_micros") for cell in (IDLE, ELSEWHERE)):
            pairs = zip(cells(result, name, IDLE), cells(result, name, ELSEWHERE))
            middle, lowest, highest = between([own["p99_micros"] / other["p99_micros"] for own, other in pairs])
            figures = f"{middle:.2f} [{lowest:.2f}–{highest:.2f}]"
            lines.append(f"* {name}: p99 beside the idle connections is {figures} × that with them elsewhere")
    return lines


def idle_table(result):
    rows = []
    for name, memory in result["idle_memory"].items():
        before, held, count = memory["before"], memory["held"], memory["connections"]
        heap = "–"
        if held["heap_bytes"] is not None:
            heap = f"{(held['heap_bytes'] - before['heap_bytes']) / count:,.0f} B"
        each = (held["resident_bytes"] - before["resident_bytes"]) / count
        rows.append([name, megabytes(before["resident_bytes"]), megabytes(held["resident_bytes"]), f"{each:,.0f} B", heap])
    head = ["proxy", "resident before", f"with {count:,}", "resident per connection", "live heap per connection"]
    return table(head, rows)


def megabytes(value):
    return f"{value / 1e6:.0f} MB"


def also_table(result):
    rows = []
    for name in names(result):
        told = result["also"][name]
        pauses = "–"
        if "gc_pauses" in told:
            pauses = f"{told['gc_pauses']}, longest {told['gc_longest_millis']:.1f} ms"
        rows.append(
            [
                name,
                f"{told['start_millis']:.0f} ms",
                megabytes(told["resident_start_bytes"]),
                megabytes(told["resident_load_bytes"]),
                f"{told['system_calls']:.2f}" if "system_calls" in told else "–",
                f"{told['allocated_bytes']:,} B" if told.get("allocated_bytes") is not None else "–",
                pauses,
            ]
        )
    head = ["proxy", "start to first answer", "resident after start", "after load", "system calls per request"]
    return table([*head, "allocated per request", "pauses in the rounds"], rows)


def noise_line(result):
    own, others, noisy = noise(result)
    verdict = "**Noisy**: repeat on a quieter machine." if noisy else "Quiet enough."
    return (
        f"Spread of {yardstick(result)}'s own cost over the rounds: {own:.1%}; others took {others:.1%} of the proxy's"
        f" core (noisy above {NOISY:.0%} or {SHARED:.0%}). {verdict}"
    )


def command(result):
    words = [f"bench/compare --scenario {result['scenario']['name']}"]
    words += [f"--{name.replace('_', '-')} {value}" for name, value in result["flags"].items()]
    return " ".join(words + (["--access-logs"] if result["access_logs"] else []))


def how(result):
    machine = result["machine"]
    versions = ", ".join(f"{name}: {version}" for name, version in result["versions"].items())
    open_loop = " and bench/open-loop" if result["scenario"]["cells"] != [CEILING] else ""
    return [
        f"{result['date']} · {machine['cpu']}, {machine['cores']} cores · Linux {machine['kernel']}",
        "",
        f"{versions}, load: {result['load']['version']}{open_loop}",
        "",
        f"Made by `{command(result)}` in {result['took_seconds'] / 60:.1f} minutes. Start is the median of five, from the"
        " command to the first proxied answer.",
    ]


def write(result, folder):
    """Table, picture, all that was measured, and one line per cell."""
    folder.mkdir(parents=True, exist_ok=True)
    stamp = result["date"][:16].replace("-", "").replace(":", "").replace("T", "-")
    kind = ("logs-" if result["access_logs"] else "") + ("smoke-" if is_smoke(result) else "")
    base = folder / f"{result['scenario']['name']}-{kind}{stamp}"
    files = [base.with_suffix(suffix) for suffix in (".md", ".svg", ".json", ".csv")]
    files[0].write_text(markdown(result, files[1].name))
    files[1].write_text(of_result(result))
    files[2].write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n")
    with files[3].open("w", newline="") as out:
        write_cells(result, csv.writer(out, lineterminator="\n"))
    return files


def write_cells(result, out):
    kinds = result["scenario"]["cells"]
    every = [
        (number, name, own[kind])
        for number, one in enumerate(result["rounds"], 1)
        for kind in kinds
        for name, own in one.items()
    ]
    columns = list(dict.fromkeys(column for _, _, cell in every for column in cell))
    out.writerow(["round", "proxy", *columns])
    for number, name, cell in every:
        out.writerow([number, name, *(cell.get(column, "") for column in columns)])
