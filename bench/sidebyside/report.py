"""What a run says: every figure is computed here from the counts of the rounds."""

import csv
import datetime
import json
import platform
import re
import shlex
import statistics
import subprocess
from pathlib import Path

from .proxies import ROOT

NOISY = 0.10
SHARED = 0.05
BUSY = 0.95  # a proxy below this share of its core was not the limit of the cell


def facts(chosen, scenario, proxies, folder, load):
    """What somebody needs to judge the figures or to repeat them; no path or name of this machine."""

    def portable(text):
        return text.replace(str(folder), "$TMP").replace(str(ROOT), ".")

    return {
        "date": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
        "scenario": {"name": scenario.name, "says": scenario.says},
        "flags": {
            "rounds": chosen.rounds,
            "seconds": chosen.seconds,
            "warm_up": chosen.warm_up,
            "proxy_core": chosen.proxy_core,
            "load_core": chosen.load_core,
            "proxies": ",".join(chosen.proxies),
        },
        "machine": {
            "cpu": _cpu(),
            "cores": len(list(Path("/sys/devices/system/cpu").glob("cpu[0-9]*"))),
            "kernel": platform.release(),
        },
        "versions": {proxy.name: portable(proxy.version()) for proxy in proxies},
        "load": {"version": _wrk(), "command": portable(shlex.join(load.command(0, chosen.seconds)))},
        "start_millis": {proxy.name: proxy.start_millis for proxy in proxies},
    }


def _cpu():
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _wrk():
    said = subprocess.run(["wrk", "-v"], capture_output=True, text=True).stdout
    return re.sub(r"\s+Copyright.*", "", said.splitlines()[0])


def cost(cell):
    """Microseconds of CPU per request."""
    return cell["cpu_nanos"] / cell["requests"] / 1000


def split(cell):
    """The cost as user and kernel microseconds, in the proportion that /proc/PID/stat gives."""
    ticks = cell["user_seconds"] + cell["kernel_seconds"]
    user = cost(cell) * cell["user_seconds"] / ticks if ticks else 0.0
    return user, cost(cell) - user


def is_smoke(result):
    return result["flags"]["rounds"] < 3 or result["flags"]["seconds"] < 5


def spread(values):
    """How far apart the rounds lie, as a share of their median."""
    return (max(values) - min(values)) / statistics.median(values)


def ratios(result, judged, peer):
    """Requests per CPU-second of the judged proxy ÷ those of the peer, round by round."""
    return [cost(cells[peer]) / cost(cells[judged]) for cells in result["rounds"]]


def markdown(result):
    names = list(result["versions"])
    rounds, flags = result["rounds"], result["flags"]
    lines = [
        f"# {result['scenario']['name']}: {result['scenario']['says']}",
        "",
        "| proxy | CPU µs per request | user | kernel | requests/s | p50 | p99 | p99.9 | resident | start |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for name in names:
        lines.append(_row(name, [cells[name] for cells in rounds], result))
    lines += ["", "Requests per CPU-second, median of the rounds' ratios [lowest–highest]:", ""]
    for peer in names[1:]:
        values = ratios(result, names[0], peer)
        lines.append(
            f"* **{names[0]} ÷ {peer}: {statistics.median(values):.2f}** [{min(values):.2f}–{max(values):.2f}]"
        )
    lines += ["", _noise(result, names), ""]
    lines += _how(result, flags)
    return "\n".join(lines) + "\n"


def _row(name, cells, result):
    def median(values):
        return statistics.median(list(values))

    wall = [cell["micros"] / 1e6 for cell in cells]
    busy = median(cell["cpu_nanos"] / 1e9 / seconds for cell, seconds in zip(cells, wall))
    rate = f"{median(cell['requests'] / seconds for cell, seconds in zip(cells, wall)):,.0f}"
    if busy < BUSY:
        rate = f"not its limit ({busy:.0%} busy)"
    latency = [f"{median(cell[key] for cell in cells) / 1000:.2f} ms" for key in ("p50_micros", "p99_micros", "p999_micros")]
    columns = [
        name,
        f"{median(map(cost, cells)):.2f}",
        f"{median(split(cell)[0] for cell in cells):.2f}",
        f"{median(split(cell)[1] for cell in cells):.2f}",
        rate,
        *latency,
        f"{result['resident_bytes'][name] / 1e6:.0f} MB",
        f"{result['start_millis'][name]} ms",
    ]
    return "| " + " | ".join(columns) + " |"


def _noise(result, names):
    yardstick = "nginx" if "nginx" in names else names[0]
    value = spread([cost(cells[yardstick]) for cells in result["rounds"]])
    others = statistics.median(
        cell["others_seconds"] / (cell["micros"] / 1e6) for cells in result["rounds"] for cell in cells.values()
    )
    noisy = value > NOISY or others > SHARED
    verdict = "**Noisy**: repeat on a quieter machine." if noisy else "Quiet enough."
    return (
        f"Spread of {yardstick}'s own cost over the rounds: {value:.1%}; others took {others:.1%} of the proxy's core"
        f" (noisy above {NOISY:.0%} or {SHARED:.0%}). {verdict}"
    )


def _how(result, flags):
    machine = result["machine"]
    command = f"bench/compare --scenario {result['scenario']['name']} " + " ".join(
        f"--{name.replace('_', '-')} {value}" for name, value in flags.items()
    )
    versions = ", ".join(f"{name}: {version}" for name, version in result["versions"].items())
    return [
        f"{result['date']} · {machine['cpu']}, {machine['cores']} cores · Linux {machine['kernel']}",
        "",
        f"{versions}, load: {result['load']['version']}",
        "",
        f"Made by `{command}`. Resident memory is taken after the last round; start is from the command to the"
        " first accepted connection.",
    ]


def write(result, text, folder):
    """Table, raw counts and one line per cell."""
    folder.mkdir(parents=True, exist_ok=True)
    stamp = result["date"][:16].replace("-", "").replace(":", "").replace("T", "-")
    base = folder / f"{result['scenario']['name']}-{stamp}"
    files = [base.with_suffix(suffix) for suffix in (".md", ".json", ".csv")]
    files[0].write_text(text)
    files[1].write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n")
    with files[2].open("w", newline="") as out:
        table = csv.writer(out, lineterminator="\n")
        columns = list(next(iter(result["rounds"][0].values())))
        table.writerow(["round", "proxy", *columns])
        for number, cells in enumerate(result["rounds"], 1):
            for name, cell in cells.items():
                table.writerow([number, name, *(cell[column] for column in columns)])
    return files
