"""The endpoint of the WebSocket scenario: sends every message back, and answers what else it is asked as nginx would."""

import argparse
import http.client
import os
import selectors
import socket
import sys

from . import frames
from .process import ROOT, Running, free_port

READ_BYTES = 1 << 18
ANSWER = b"0123456789abcdef" * 64


class Connection:
    """One client: requests, until one of them is a handshake, and messages from then on."""

    def __init__(self, server, client):
        self.server = server
        self.client = client
        self.came = bytearray()
        self.waiting = bytearray()
        self.joined = False

    def readable(self):
        """Whether the connection goes on."""
        data = self.client.recv(READ_BYTES)
        self.came += data
        while self._message() if self.joined else self._request():
            pass
        self.flush()
        return bool(data)

    def _message(self):
        found = frames.message(self.came)
        if found is None:
            return False
        payload, end = found
        del self.came[:end]
        self.waiting += frames.frame(payload)
        return True

    def _request(self):
        end = self.came.find(b"\r\n\r\n")
        if end < 0:
            return False
        first, *lines = self.came[:end].decode("latin-1").split("\r\n")
        del self.came[: end + 4]
        fields = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        self.waiting += self._answer(first.split(" ")[1], fields)
        return True

    def _answer(self, target, fields):
        self.server.requests += 1
        key = fields.get("sec-websocket-key")
        if key:
            self.joined = True
            head = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            return (head + f"Sec-WebSocket-Accept: {frames.accept(key)}\r\n\r\n").encode()
        body = ANSWER
        if target == "/counts":
            body = f"{self.server.accepted} {self.server.requests}".encode()
        elif target == "/seen":
            body = "|".join(fields.get(name, "") for name in ("x-forwarded-for", "connection", "keep-alive")).encode()
        return f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body

    def flush(self):
        """As much as the client takes."""
        if self.waiting:
            try:
                del self.waiting[: self.client.send(self.waiting)]
            except BlockingIOError:
                pass
        wanted = selectors.EVENT_READ | (selectors.EVENT_WRITE if self.waiting else 0)
        if self.server.selector.get_key(self.client).events != wanted:
            self.server.selector.modify(self.client, wanted, self)


class Server:
    """One thread, which serves until the process ends."""

    def __init__(self, port):
        self.selector = selectors.DefaultSelector()
        self.accepted = 0
        self.requests = 0
        self.listening = socket.create_server(("127.0.0.1", port), backlog=4096)
        self.listening.setblocking(False)
        self.selector.register(self.listening, selectors.EVENT_READ)

    def run(self):
        while True:
            for key, events in self.selector.select():
                if key.data is None:
                    self._accept()
                else:
                    self._serve(key.data, events)

    def _accept(self):
        client, _ = self.listening.accept()
        client.setblocking(False)
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.accepted += 1
        self.selector.register(client, selectors.EVENT_READ, Connection(self, client))

    def _serve(self, connection, events):
        try:
            goes_on = True
            if events & selectors.EVENT_WRITE:
                connection.flush()
            if events & selectors.EVENT_READ:
                goes_on = connection.readable()
        except OSError:
            goes_on = False  # a proxy that cuts its connection
        if not goes_on:
            self.selector.unregister(connection.client)
            connection.client.close()


class Echo:
    """What a run sees of it; as nginx's part in the other scenarios."""

    name = "endpoint"
    prefix = ""
    body = ANSWER

    def __init__(self, _scenario):
        self.port = free_port()

    def start(self, folder, core):
        folder.mkdir()
        command = [sys.executable, "-m", "sidebyside.echo", "--port", str(self.port)]
        found_at = {**os.environ, "PYTHONPATH": str(ROOT / "bench")}
        self.running = Running(self.name, command, core, folder / "output.log", found_at)

    def counts(self):
        """Accepted connections and served requests, this question not counted."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/counts")
            accepted, requests = connection.getresponse().read().split()
        finally:
            connection.close()
        return int(accepted) - 1, int(requests) - 1


def main():
    words = argparse.ArgumentParser()
    words.add_argument("--port", type=int, required=True)
    Server(words.parse_args().port).run()


if __name__ == "__main__":
    main()
