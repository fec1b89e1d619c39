"""The run: Weir with its default limits before an endpoint, attack after attack, checks, report."""

import argparse
import collections
import json
import os
import platform
import re
import shlex
import subprocess
import time
from pathlib import Path

from sidebyside.ending import all_ended, exit_code
from sidebyside.nginx import nginx_config
from sidebyside.process import ROOT, Failed, Running, free_port, tool

from . import attacks
from .client import GoodClient, percentile

RESULTS = Path(__file__).resolve().parent.parent / "results"
LARGE = 10 << 20
MOST_TIMES_P99 = 2


def arguments(words):
    parser = argparse.ArgumentParser(
        prog="bench/slow",
        description="Attacks Weir with slow clients (slowhttptest -H, -B, -X) while a good client asks on.",
        epilog="Attacks: " + "; ".join(f"{one.key} {one.says} ({one.seconds} s)" for one in attacks.ATTACKS.values())
        + ". Needs Linux, slowhttptest, nginx. Exit code: 0 all demands met, 1 one was not, 2 it could not run.",
    )
    parser.add_argument("--connections", type=int, default=500, help="attackers at a time; default: 500")
    parser.add_argument("--attacks", default="H,S,B,X", help="which, one after the other; default: H,S,B,X")
    parser.add_argument("--rate", type=int, default=200, help="requests per second of the good client; default: 200")
    parser.add_argument("--seconds", type=int, default=20, help="of the good client alone before and after; default: 20")
    parser.add_argument(
        "--weir",
        default=os.environ.get("WEIR_COMMAND", f"{ROOT}/weir run -c {{config}}"),
        metavar="COMMAND",
        help="how to start Weir, {config} stands for the file; default: $WEIR_COMMAND or `./weir run -c {config}`",
    )
    parser.add_argument("--results", type=Path, default=RESULTS, help="where to write; default: bench/results")
    chosen = parser.parse_args(words)
    chosen.attacks = chosen.attacks.split(",")
    unknown = [key for key in chosen.attacks if key not in attacks.ATTACKS]
    if unknown:
        parser.error(f"--attacks: {unknown[0]!r} is unknown (expected: {', '.join(attacks.ATTACKS)})")
    for name in ("connections", "rate", "seconds"):
        if getattr(chosen, name) < 1:
            parser.error(f"--{name} must be at least 1")
    return chosen


def say(text):
    print(text, flush=True)


def start_endpoint(folder, attacked):
    """Patient with everybody, so that no attacker is cut by it. Reads a whole body before it answers. The one that is attacked
    gets what processor time the others leave, as if it were another machine."""
    folder.mkdir()
    port = free_port()
    (folder / "large").write_bytes(os.urandom(1 << 20) * (LARGE >> 20))
    (folder / "nginx.conf").write_text(
        nginx_config(
            folder,
            f"""
  client_header_timeout 1h;
  client_body_timeout 1h;
  send_timeout 1h;
  client_max_body_size 0;
  server {{
    listen 127.0.0.1:{port} backlog=4096;
    location = /large {{ root {folder}; }}
    location = /up {{ proxy_pass http://127.0.0.1:{port}/good; }}
    location / {{ return 200 good; }}
  }}""",
            8192,
        )
    )
    command = [*(attacks.IDLE if attacked else ()), tool("nginx"), "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log")]
    endpoint = Running("endpoint", command, _cores(), folder / "output.log")
    return endpoint, port


def start_weir(chosen, folder, good_port, attacked_port):
    folder.mkdir()
    port = free_port()
    config = folder / "weir.yaml"
    config.write_text(
        f"""weir: 1
listeners: {{ web: "127.0.0.1:{port}" }}
routes:
  - {{ match: {{ path: /good }}, to: good }}
  - {{ to: attacked }}
services:
  good: {{ endpoints: ["127.0.0.1:{good_port}"] }}
  attacked: {{ endpoints: ["127.0.0.1:{attacked_port}"] }}
logs: {{ access: {{ to: "{folder}/access.log", format: json }} }}
"""
    )
    command = [word.replace("{config}", str(config)) for word in shlex.split(chosen.weir)]
    return Running("Weir", command, _cores(), folder / "output.log"), port


def _cores():
    return ",".join(str(core) for core in sorted(os.sched_getaffinity(0)))


class AccessLog:
    """What Weir wrote since it was last asked."""

    def __init__(self, file):
        self.file = file
        self.read = 0

    def reasons(self):
        """How many requests failed, by reason, but for those of the good client."""
        counted = collections.Counter()
        with open(self.file, "rb") as lines:
            lines.seek(self.read)
            for line in lines:
                entry = json.loads(line)
                if "reason" in entry:
                    counted[entry["reason"]] += 1
            self.read = lines.tell()
        return counted


def run_attack(attack, chosen, client, log, ports, folder, started):
    say(f"-{attack.options[0].lstrip('-')}: {attack.says}")
    alone = client.ask_while(lambda seconds: seconds < chosen.seconds)
    # What the attackers, who need processor time too, cost a client that they do not attack: as long, for the machine has
    # slow moments of its own, and a long time has more of them.
    elsewhere = attacks.Running(attack, chosen.connections, ports["attacked"], folder)
    started.append(elsewhere)
    beside = client.ask_while(lambda seconds: not elsewhere.ended() and seconds < attack.seconds)
    elsewhere.end()
    log.reasons()
    running = attacks.Running(attack, chosen.connections, ports["weir"], folder)
    started.append(running)
    during = client.ask_while(lambda seconds: not running.ended() and seconds < attack.seconds + 30)
    outcome = running.outcome()
    time.sleep(2)  # the access log is written by a thread of its own
    reasons = log.reasons()
    after = client.ask_while(lambda seconds: seconds < chosen.seconds)
    p99 = [percentile(latencies, 0.99) * 1000 for latencies in (alone, beside, during, after)]
    p50 = [percentile(latencies, 0.5) * 1000 for latencies in (alone, beside, during, after)]
    failures, client.failures = client.failures, []
    result = {
        "attack": attack, "outcome": outcome, "p50": p50, "p99": p99, "asked": len(during),
        "cut": reasons[attack.reason], "reasons": dict(reasons), "failures": failures,
    }  # fmt: skip
    result["faults"] = list(faults(result, chosen))
    say(f"  {outcome}")
    say(f"  by Weir's log: {dict(reasons)}")
    say(f"  good client: p50 {_row(p50)} ms, p99 {_row(p99)} ms alone, beside an attack elsewhere, under attack, after")
    for fault in result["faults"]:
        say(f"  NOT MET: {fault}")
    return result


def faults(result, chosen):
    """The demands that are not met."""
    attack, outcome = result["attack"], result["outcome"]
    if outcome.unavailable_seconds:
        yield f"the service was not available for {outcome.unavailable_seconds} s"
    if outcome.left:
        yield f"{outcome.left} attackers were left"
    if result["cut"] != chosen.connections:
        yield f"{result['cut']} of {chosen.connections} attackers were cut as {attack.reason}: {result['reasons']}"
    if result["failures"]:
        yield f"the good client failed {len(result['failures'])} times, first: {result['failures'][0]}"
    _, beside, during, _ = result["p99"]
    if during >= MOST_TIMES_P99 * beside:
        yield f"the good client's p99 went from {beside:.2f} to {during:.2f} ms"


def _row(figures):
    return " / ".join(f"{figure:.2f}" for figure in figures)


def markdown(results, chosen):
    met = not any(result["faults"] for result in results)
    lines = [
        f"# Slow clients, {time.strftime('%Y-%m-%d %H:%M', time.gmtime())} UTC",
        "",
        f"By `bench/slow --attacks {','.join(chosen.attacks)} --connections {chosen.connections}`: slowhttptest"
        f" {attacks.version()}, {chosen.connections} attackers at a time, Weir at {_commit()} with default limits and its access log on,"
        f" a good client with {chosen.rate} requests/s. Linux {platform.release()}, {os.cpu_count()} cores.",
        "",
        "**All demands met.**" if met else "**Not all demands met.**",
        "",
        "| attack | ended by | available | attackers cut, of them by this limit | last one gone after |"
        " p50 ms alone / beside / under attack / after | p99 ms alone / beside / under attack / after | good requests, failed |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for result in results:
        attack, outcome = result["attack"], result["outcome"]
        available = "YES" if outcome.unavailable_seconds == 0 else f"not for {outcome.unavailable_seconds} s"
        lines.append(
            f"| `{' '.join(attack.options)}`: {attack.says} | {attack.limit} | {available} | {chosen.connections - outcome.left},"
            f" {result['cut']} | {outcome.seconds} s | {_row(result['p50'])} | {_row(result['p99'])} |"
            f" {result['asked']}, {len(result['failures'])} |"
        )
    lines.append("")
    lines += [f"* NOT MET, {result['attack'].key}: {fault}" for result in results for fault in result["faults"]]
    return "\n".join(lines) + "\n"


def _commit():
    said = subprocess.run(["git", "-C", str(ROOT), "rev-parse", "--short", "HEAD"], capture_output=True, text=True)
    return said.stdout.strip() or "an unknown commit"


def write(text, chosen):
    chosen.results.mkdir(exist_ok=True)
    name = "".join(re.sub(r"\W", "", key) for key in chosen.attacks)
    file = chosen.results / f"slow-{time.strftime('%Y%m%d-%H%M', time.gmtime())}-{name}.md"
    file.write_text(text)
    say(f"written: {os.path.relpath(file)}")


def run(chosen, folder, started):
    ports = {}
    for name in ("good", "attacked"):
        endpoint, ports[name] = start_endpoint(folder / name, name == "attacked")
        started.append(endpoint)
        endpoint.await_answer(ports[name], "/up", 10)
    weir, port = start_weir(chosen, folder / "weir", ports["good"], ports["attacked"])
    started.append(weir)
    weir.await_answer(port, "/up", 120)  # it may have to be built
    ports["weir"] = port
    client = GoodClient(port, chosen.rate)
    warm_up = GoodClient(port, 2000)
    warm_up.ask_while(lambda seconds: seconds < 10)
    warm_up.close()
    log = AccessLog(folder / "weir" / "access.log")
    keys = [attacks.ATTACKS[key] for key in chosen.attacks]
    results = [run_attack(attack, chosen, client, log, ports, folder, started) for attack in keys]
    client.close()
    return results


def attack(chosen):
    missing = attacks.missing() or (None if tool("nginx") else "nginx is not installed; on Debian: apt-get install nginx")
    if missing:
        raise Failed(missing)
    with all_ended("weir-slow-", lambda program: program.end()) as (folder, started):
        results = run(chosen, folder, started)
        text = markdown(results, chosen)
        say("\n" + text)
        write(text, chosen)
        return 1 if any(result["faults"] for result in results) else 0


def main(words):
    chosen = arguments(words)
    return exit_code("bench/slow", lambda: attack(chosen), failed=2)
