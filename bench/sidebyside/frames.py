"""WebSocket frames (RFC 6455), as far as the endpoint and the load need them: whole messages of binary data."""

import base64
import hashlib

MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
KEY = "d2VpciBzaWRlIGJ5IHNpZGU="
BINARY = 0x82  # the last and only frame of its message
MASKED = 0x80


def accept(key):
    """What a server answers to a client's key."""
    return base64.b64encode(hashlib.sha1((key + MAGIC).encode()).digest()).decode()


def handshake(target="/"):
    """What a client sends first."""
    lines = [f"GET {target} HTTP/1.1", "Host: 127.0.0.1", "Connection: Upgrade", "Upgrade: websocket"]
    lines += ["Sec-WebSocket-Version: 13", f"Sec-WebSocket-Key: {KEY}"]
    return "\r\n".join([*lines, "", ""]).encode()


def head(length, mask):
    """`mask`: a client's four bytes, none of a server."""
    marked = MASKED if mask else 0
    if length < 126:
        return bytes((BINARY, marked | length)) + mask
    if length < 1 << 16:
        return bytes((BINARY, marked | 126)) + length.to_bytes(2) + mask
    return bytes((BINARY, marked | 127)) + length.to_bytes(8) + mask


def masked(payload, mask):
    """A mask that is all zeros, which the load uses, changes nothing and costs nothing."""
    if not any(mask):
        return bytes(payload)
    whole = (mask * (len(payload) // 4 + 1))[: len(payload)]
    return (int.from_bytes(payload) ^ int.from_bytes(whole)).to_bytes(len(payload))


def frame(payload, mask=b""):
    return head(len(payload), mask) + (masked(payload, mask) if mask else payload)


def bounds(data):
    """Of the frame at the beginning: where its mask and its payload begin, and where it ends; None if it is not whole."""
    if len(data) < 2:
        return None
    length, at = data[1] & 0x7F, 2
    if length >= 126:
        at += 2 if length == 126 else 8
        if len(data) < at:
            return None
        length = int.from_bytes(data[2:at])
    begin = at + (4 if data[1] & MASKED else 0)
    return (at, begin, begin + length) if len(data) >= begin + length else None


def message(data):
    """The payload of the frame at the beginning, and how long the frame is; None if it is not whole."""
    found = bounds(data)
    if found is None:
        return None
    mask, begin, end = found
    return masked(data[begin:end], bytes(data[mask:begin]) or bytes(4)), end
