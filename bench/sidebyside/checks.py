"""What must hold before any figure is taken."""

import http.client
import os
import socket
import subprocess
import time

from . import websockets
from .process import Failed, tool, unverified

FLUSHED_SECONDS = 2  # nginx is told to write once a second


def check_same_bytes(proxies, endpoint, scenario):
    """Twenty fixed requests bring the endpoint's bytes through every proxy."""
    body = b"b" * scenario.request_bytes
    for proxy in proxies:
        try:
            if scenario.streams:
                check_http2(proxy, endpoint, scenario)
            if scenario.message_bytes:
                check_messages(proxy, scenario)
            with connect(proxy, scenario) as client:
                for number in range(20):
                    status, got = ask(client, f"{scenario.prefix}/fixed/{number}?n={number}", scenario.headers, body)
                    if status != 200 or got != endpoint.body:
                        raise Failed(
                            f"{proxy.name} changed answer {number}: status {status}, {len(got)} bytes"
                            f" instead of {len(endpoint.body)}"
                        )
                check_forwarding(proxy, client, scenario)
        except (OSError, http.client.HTTPException, websockets.Broken) as e:
            raise Failed(f"{proxy.name} broke off one of the 20 fixed requests: {e!r}") from e


def check_http2(proxy, endpoint, scenario):
    """The same by HTTP/2, asked by curl: one connection, twenty streams."""
    base = f"https://127.0.0.1:{proxy.port}{scenario.prefix}/fixed/"
    words = [tool("curl"), "-sk", "--http2", "-w", "%{http_version}", base + "[1-20]"]
    words += [word for name, value in scenario.headers for word in ("-H", f"{name}: {value}")]
    done = subprocess.run(words, capture_output=True, timeout=60)
    if done.stdout != (endpoint.body + b"2") * 20:
        raise Failed(f"{proxy.name} did not bring the same bytes by HTTP/2: {done.stdout[:200]!r} {done.stderr[:200]!r}")


def check_messages(proxy, scenario):
    """Twenty messages of many lengths come back as they were sent."""
    with websockets.join(proxy.port) as client:
        for number in range(20):
            payload = bytes(range(256)) * 300
            payload = payload[: (0, 1, 125, 126, 4711, scenario.message_bytes, 65535, 65536)[number % 8] + number % 3]
            if websockets.echoed(client, payload, bytes((17, number, 0, 255))) != payload:
                raise Failed(f"{proxy.name} changed message {number} of {len(payload)} bytes")


def connect(proxy, scenario):
    client = socket.create_connection(("127.0.0.1", proxy.port), timeout=30)
    return unverified().wrap_socket(client) if scenario.tls else client


def ask(client, target, headers, body=b""):
    """Head and body in one write, as the generators do it: the endpoint answers before it has read a body, and a proxy
    that has not got all of it by then may close the connection."""
    lines = [f"{'POST' if body else 'GET'} {target} HTTP/1.1", "Host: 127.0.0.1"]
    lines += [f"{name}: {value}" for name, value in headers]
    if body:
        lines.append(f"Content-Length: {len(body)}")
    client.sendall("\r\n".join([*lines, "", ""]).encode() + body)
    response = http.client.HTTPResponse(client)
    response.begin()
    return response.status, response.read()


def check_forwarding(proxy, client, scenario):
    """Whoever adds no X-Forwarded-For, or hands hop-by-hop fields on, does less work than the others."""
    _, said = ask(client, f"{scenario.prefix}/seen", (("Connection", "keep-alive"),))
    forwarded_for, hop, _ = said.decode().split("|")
    if forwarded_for != "127.0.0.1":
        raise Failed(f"{proxy.name} said {forwarded_for!r} in X-Forwarded-For (expected: 127.0.0.1)")
    if hop not in ("", "keep-alive"):
        raise Failed(f"{proxy.name} sent Connection: {hop} to the endpoint")


def check_reuse(proxy, endpoint, load, seconds):
    """More than 99.9 % of the requests reach the endpoint on a connection that was there already.

    Generators end by cutting its connections in the middle of a request, for which proxies cut theirs to the endpoint; as
    many new ones are no failure to reuse.
    """
    load.run(proxy, 1)
    accepted, served = endpoint.counts()
    load.run(proxy, seconds)
    accepted_after, served_after = endpoint.counts()
    fresh = max(0, accepted_after - accepted - 1 - load.scenario.in_flight)
    requests = served_after - served - 1
    reuse = 1 - fresh / requests
    if reuse <= 0.999:
        raise Failed(
            f"{proxy.name} opened {fresh} connections to the endpoint for {requests} requests:"
            f" reuse {reuse:.2%} (expected: more than 99.9 %)"
        )
    return reuse


def check_log(proxy, load, seconds):
    """The access log has a line for every request. Gives the lines per request, which may be a little more than one:
    Generators do not count the requests that it cuts off at its end."""
    time.sleep(FLUSHED_SECONDS)
    os.truncate(proxy.access_log, 0)
    served = load.run(proxy, seconds)["requests"]
    time.sleep(FLUSHED_SECONDS)
    wanted = [load.scenario.target]
    wanted += [value for name, value in load.scenario.headers if name in ("User-Agent", "Referer")]
    lines, sample = lines_of(proxy.access_log, wanted)
    if lines < served or lines > served + 2 * load.scenario.in_flight:
        raise Failed(f"{proxy.name} wrote {lines} lines into its access log for {served} requests: {sample}")
    absent = [text for text in wanted if text not in sample]
    if absent:
        raise Failed(f"{proxy.name} left {absent[0]!r} out of its access log: {sample}")
    return lines / served


def lines_of(file, wanted):
    """How many lines, and the first that has all that is wanted, or the first at all: requests that were cut off, even
    before the file was emptied, have lines of their own. HAProxy writes on from where it was in a file that has been
    emptied, which leaves a hole of zeros before its next line."""
    texts = [text.encode() for text in wanted]
    count, first, sample = 0, b"", b""
    with open(file, "rb") as log:
        for line in log:
            count += 1
            first = first or line
            if not sample and all(text in line for text in texts):
                sample = line
    return count, (sample or first).lstrip(b"\0").decode(errors="replace").strip()
