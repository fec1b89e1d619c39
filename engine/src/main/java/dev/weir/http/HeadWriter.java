package dev.weir.http;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Writes heads anew from their parsed form; no byte of the framing is copied from what arrived.
///
/// Confined to one event loop, which lends the array that a head is written into. Source: RFC 9112 §3, §4, §6.
public final class HeadWriter {
    private static final byte[] VERSION = bytes(" HTTP/1.1\r\n");
    private static final byte[] STATUS = bytes("HTTP/1.1 ");
    private static final byte[] LENGTH = bytes("Content-Length: ");
    private static final byte[] CHUNKED = bytes("Transfer-Encoding: chunked\r\n");
    private static final byte[] CLOSE = bytes("Connection: close\r\n");
    private static final byte[] KEEP_ALIVE = bytes("Connection: keep-alive\r\n");
    private static final byte[] DATE = bytes("Date: ");
    private static final byte[] HOST = bytes("Host: ");
    private static final byte[] WEBSOCKET = bytes("Connection: Upgrade\r\nUpgrade: websocket\r\n");

    /// More than all lines that a writer adds itself.
    private static final int ADDED = 256;

    private byte[] out = new byte[4096];
    private int length;

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /// The head written last; its length is [#length]. Valid until the next one is written.
    public byte[] bytes() {
        return out;
    }

    public int length() {
        return length;
    }

    /// Writes a request for an endpoint.
    ///
    /// @param fallbackHost what `Host` says if the client was an HTTP/1.0 one that named none
    public void request(RequestHead head, String fallbackHost) {
        Headers headers = head.headers();
        begin(headers.writtenLength() + fallbackHost.length());
        copy(headers.bytes, head.methodStart, head.methodEnd);
        out[length++] = ' ';
        if (head.sentEnd > 0) {
            copy(headers.bytes, head.sentStart, head.sentEnd);
        } else {
            copy(headers.bytes, head.pathStart, head.pathEnd);
        }
        if (head.hasQuery()) {
            out[length++] = '?';
            copy(headers.bytes, head.queryStart, head.queryEnd);
        }
        copy(VERSION);
        if (!headers.has(Field.HOST)) {
            copy(HOST);
            copy(bytes(fallbackHost));
            line();
        }
        length = headers.write(out, length);
        if (head.bodyLength == RequestHead.CHUNKED) {
            copy(CHUNKED);
        } else if (head.bodyLength > 0 || head.lengthSaid) {
            contentLength(head.bodyLength);
        }
        if (head.hasMeaninglessBody()) {
            copy(CLOSE);
        } else if (head.webSocket) {
            copy(WEBSOCKET);
        }
        line();
    }

    /// Writes a final or interim answer for a client.
    ///
    /// @param chunked whether the body goes out in chunks; else with the length that the head says, if any
    /// @param connection what `Connection` says
    /// @param date the value of `Date` if the answer has none
    public void response(ResponseHead head, boolean chunked, Persistence connection, byte[] date) {
        Headers headers = head.headers();
        begin(headers.writtenLength());
        copy(STATUS);
        length = Ascii.writeDecimal(out, length, head.status);
        out[length++] = ' ';
        copy(headers.bytes, head.reasonStart, head.reasonEnd);
        line();
        length = headers.write(out, length);
        if (head.status >= 200) {
            if (!headers.has(Field.DATE)) {
                copy(DATE);
                copy(date);
                line();
            }
            if (chunked) {
                copy(CHUNKED);
            } else if (head.saidLength >= 0) {
                contentLength(head.saidLength);
            }
            if (connection == Persistence.CLOSE) {
                copy(CLOSE);
            } else if (connection == Persistence.SAID) {
                copy(KEEP_ALIVE);
            }
        } else if (head.webSocket) {
            copy(WEBSOCKET);
        }
        line();
    }

    /// Writes the end of a chunked body, with those trailers that may go on.
    ///
    /// @param head the fields of the message's head, which announce trailers
    public void lastChunk(@Nullable Headers trailers, Headers head) {
        begin(trailers == null ? 0 : trailers.writtenLength());
        out[length++] = '0';
        line();
        if (trailers != null) {
            Trailers.keepAllowed(trailers, head);
            length = trailers.write(out, length);
        }
        line();
    }

    /// Writes the line before a chunk of so many bytes.
    public void chunkSize(int bytes) {
        length = 0;
        int shift = 28;
        while (shift > 0 && bytes >>> shift == 0) {
            shift -= 4;
        }
        for (; shift >= 0; shift -= 4) {
            out[length++] = (byte) Character.forDigit(bytes >>> shift & 15, 16);
        }
        line();
    }

    /// What an answer says about its connection.
    public enum Persistence {
        /// Nothing: it stays open, as HTTP/1.1 has it.
        OPEN,
        /// That it stays open, for HTTP/1.0 clients that asked.
        SAID,
        CLOSE
    }

    private void begin(int variable) {
        if (out.length < variable + ADDED) {
            out = new byte[variable + ADDED];
        }
        length = 0;
    }

    private void contentLength(long bytes) {
        copy(LENGTH);
        length = Ascii.writeDecimal(out, length, bytes);
        line();
    }

    private void line() {
        out[length++] = '\r';
        out[length++] = '\n';
    }

    private void copy(byte[] from) {
        System.arraycopy(from, 0, out, length, from.length);
        length += from.length;
    }

    private void copy(byte[] from, int start, int end) {
        System.arraycopy(from, start, out, length, end - start);
        length += end - start;
    }
}
