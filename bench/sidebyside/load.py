"""The closed loops, each pinned: every connection sends its next request when its last one is answered."""

import json
import re
import subprocess
import sys

from .process import Failed, ROOT
from .scenario import CEILING
from .window import Window

REPORT = """
function done(summary, latency, requests)
  io.write(string.format(
    'RESULT {"requests": %d, "micros": %d, "connect": %d, "read": %d, "write": %d, "status": %d, "timeout": %d, '
      .. '"p50_micros": %d, "p99_micros": %d, "p999_micros": %d}\\n',
    summary.requests, summary.duration, summary.errors.connect, summary.errors.read, summary.errors.write,
    summary.errors.status, summary.errors.timeout,
    latency:percentile(50), latency:percentile(99), latency:percentile(99.9)))
end
"""


class ClosedLoop:
    """What the generators share. Each is a command that ends by itself and tells what it counted."""

    generator = ""

    def __init__(self, scenario, folder, core, proxy_core):
        self.scenario = scenario
        self.folder = folder
        self.core = core
        self.proxy_core = proxy_core

    def url(self, port):
        return f"{self.scenario.scheme}://127.0.0.1:{port}{self.scenario.target}"

    def run(self, proxy, seconds):
        """Loads the proxy and gives the generator's counts with what the proxy spent on them."""
        window = Window(proxy, self.proxy_core, self.core)
        done = subprocess.run(
            self.command(proxy.port, seconds), cwd=ROOT / "bench", capture_output=True, text=True, timeout=seconds + 60
        )
        spent = window.end()
        counts = self.counts(done.stdout) if done.returncode == 0 else None
        if counts is None:
            said = (done.stderr or done.stdout).strip()[-800:]
            raise Failed(f"{self.generator} against {proxy.name} ended with {done.returncode}: {said}")
        if counts["errors"] or not counts["requests"]:
            raise Failed(f"{proxy.name} did not answer everything: {counts['errors'] or 'no request was served'}")
        del counts["errors"]
        return {"cell": CEILING, **spent, **counts}


class Wrk(ClosedLoop):
    """HTTP/1.1. Resumes its TLS sessions wherever it can."""

    generator = "wrk"

    def command(self, port, seconds):
        script = self.folder / "report.lua"
        if not script.exists():
            post = f'wrk.method = "POST"\nwrk.body = string.rep("b", {self.scenario.request_bytes})'
            script.write_text(REPORT + (post if self.scenario.request_bytes else ""))
        headers = list(self.scenario.headers)
        if not self.scenario.keep_alive:
            headers.append(("Connection", "close"))
        flags = [word for name, value in headers for word in ("-H", f"{name}: {value}")]
        return [
            *("taskset", "-c", str(self.core), "wrk", "-t", "1", "-c", str(self.scenario.connections)),
            *("-d", f"{seconds}s", "--timeout", "10s", "-s", str(script)),
            *flags,
            self.url(port),
        ]

    def counts(self, said):
        counts = told(said)
        if counts:
            kinds = ["connect", "write", "status", "timeout"] + (["read"] if self.scenario.keep_alive else [])
            counts["errors"] = {kind: counts[kind] for kind in kinds if counts[kind]}
        return counts

    @staticmethod
    def version():
        said = subprocess.run(["wrk", "-v"], capture_output=True, text=True).stdout
        return re.sub(r"\s+Copyright.*", "", said.splitlines()[0])


class H2Load(ClosedLoop):
    """HTTP/2."""

    generator = "h2load"

    def command(self, port, seconds):
        flags = [word for name, value in self.scenario.headers for word in ("-H", f"{name}: {value}")]
        return [
            *("taskset", "-c", str(self.core), "h2load", "-t", "1", "-c", str(self.scenario.connections)),
            *("-m", str(self.scenario.streams), "-D", str(seconds), "-T", "10"),
            *flags,
            self.url(port),
        ]

    def counts(self, said):
        """From the two lines: of requests by how they went, and of answers by status."""
        ways = re.search(r"^requests: (.*)$", said, re.MULTILINE)
        statuses = re.search(r"^status codes: (\d+) 2xx, (.*)$", said, re.MULTILINE)
        if not ways or not statuses or "Application protocol: h2" not in said:
            return None
        by_way = {name: int(number) for number, name in re.findall(r"(\d+) (\w+)", ways[1])}
        others = {name: int(number) for number, name in re.findall(r"(\d+) (\wxx)", statuses[2])}
        errors = {name: number for name, number in {**by_way, **others}.items() if number and name in ERRORS}
        return {"requests": int(statuses[1]), "errors": errors}

    @staticmethod
    def version():
        return subprocess.run(["h2load", "--version"], capture_output=True, text=True).stdout.strip()


ERRORS = ("failed", "errored", "timeout", "3xx", "4xx", "5xx")


class Own(ClosedLoop):
    """A generator of this package, run as a module."""

    def words(self, port, seconds):
        return [
            *("taskset", "-c", str(self.core), sys.executable, "-m", f"sidebyside.{self.generator}"),
            *("--port", str(port), "--seconds", str(seconds), "--connections", str(self.scenario.connections)),
        ]

    def counts(self, said):
        return told(said)

    def version(self):
        return f"sidebyside.{self.generator} on Python {sys.version.split()[0]}"


class Handshakes(Own):
    generator = "handshakes"

    def command(self, port, seconds):
        return [*self.words(port, seconds), "--target", self.scenario.target]


class WebSockets(Own):
    generator = "websockets"

    def command(self, port, seconds):
        return [*self.words(port, seconds), "--bytes", str(self.scenario.message_bytes)]


def told(said):
    """What a generator says in its line of results; None if it said none."""
    found = [line for line in said.splitlines() if line.startswith("RESULT ")]
    return json.loads(found[0].removeprefix("RESULT ")) if found else None


def closed_loop(scenario, *where):
    """The generator that can do the scenario."""
    if scenario.message_bytes:
        return WebSockets(scenario, *where)
    if scenario.streams:
        return H2Load(scenario, *where)
    return Wrk(scenario, *where) if scenario.resumed else Handshakes(scenario, *where)
