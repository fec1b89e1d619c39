"""The command line, and the end of everything that a run started."""

import argparse
import os
import resource
from pathlib import Path

from . import report
from .ending import all_ended, exit_code
from .figures import is_smoke
from .process import Failed, ROOT, tool
from .proxies import PROXIES
from .run import run, say
from .scenario import SCENARIOS
from .summary import quote, summarise
from .weir import Weir

RESULTS = ROOT / "bench" / "results"
SPARE_FILES = 1024  # beside the idle connections: those to the endpoint, logs, jars


def parser():
    words = argparse.ArgumentParser(
        prog="bench/compare",
        description="Runs Weir and other proxies side by side and compares their CPU time per request.",
        epilog="Needs Linux with two cores, nginx, wrk and taskset; a proxy that is absent is skipped.",
    )
    words.add_argument("--scenario", choices=[*SCENARIOS, "all"], default="S1", help="default: S1")
    words.add_argument(
        "--proxies", default="weir,nginx,haproxy", help=f"of {', '.join(PROXIES)}; the one to judge first; default: %(default)s"
    )
    words.add_argument("--access-logs", action="store_true", help="every proxy writes one, of the same content, to a file")
    words.add_argument("--rounds", type=int, default=7, help="default: 7")
    words.add_argument("--seconds", type=int, default=5, help="of load per cell; default: 5")
    words.add_argument("--warm-up", type=int, default=300_000, metavar="REQUESTS", help="or 45 s; default: 300000")
    words.add_argument("--proxy-core", type=int, default=1, help="default: 1")
    words.add_argument("--load-core", type=int, default=0, help="of the load and the endpoint; default: 0")
    words.add_argument(
        "--weir",
        default=os.environ.get("WEIR_COMMAND", Weir.command),
        metavar="COMMAND",
        help="how to start Weir, {config} stands for the file; default: $WEIR_COMMAND or `%(default)s`",
    )
    words.add_argument("--results", type=Path, help="where to write, smoke runs too; default: bench/results, no smoke runs")
    words.add_argument("--summary", action="store_true", help="runs nothing; writes SUMMARY.md from the newest results")
    words.add_argument("--quote", action="store_true", help="the same, and quotes it in README.md")
    return words


def arguments(words):
    reader = parser()
    chosen = reader.parse_args(words)
    chosen.proxies = chosen.proxies.split(",")
    unknown = [name for name in chosen.proxies if name not in PROXIES]
    if unknown:
        reader.error(f"--proxies: {unknown[0]!r} is unknown (expected: {', '.join(PROXIES)})")
    for name in ("rounds", "seconds", "warm_up"):
        if getattr(chosen, name) < 1:
            reader.error(f"--{name.replace('_', '-')} must be at least 1")
    return chosen


def check_machine(chosen, scenarios):
    if not Path("/proc/self/schedstat").is_file():
        raise Failed("This run reads CPU time from /proc/PID/task/*/schedstat, which only Linux has.")
    allowed = os.sched_getaffinity(0)
    for core in (chosen.proxy_core, chosen.load_core):
        if core not in allowed:
            raise Failed(f"Core {core} may not be used here (allowed: {sorted(allowed)}).")
    if chosen.proxy_core == chosen.load_core:
        raise Failed("The proxy needs a core of its own: --proxy-core and --load-core are the same.")
    needed = [("nginx", "nginx"), ("wrk", "wrk"), ("taskset", "util-linux")]
    if any(scenario.streams for scenario in scenarios):
        needed += [("h2load", "nghttp2-client"), ("curl", "curl")]
    for name, package in needed:
        if not tool(name):
            raise Failed(f"{name} is not installed; on Debian: apt-get install {package}")
    allow_files(max(scenario.idle for scenario in scenarios) + SPARE_FILES)


def allow_files(needed):
    """As many open files as may be, for this process and all that it starts."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if most != resource.RLIM_INFINITY and most < needed:
        raise Failed(f"Only {most} files may be open here (ulimit -Hn), and {needed} are needed.")
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def tell(result, chosen):
    say("\n" + report.markdown(result))
    if is_smoke(result) and chosen.results is None:
        say("A smoke run (under 3 rounds or 5 s): nothing was written.")
        return
    folder = chosen.results or RESULTS
    for file in [*report.write(result, folder), *summarise(folder)]:
        say(f"written: {os.path.relpath(file)}")


def one_scenario(chosen, scenario):
    def end(program):
        if hasattr(program, "running"):
            program.running.end()

    with all_ended("weir-compare-", end) as (folder, started):
        tell(run(chosen, scenario, folder, started), chosen)


def obey(chosen):
    if chosen.summary or chosen.quote:
        folder = chosen.results or RESULTS
        files = summarise(folder)
        if not files:
            raise Failed(f"There is no result in {folder} to sum up (smoke runs are not).")
        for file in [*files, *([quote(folder)] if chosen.quote else [])]:
            say(f"written: {os.path.relpath(file)}")
        return 0
    scenarios = list(SCENARIOS.values()) if chosen.scenario == "all" else [SCENARIOS[chosen.scenario]]
    check_machine(chosen, scenarios)
    for scenario in scenarios:
        one_scenario(chosen, scenario)
    return 0


def main(words):
    chosen = arguments(words)
    Weir.command = chosen.weir
    return exit_code("bench/compare", lambda: obey(chosen), failed=1)
