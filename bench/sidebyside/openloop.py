"""The open loop: bench/open-loop sends at a fixed rate, whatever comes back, and counts from the intended time."""

import json
import subprocess
import threading
import time

from .process import Failed, ROOT
from .window import Window

COMMAND = ROOT / "bench" / "open-loop"
WARM_UP_SECONDS = 2  # of the generator itself, which compiles as it runs
EARLY_SECONDS = 0.3  # before its end, so that the end of the connections is not counted
PERCENTILES = ("p50_micros", "p90_micros", "p99_micros", "p999_micros", "max_micros")


class OpenLoop:
    def __init__(self, scenario, endpoint, core, proxy_core):
        self.scenario = scenario
        self.endpoint = endpoint
        self.core = core
        self.proxy_core = proxy_core

    @staticmethod
    def build():
        """Builds the generator, so that no run has to."""
        done = subprocess.run([str(COMMAND), "--classpath-only"], capture_output=True, text=True, timeout=600)
        if done.returncode != 0:
            raise Failed(f"bench/open-loop could not be built: {(done.stderr or done.stdout).strip()[-1500:]}")

    def command(self, port, rate, seconds, idle, idle_port):
        scenario = self.scenario
        words = ["taskset", "-c", str(self.core), str(COMMAND), "--no-build", "--port", str(port), "--rate", str(rate)]
        words += ["--seconds", str(seconds), "--warm-up-seconds", str(WARM_UP_SECONDS)]
        words += ["--connections", str(scenario.connections), "--target", scenario.target]
        if scenario.request_bytes:
            words += ["--method", "POST", "--body-bytes", str(scenario.request_bytes)]
        if not scenario.keep_alive:
            words.append("--close")
        if idle:
            words += ["--idle", str(idle), "--idle-port", str(idle_port), "--wait"]
        return words + [word for name, value in scenario.headers for word in ("--header", f"{name}: {value}")]

    def run(self, proxy, cell, rate, seconds, idle=0, on_idle=None, idle_port=None):
        """Loads the proxy; `on_idle` is called when the idle connections stand and nothing is sent. They stand at the proxy, or
        at `idle_port`."""
        process = subprocess.Popen(
            self.command(proxy.port, rate, seconds, idle, idle_port or proxy.port),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        watchdog = threading.Timer(seconds + 90, process.kill)
        watchdog.start()
        try:
            if idle:
                _await_idle(process, proxy, idle)
                if on_idle:
                    on_idle()
                print(file=process.stdin, flush=True)
            _await(process, "BEGIN ", proxy)
            spent = self._spent(proxy, seconds)
            said, complaint = process.communicate()
        finally:
            watchdog.cancel()
            process.kill()
            process.wait()
        return self._cell(proxy, cell, spent, said, complaint, process.returncode)

    def _spent(self, proxy, seconds):
        """What the requests cost while they run: neither opening nor closing connections is in it. The endpoint counts
        the requests."""
        served = self.endpoint.counts()[1]
        window = Window(proxy, self.proxy_core, self.core)
        time.sleep(seconds - EARLY_SECONDS)
        spent = window.end()
        return {**spent, "requests": self.endpoint.counts()[1] - served - 1}

    def _cell(self, proxy, cell, spent, said, complaint, code):
        found = [line for line in said.splitlines() if line.startswith("RESULT ")]
        if code != 0 or not found:
            raise Failed(f"bench/open-loop against {proxy.name} ended with {code}: {complaint.strip()[-800:] or said}")
        counts = json.loads(found[0].removeprefix("RESULT "))
        errors = {kind: number for kind, number in counts["errors"].items() if number}
        if counts["idle_closed"]:
            raise Failed(f"{proxy.name} closed {counts['idle_closed']} idle connections")
        if errors or not counts["requests"] or spent["requests"] < 1:
            raise Failed(f"{proxy.name} did not answer everything: {errors or 'no request was served'}")
        told = ("intended_rate", "sent_rate", "late_starts", "idle_closed", *PERCENTILES)
        return {"cell": cell, **spent, "recorded": counts["requests"], **{key: counts[key] for key in told}}


def _await(process, beginning, proxy):
    """The rest of the line that begins so."""
    line = process.stdout.readline()
    if not line.startswith(beginning):
        raise Failed(f"bench/open-loop did not load {proxy.name}: {line}{process.stderr.read().strip()[-800:]}")
    return line.removeprefix(beginning)


def _await_idle(process, proxy, idle):
    opened = json.loads(_await(process, "IDLE ", proxy))["opened"]
    if opened < idle:
        raise Failed(f"{proxy.name} took only {opened} of {idle} idle connections")
