package dev.weir.testkit;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.ProtocolException;
import java.util.List;

/// How the end of a body is found. Strict: a length beside a transfer coding, two lengths, and any coding but
/// a single `chunked` are refused, for a proxy must not pass them on. Source: RFC 9112 §6.
sealed interface Framing {
    record None() implements Framing {}

    record Length(long bytes) implements Framing {}

    record Chunked() implements Framing {}

    record UntilClosed() implements Framing {}

    /// Takes the bytes of a body as they come; the array is reused after the call.
    interface Sink {
        void take(byte[] bytes, int length) throws IOException;
    }

    static Framing ofRequest(List<HeaderLine> lines) throws ProtocolException {
        return declared(lines, new None());
    }

    static Framing ofResponse(List<HeaderLine> lines, int status, String method)
            throws ProtocolException {
        Framing declared = declared(lines, new UntilClosed());
        if ((status < 200 || status == 204) && !(declared instanceof UntilClosed)) {
            throw new ProtocolException(
                    "a " + status + " may not announce a body, but says " + declared);
        }
        boolean tunnel = method.equals("CONNECT") && status / 100 == 2;
        boolean bare = status < 200 || status == 204 || status == 304 || method.equals("HEAD");
        return tunnel || bare ? new None() : declared;
    }

    private static Framing declared(List<HeaderLine> lines, Framing undeclared)
            throws ProtocolException {
        List<String> codings = HeaderLine.values(lines, "Transfer-Encoding").toList();
        List<String> lengths = HeaderLine.values(lines, "Content-Length").toList();
        if (codings.size() + lengths.size() > 1) {
            throw new ProtocolException(
                    "more than one framing: Transfer-Encoding "
                            + codings
                            + ", Content-Length "
                            + lengths);
        }
        if (!codings.isEmpty()) {
            if (!codings.getFirst().equalsIgnoreCase("chunked")) {
                throw new ProtocolException(
                        "Transfer-Encoding is not \"chunked\": " + Text.shown(codings.getFirst()));
            }
            return new Chunked();
        }
        return lengths.isEmpty() ? undeclared : new Length(number(lengths.getFirst(), 10));
    }

    private static long number(String digits, int radix) throws ProtocolException {
        boolean right = !digits.isEmpty() && digits.length() <= 15;
        for (int i = 0; i < digits.length(); i++) {
            right &= digits.charAt(i) < 0x80 && Character.digit(digits.charAt(i), radix) >= 0;
        }
        if (!right) {
            throw new ProtocolException("not a length: " + Text.shown(digits));
        }
        return Long.parseLong(digits, radix);
    }

    /// Reads a body to its end and gives its trailers.
    default List<HeaderLine> read(WireReader in, Sink sink) throws IOException {
        byte[] buffer = new byte[16 * 1024];
        switch (this) {
            case None() -> {}
            case Length(long bytes) -> exactly(in, bytes, buffer, sink);
            case Chunked() -> {
                return chunks(in, buffer, sink);
            }
            case UntilClosed() -> {
                for (int n = in.read(buffer, 0, buffer.length);
                        n >= 0;
                        n = in.read(buffer, 0, buffer.length)) {
                    sink.take(buffer, n);
                }
            }
        }
        return List.of();
    }

    private static void exactly(WireReader in, long bytes, byte[] buffer, Sink sink)
            throws IOException {
        long left = bytes;
        while (left > 0) {
            int n = in.read(buffer, 0, (int) Math.min(left, buffer.length));
            if (n < 0) {
                throw new EOFException(
                        "the connection ended after " + (bytes - left) + " of " + bytes + " bytes");
            }
            sink.take(buffer, n);
            left -= n;
        }
    }

    private static List<HeaderLine> chunks(WireReader in, byte[] buffer, Sink sink)
            throws IOException {
        while (true) {
            var tape = new ByteArrayOutputStream();
            String line = in.line(4096, tape);
            int semicolon = line.indexOf(';');
            long size = number(semicolon < 0 ? line : line.substring(0, semicolon), 16);
            if (size == 0) {
                return Head.lines(in, tape);
            }
            exactly(in, size, buffer, sink);
            if (!in.line(2, new ByteArrayOutputStream()).isEmpty()) {
                throw new ProtocolException("a chunk does not end where its size says");
            }
        }
    }
}
