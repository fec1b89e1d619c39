"""The run: checks, warm-up, interleaved rounds, report; and the end of everything it started."""

import argparse
import os
import shutil
import signal
import sys
import tempfile
from pathlib import Path

from . import report
from .load import Load, check_reuse, check_same_bytes
from .process import Failed
from .proxies import PROXIES, Endpoint, Weir, tool
from .scenario import SCENARIOS

RESULTS = Path(__file__).resolve().parent.parent / "results"
MOST_WARM_UP_WINDOWS = 24


def arguments(words):
    parser = argparse.ArgumentParser(
        prog="bench/compare",
        description="Runs Weir, nginx and HAProxy side by side and compares their CPU time per request.",
        epilog="Needs Linux with two cores, nginx, wrk and taskset; haproxy and Weir are skipped when absent.",
    )
    parser.add_argument("--scenario", choices=SCENARIOS, default="S1", help="default: S1")
    parser.add_argument("--proxies", default="weir,nginx,haproxy", help="which, the one to judge first")
    parser.add_argument("--rounds", type=int, default=7, help="default: 7")
    parser.add_argument("--seconds", type=int, default=5, help="of load per proxy and round; default: 5")
    parser.add_argument("--warm-up", type=int, default=300_000, metavar="REQUESTS", help="default: 300000")
    parser.add_argument("--proxy-core", type=int, default=1, help="default: 1")
    parser.add_argument("--load-core", type=int, default=0, help="of wrk and the endpoint; default: 0")
    parser.add_argument(
        "--weir",
        default=os.environ.get("WEIR_COMMAND", Weir.command),
        metavar="COMMAND",
        help="how to start Weir, {config} stands for the file; default: $WEIR_COMMAND or `%(default)s`",
    )
    parser.add_argument("--results", type=Path, default=RESULTS, help="where to write; default: bench/results")
    chosen = parser.parse_args(words)
    chosen.proxies = chosen.proxies.split(",")
    unknown = [name for name in chosen.proxies if name not in PROXIES]
    if unknown:
        parser.error(f"--proxies: {unknown[0]!r} is unknown (expected: {', '.join(PROXIES)})")
    for name in ("rounds", "seconds", "warm_up"):
        if getattr(chosen, name) < 1:
            parser.error(f"--{name.replace('_', '-')} must be at least 1")
    return chosen


def check_machine(chosen):
    if not Path("/proc/self/schedstat").is_file():
        raise Failed("This run reads CPU time from /proc/PID/task/*/schedstat, which only Linux has.")
    allowed = os.sched_getaffinity(0)
    for core in (chosen.proxy_core, chosen.load_core):
        if core not in allowed:
            raise Failed(f"Core {core} may not be used here (allowed: {sorted(allowed)}).")
    if chosen.proxy_core == chosen.load_core:
        raise Failed("The proxy needs a core of its own: --proxy-core and --load-core are the same.")
    for name, package in (("nginx", "nginx"), ("wrk", "wrk"), ("taskset", "util-linux")):
        if not tool(name):
            raise Failed(f"{name} is not installed; on Debian: apt-get install {package}")


def say(text):
    print(text, flush=True)


def begin(chosen, endpoint):
    """The proxies that can take part."""
    taking_part = []
    for name in chosen.proxies:
        missing = PROXIES[name].missing()
        if missing:
            say(f"{PROXIES[name].name} skipped: {missing}.")
        else:
            taking_part.append(PROXIES[name](endpoint))
    if not taking_part:
        raise Failed("No proxy is left to be measured.")
    return taking_part


def warm_up(proxy, load, chosen):
    """At least the requests asked for; Weir, which compiles as it runs, until two windows cost the same within 2 %."""
    served, last, windows = 0, None, 0
    while windows < MOST_WARM_UP_WINDOWS:
        window = load.run(proxy, chosen.seconds)
        windows += 1
        served += window["requests"]
        cost = window["cpu_nanos"] / window["requests"]
        steady = proxy.name != Weir.name or (last is not None and abs(cost - last) < 0.02 * last)
        if served >= chosen.warm_up and steady:
            break
        last = cost
    else:
        say(f"  {proxy.name} was not steady after {windows} windows; measuring anyway.")
    say(f"  {proxy.name}: warmed up with {served:,} requests in {windows} windows")
    return {"requests": served, "windows": windows}


def measure(proxies, load, chosen):
    rounds = []
    for number in range(chosen.rounds):
        shift = number % len(proxies)
        cells = {}
        for proxy in proxies[shift:] + proxies[:shift]:
            cells[proxy.name] = load.run(proxy, chosen.seconds)
        rounds.append(cells)
        costs = ", ".join(
            f"{proxy.name} {cells[proxy.name]['cpu_nanos'] / cells[proxy.name]['requests'] / 1000:.2f}"
            for proxy in proxies
        )
        say(f"  round {number + 1} of {chosen.rounds}: {costs} µs of CPU per request")
    return rounds


def run(chosen, folder, started):
    scenario = SCENARIOS[chosen.scenario]
    say(f"{scenario.name}: {scenario.says}")
    endpoint = Endpoint(scenario)
    proxies = begin(chosen, endpoint)
    for number, program in enumerate([endpoint, *proxies]):
        started.append(program)
        program.start(folder / f"{number}-{program.name.lower()}", chosen.load_core if number == 0 else chosen.proxy_core)
    load = Load(scenario, folder, chosen.load_core, chosen.proxy_core)

    check_same_bytes(proxies, endpoint, scenario)
    say("Checked: the same bytes in 20 fixed requests, X-Forwarded-For, hop-by-hop fields.")
    reuse = {proxy.name: check_reuse(proxy, endpoint, load, 2) for proxy in proxies}
    say("Checked: connections to the endpoint are reused in more than 99.9 % of the requests.")
    say("Warm-up")
    warmed = {proxy.name: warm_up(proxy, load, chosen) for proxy in proxies}
    say("Measuring")
    rounds = measure(proxies, load, chosen)
    resident = {proxy.name: proxy.running.resident_bytes() for proxy in proxies}
    facts = report.facts(chosen, scenario, proxies, folder, load)
    return {**facts, "reuse": reuse, "warm_up": warmed, "resident_bytes": resident, "rounds": rounds}


def main(words):
    chosen = arguments(words)
    Weir.command = chosen.weir
    signal.signal(signal.SIGINT, signal.default_int_handler)  # even where it was ignored: whoever asks is obeyed
    for ending in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, lambda number, frame: sys.exit(128 + number))
    started = []
    folder = Path(tempfile.mkdtemp(prefix="weir-compare-"))
    try:
        check_machine(chosen)
        result = run(chosen, folder, started)
        text = report.markdown(result)
        say("\n" + text)
        if report.is_smoke(result):
            say("A smoke run (under 3 rounds or 5 s): nothing was written.")
        else:
            for file in report.write(result, text, chosen.results):
                say(f"written: {os.path.relpath(file)}")
        return 0
    except Failed as e:
        print(f"bench/compare: {e}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("bench/compare: stopped", file=sys.stderr)
        return 130
    finally:
        for program in reversed(started):
            if hasattr(program, "running"):
                program.running.end()
        shutil.rmtree(folder, ignore_errors=True)
