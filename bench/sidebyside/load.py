"""The load: wrk, closed loop, pinned; and the checks that come before any figure."""

import http.client
import json
import subprocess

from .process import Failed, core_busy_seconds

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


class Load:
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
            f"http://127.0.0.1:{port}{self.scenario.target}",
        ]

    def run(self, proxy, seconds):
        """Loads the proxy and gives wrk's counts with what the proxy spent on them."""
        busy_before = core_busy_seconds(self.proxy_core)
        before = proxy.running.usage()
        done = subprocess.run(
            self.command(proxy.port, seconds), capture_output=True, text=True, timeout=seconds + 60
        )
        spent = proxy.running.usage().since(before)
        others = core_busy_seconds(self.proxy_core) - busy_before - spent["cpu_nanos"] / 1e9
        result = [line for line in done.stdout.splitlines() if line.startswith("RESULT ")]
        if done.returncode != 0 or not result:
            raise Failed(f"wrk against {proxy.name} ended with {done.returncode}: {done.stderr or done.stdout}")
        counts = json.loads(result[0].removeprefix("RESULT "))
        errors = {kind: counts[kind] for kind in ("connect", "write", "status", "timeout") if counts[kind]}
        if counts["read"] and self.scenario.keep_alive:
            errors["read"] = counts["read"]
        if errors or not counts["requests"]:
            raise Failed(f"{proxy.name} did not answer everything: {errors or 'no request was served'}")
        return {**counts, **spent, "others_seconds": round(max(0.0, others), 2)}


def check_same_bytes(proxies, endpoint, scenario):
    """Twenty fixed requests bring the endpoint's bytes through every proxy."""
    for proxy in proxies:
        connection = http.client.HTTPConnection("127.0.0.1", proxy.port, timeout=10)
        try:
            for number in range(20):
                body = b"b" * scenario.request_bytes if scenario.request_bytes else None
                connection.request(
                    "POST" if body else "GET", f"/fixed/{number}?n={number}", body, dict(scenario.headers)
                )
                response = connection.getresponse()
                got = response.read()
                if response.status != 200 or got != endpoint.body:
                    raise Failed(
                        f"{proxy.name} changed answer {number}: status {response.status}, {len(got)} bytes"
                        f" instead of {len(endpoint.body)}"
                    )
            check_forwarding(proxy, connection)
        except (OSError, http.client.HTTPException) as e:
            raise Failed(f"{proxy.name} broke off one of the 20 fixed requests: {e!r}") from e
        finally:
            connection.close()


def check_forwarding(proxy, connection):
    """Whoever adds no X-Forwarded-For, or hands hop-by-hop fields on, does less work than the others."""
    connection.request("GET", "/seen", headers={"Connection": "keep-alive"})
    forwarded_for, hop, _ = connection.getresponse().read().decode().split("|")
    if forwarded_for != "127.0.0.1":
        raise Failed(f"{proxy.name} said {forwarded_for!r} in X-Forwarded-For (expected: 127.0.0.1)")
    if hop not in ("", "keep-alive"):
        raise Failed(f"{proxy.name} sent Connection: {hop} to the endpoint")


def check_reuse(proxy, endpoint, load, seconds):
    """More than 99.9 % of the requests reach the endpoint on a connection that was there already.

    wrk ends by cutting its connections in the middle of a request, for which proxies cut theirs to the endpoint; as
    many new ones are no failure to reuse.
    """
    load.run(proxy, 1)
    accepted, served = endpoint.counts()
    load.run(proxy, seconds)
    accepted_after, served_after = endpoint.counts()
    fresh = max(0, accepted_after - accepted - 1 - load.scenario.connections)
    requests = served_after - served - 1
    reuse = 1 - fresh / requests
    if reuse <= 0.999:
        raise Failed(
            f"{proxy.name} opened {fresh} connections to the endpoint for {requests} requests:"
            f" reuse {reuse:.2%} (expected: more than 99.9 %)"
        )
    return reuse
