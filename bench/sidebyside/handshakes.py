"""The load of full TLS handshakes: each connection makes a new session, asks once and closes. wrk would resume."""

import argparse
import http.client
import json
import os
import socket
import ssl
import sys
import time

from .process import unverified

PATIENCE_SECONDS = 10


class Broken(Exception):
    """An answer that is none, or a handshake that was not made in full."""


def once(port, target, context):
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_SECONDS) as bare:
        bare.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # as browsers and libraries do
        with context.wrap_socket(bare) as client:
            if client.session_reused or client.version() != "TLSv1.3":
                raise Broken(f"{client.version()}, resumed: {client.session_reused}")
            client.sendall(f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
            response = http.client.HTTPResponse(client)
            response.begin()
            response.read()
            if response.status != 200:
                raise Broken(f"status {response.status}")


def loop(port, target, seconds):
    """One after the other. Gives how many, and what went wrong."""
    context, done, end = unverified(), 0, time.monotonic() + seconds
    try:
        while time.monotonic() < end:
            once(port, target, context)
            done += 1
    except (Broken, OSError, ssl.SSLError, http.client.HTTPException) as e:
        return done, {"broken": repr(e)}
    return done, {}


def beside(work):
    """Has a process of its own do the work. Gives where its result can be read."""
    reading, writing = os.pipe()
    if os.fork() == 0:
        os.close(reading)
        with os.fdopen(writing, "w") as out:
            json.dump(work(), out)
        os._exit(0)
    os.close(writing)
    return os.fdopen(reading)


def main():
    words = argparse.ArgumentParser()
    words.add_argument("--target", required=True)
    for name in ("port", "connections", "seconds"):
        words.add_argument(f"--{name}", type=int, required=True)
    chosen = words.parse_args()
    sys.stdout.flush()
    workers = [beside(lambda: loop(chosen.port, chosen.target, chosen.seconds)) for _ in range(chosen.connections)]
    results = [json.load(worker) for worker in workers]
    errors = {kind: text for _, own in results for kind, text in own.items()}
    print("RESULT " + json.dumps({"requests": sum(done for done, _ in results), "errors": errors}))


if __name__ == "__main__":
    main()
