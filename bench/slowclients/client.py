"""The good client: a request at every tick of a steady rate, on one kept connection."""

import socket
import time


class Lost(Exception):
    """An answer did not come, or not the right one."""


class GoodClient:
    def __init__(self, port, rate):
        self.port = port
        self.interval = 1 / rate
        self.request = b"GET /good HTTP/1.1\r\nHost: weir.test\r\n\r\n"
        self.connection = None
        self.failures = []

    def ask_while(self, goes_on):
        """Asks at the rate as long as `goes_on(seconds)` says so. Gives the latencies in seconds, each from when its request
        was due: waiting behind a late answer counts."""
        latencies = []
        begun = time.perf_counter()
        due = begun
        while goes_on(due - begun):
            pause = due - time.perf_counter()
            if pause > 0:
                time.sleep(pause)
                due = max(due, time.perf_counter())  # waking late is not Weir's doing
            try:
                self._ask()
                latencies.append(time.perf_counter() - due)
            except (OSError, Lost) as e:
                self.failures.append(repr(e))
                self.close()
            due += self.interval
        return latencies

    def _ask(self):
        if self.connection is None:
            self.connection = socket.create_connection(("127.0.0.1", self.port), timeout=5)
            self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.connection.sendall(self.request)
        answer = b""
        while not answer.endswith(b"\r\n\r\ngood"):
            piece = self.connection.recv(4096)
            if not piece:
                raise Lost("the connection was closed")
            answer += piece
        if not answer.startswith(b"HTTP/1.1 200 "):
            raise Lost(answer[:40].decode("latin-1"))

    def close(self):
        if self.connection is not None:
            self.connection.close()
            self.connection = None


def percentile(latencies, share):
    ordered = sorted(latencies)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
