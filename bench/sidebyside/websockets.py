"""The load of the WebSocket scenario: each connection sends a message when its last one has come back."""

import argparse
import json
import selectors
import socket
import time

from . import frames

READ_BYTES = 1 << 18
PATIENCE_SECONDS = 10
MASK = bytes(4)  # allowed, and free: what is measured looks into no frame


class Broken(Exception):
    """What came is not what was sent, or nothing came."""


def join(port):
    """A connection whose handshake is done."""
    client = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_SECONDS)
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    client.sendall(frames.handshake())
    said = b""
    while b"\r\n\r\n" not in said:
        more = client.recv(1)  # so that nothing behind the handshake is taken
        if not more:
            raise Broken(f"the handshake was not answered: {said!r}")
        said += more
    if not said.startswith(b"HTTP/1.1 101 ") or frames.accept(frames.KEY).encode() not in said:
        raise Broken(f"the handshake was answered with {said[:200]!r}")
    return client


def echoed(client, payload, mask):
    """What comes back for one message. Blocks."""
    client.sendall(frames.frame(payload, mask))
    came = bytearray()
    while frames.message(came) is None:
        more = client.recv(READ_BYTES)
        if not more:
            raise Broken("closed in the middle of a message")
        came += more
    return frames.message(came)[0]


class Wire:
    """One connection of the load."""

    def __init__(self, client, payload):
        self.client = client
        self.out = memoryview(frames.frame(payload, MASK))
        self.expected = len(frames.frame(payload))
        self.left = self.out[:0]
        self.due = 0

    def begin(self):
        self.left, self.due = self.out, self.expected

    def write(self):
        """Whether all is sent."""
        if self.left:
            try:
                self.left = self.left[self.client.send(self.left) :]
            except BlockingIOError:
                pass
        return not self.left

    def read(self):
        """Whether the message is back."""
        came = len(self.client.recv(READ_BYTES))
        if not came or came > self.due:
            raise Broken("closed" if not came else "more came back than was sent")
        self.due -= came
        return not self.due


def load(port, count, size, seconds):
    """How many messages came back."""
    selector = selectors.DefaultSelector()
    clients = [join(port) for _ in range(count)]
    try:
        for client in clients:
            client.setblocking(False)
            selector.register(client, selectors.EVENT_READ, Wire(client, bytes(size)))
        return _exchange(selector, seconds)
    finally:
        for client in clients:
            client.close()


def _exchange(selector, seconds):
    end = time.monotonic() + seconds
    messages = 0
    for key in list(selector.get_map().values()):
        key.data.begin()
        _send(selector, key.data)
    while time.monotonic() < end:
        ready = selector.select(PATIENCE_SECONDS)
        if not ready:
            raise Broken(f"nothing came for {PATIENCE_SECONDS} s")
        for key, events in ready:
            wire = key.data
            if events & selectors.EVENT_READ and wire.read():
                messages += 1
                wire.begin()
                _send(selector, wire)
            elif events & selectors.EVENT_WRITE:
                _send(selector, wire)
    return messages


def _send(selector, wire):
    wanted = selectors.EVENT_READ | (0 if wire.write() else selectors.EVENT_WRITE)
    if selector.get_key(wire.client).events != wanted:
        selector.modify(wire.client, wanted, wire)


def main():
    words = argparse.ArgumentParser()
    for name in ("port", "connections", "bytes", "seconds"):
        words.add_argument(f"--{name}", type=int, required=True)
    chosen = words.parse_args()
    messages, errors = 0, {}
    try:
        messages = load(chosen.port, chosen.connections, chosen.bytes, chosen.seconds)
    except (Broken, OSError) as e:
        errors = {"broken": repr(e)}
    print("RESULT " + json.dumps({"requests": messages, "errors": errors}))


if __name__ == "__main__":
    main()
