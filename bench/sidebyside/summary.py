"""The newest result of each scenario in one page, and the block of README.md that quotes it."""

import json
from pathlib import Path

from .facts import FORMAT
from .figures import between, headline, is_smoke, latency, names, noise, ratios
from .plot import of_summary
from .process import Failed, ROOT
from .report import command, megabytes, millis, table
from .scenario import CEILING, SCENARIOS

BEGIN = "<!-- bench -->"
END = "<!-- /bench -->"
README = ROOT / "README.md"


def newest(folder, access_logs):
    """In the scenarios' order, the newest result of each that is no smoke run; with the name of its table."""
    found = {}
    for file in sorted(Path(folder).glob("S*.json")):
        result = json.loads(file.read_text())
        if result.get("format") != FORMAT or is_smoke(result) or result["access_logs"] != access_logs:
            continue
        name = result["scenario"]["name"]
        if name not in found or found[name]["date"] < result["date"]:
            found[name] = {**result, "table": file.with_suffix(".md").name}
    return [found[name] for name in SCENARIOS if name in found]


def ratio(result, peer):
    if peer not in names(result):
        return "–"
    middle, lowest, highest = between(ratios(result, names(result)[0], peer, headline(result)))
    return f"**{middle:.2f}** [{lowest:.2f}–{highest:.2f}]"


def open_cell(result):
    """The open loop of a scenario that is told in one line, if it has one."""
    return next((cell for cell in result["scenario"]["cells"] if cell != CEILING), None)


def ratio_table(results, folder=""):
    peers = list(dict.fromkeys(peer for result in results for peer in names(result)[1:]))
    rows = []
    for result in results:
        noisy = " (noisy)" if noise(result)[2] else ""
        says = f"[{result['scenario']['name']}]({folder}{result['table']}) {result['scenario']['says']}{noisy}"
        rows.append([says, *(ratio(result, peer) for peer in peers)])
    judged = names(results[0])[0]
    return table(["scenario", *(f"{judged} ÷ {peer}" for peer in peers)], rows)


def latency_table(results):
    known = list(dict.fromkeys(name for result in results for name in names(result)))
    rows = []
    for result in filter(open_cell, results):
        told = [result["scenario"]["name"], f"{min(result['rates'].values()):,}"]
        for name in known:
            present = name in names(result)
            told.append(millis(latency(result, name, open_cell(result), "p999_micros")) if present else "–")
        rows.append(told)
    return table(["scenario", "lowest rate", *known], rows)


def also_table(results):
    """Of the first scenario, which is the simplest request."""
    result = results[0]
    rows = []
    for name in names(result):
        told = result["also"][name]
        calls = f"{told['system_calls']:.2f}" if "system_calls" in told else "–"
        rows.append([name, f"{told['start_millis']:.0f} ms", megabytes(told["resident_start_bytes"]),
                     megabytes(told["resident_load_bytes"]), calls])
    head = ["proxy", "start to first answer", "resident after start", "after load", "system calls per request"]
    return [f"{result['scenario']['name']}:", "", *table(head, rows)]


def page(results, logged):
    lines = ["# Weir side by side", "", "Made by `bench/compare --summary` from the newest run of each scenario.", ""]
    lines += ["Requests per CPU-second, median of the rounds' ratios [lowest–highest].", ""]
    lines.append("![the same as a picture](summary.svg)")
    for heading, own in (("Access logs off", results), ("Access logs on", logged)):
        if own:
            lines += ["", f"## {heading}", "", *ratio_table(own), ""]
            lines += ["p99.9 of the open loop, from the intended time:", "", *latency_table(own)]
    if results:
        lines += ["", "## Start, memory, system calls", "", *also_table(results)]
    lines += ["", "## The commands", "", *(f"* `{command(result)}`" for result in results + logged)]
    return "\n".join(lines) + "\n"


def summarise(folder):
    """Writes SUMMARY.md and summary.svg; nothing if no result is there. Gives the files."""
    results, logged = newest(folder, False), newest(folder, True)
    if not results and not logged:
        return []
    files = [Path(folder) / "SUMMARY.md", Path(folder) / "summary.svg"]
    files[0].write_text(page(results, logged))
    files[1].write_text(of_summary(results, logged))
    return files


def block(results):
    """What README.md quotes."""
    dates = sorted({result["date"][:10] for result in results})
    when = dates[0] if len(dates) == 1 else f"{dates[0]} to {dates[-1]}"
    machine = results[0]["machine"]
    return "\n".join(
        [
            BEGIN,
            "Requests that a second of CPU serves, as a ratio within one run, median [lowest–highest] of the rounds:",
            "",
            *ratio_table(results, "bench/results/"),
            "",
            f"Measured {when} on {machine['cpu']}, {machine['cores']} cores, by `bench/compare --scenario all`;"
            " more in the [summary](bench/results/SUMMARY.md), and in [how it is measured](bench/README.md).",
            END,
        ]
    )


def quote(folder, readme=README):
    """Rewrites the block in README.md. Gives the file."""
    results = newest(folder, False)
    if not results:
        raise Failed(f"There is no result to quote in {folder} (smoke runs are not quoted).")
    text = readme.read_text()
    begin, end = text.find(BEGIN), text.find(END)
    if begin < 0 or end < begin:
        raise Failed(f"{readme.name} has no block between {BEGIN} and {END}.")
    readme.write_text(text[:begin] + block(results) + text[end + len(END) :])
    return readme
