"""The closed loop: wrk, pinned. Every connection sends its next request when its last one is answered."""

import json
import subprocess

from .process import Failed
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
    def __init__(self, scenario, folder, core, proxy_core):
        self.scenario = scenario
        self.core = core
        self.proxy_core = proxy_core
        self.script = folder / "report.lua"
        lines = [REPORT]
        if scenario.request_bytes:
            lines.append('wrk.method = "POST"')
            lines.append(f'wrk.body = string.rep("b", {scenario.request_bytes})')
        self.script.write_text("\n".join(lines))

    def command(self, port, seconds):
        headers = list(self.scenario.headers)
        if not self.scenario.keep_alive:
            headers.append(("Connection", "close"))
        flags = [word for name, value in headers for word in ("-H", f"{name}: {value}")]
        return [
            *("taskset", "-c", str(self.core), "wrk", "-t", "1", "-c", str(self.scenario.connections)),
            *("-d", f"{seconds}s", "--timeout", "10s", "-s", str(self.script)),
            *flags,
            f"{self.scenario.scheme}://127.0.0.1:{port}{self.scenario.target}",
        ]

    def run(self, proxy, seconds):
        """Loads the proxy and gives wrk's counts with what the proxy spent on them."""
        window = Window(proxy, self.proxy_core, self.core)
        done = subprocess.run(
            self.command(proxy.port, seconds), capture_output=True, text=True, timeout=seconds + 60
        )
        spent = window.end()
        result = [line for line in done.stdout.splitlines() if line.startswith("RESULT ")]
        if done.returncode != 0 or not result:
            raise Failed(f"wrk against {proxy.name} ended with {done.returncode}: {done.stderr or done.stdout}")
        counts = json.loads(result[0].removeprefix("RESULT "))
        errors = {kind: counts[kind] for kind in ("connect", "write", "status", "timeout") if counts[kind]}
        if counts["read"] and self.scenario.keep_alive:
            errors["read"] = counts["read"]
        if errors or not counts["requests"]:
            raise Failed(f"{proxy.name} did not answer everything: {errors or 'no request was served'}")
        return {"cell": CEILING, **spent, **counts}
