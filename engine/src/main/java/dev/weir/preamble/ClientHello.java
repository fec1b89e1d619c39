package dev.weir.preamble;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Finds the server name in the ClientHello that begins a TLS connection, without decrypting anything and without changing a byte. Reads
/// the bytes anew each time; immutable results.
///
/// Source: RFC 8446 §4.1.2, §5.1; RFC 6066 §3.
public sealed interface ClientHello {
    /// The longest one that is read, its record headers included. Post-quantum key shares make usual ones 2 KiB.
    int MOST_BYTES = 16 << 10;

    /// So far it may still become one.
    record Incomplete() implements ClientHello {}

    /// These bytes are no ClientHello.
    ///
    /// @param why completes "its ClientHello …"
    record Malformed(String why) implements ClientHello {}

    /// A whole one.
    ///
    /// @param serverName in lower case; empty if it names none
    record Whole(String serverName) implements ClientHello {}

    ClientHello INCOMPLETE = new Incomplete();

    /// Reads what is there from the reader index on, and moves no index.
    static ClientHello read(ByteBuf in) {
        byte[] message = new byte[Math.min(in.readableBytes(), MOST_BYTES)];
        int length = 0;
        int at = in.readerIndex();
        int end = at + message.length;
        // A handshake message may be cut into several records.
        while (at < end) {
            if (in.getByte(at) != 22 || at + 1 < end && in.getByte(at + 1) != 3) {
                return new Malformed("is none: the connection does not begin with TLS");
            }
            if (end - at < 5) {
                break;
            }
            int size = in.getUnsignedShort(at + 3);
            if (size == 0 || size > 1 << 14) {
                return new Malformed("is in a record of " + size + " bytes");
            }
            int there = Math.min(size, end - at - 5);
            in.getBytes(at + 5, message, length, there);
            length += there;
            at += 5 + there;
            if (length >= 1 && message[0] != 1) {
                return new Malformed("is another message");
            }
            if (length >= 4 && length >= 4 + uint24(message, 1)) {
                return hello(message, 4, 4 + uint24(message, 1));
            }
        }
        return message.length < MOST_BYTES
                ? INCOMPLETE
                : new Malformed("is longer than " + MOST_BYTES + " bytes");
    }

    private static int uint24(byte[] bytes, int at) {
        return (bytes[at] & 0xff) << 16 | uint16(bytes, at + 1);
    }

    private static int uint16(byte[] bytes, int at) {
        return (bytes[at] & 0xff) << 8 | bytes[at + 1] & 0xff;
    }

    private static ClientHello hello(byte[] bytes, int from, int to) {
        // Version and random, then session id, cipher suites, compression methods.
        int at = skip(bytes, from + 34, to, 1);
        at = skip(bytes, at, to, 2);
        at = skip(bytes, at, to, 1);
        if (at == to) {
            return new Whole("");
        }
        int end = skip(bytes, at, to, 2);
        if (end != to) {
            return new Malformed("does not end where it says");
        }
        String name = null;
        for (at += 2; at < to; at = end) {
            end = skip(bytes, at + 2, to, 2);
            if (end < 0) {
                return new Malformed("has an extension that is cut");
            }
            if (uint16(bytes, at) == 0) {
                if (name != null) {
                    return new Malformed("names a server twice");
                }
                name = serverName(bytes, at + 4, end);
                if (name == null) {
                    return new Malformed("names no server as it should");
                }
            }
        }
        return new Whole(name == null ? "" : name);
    }

    /// Where a vector ends whose length stands before it in so many bytes, or -1 if that is not before the end.
    private static int skip(byte[] bytes, int at, int to, int lengthBytes) {
        if (at < 0 || at + lengthBytes > to) {
            return -1;
        }
        int length = lengthBytes == 1 ? bytes[at] & 0xff : uint16(bytes, at);
        int end = at + lengthBytes + length;
        return end > to ? -1 : end;
    }

    /// A list with a single name of type 0, as all clients send it.
    private static @Nullable String serverName(byte[] bytes, int from, int to) {
        if (skip(bytes, from, to, 2) != to
                || to - from < 5
                || bytes[from + 2] != 0
                || skip(bytes, from + 3, to, 2) != to) {
            return null;
        }
        for (int i = from + 5; i < to; i++) {
            if (bytes[i] <= ' ' || bytes[i] == 0x7f) {
                return null;
            }
        }
        String name = new String(bytes, from + 5, to - from - 5, StandardCharsets.US_ASCII);
        return name.isEmpty() ? null : name.toLowerCase(Locale.ROOT);
    }
}
