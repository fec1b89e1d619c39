package dev.weir.bench.soak;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.security.MessageDigest;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads HTTP/1.1 messages from one connection, bodies in constant memory. Confined to the connection's thread. Refuses
/// what is not well-formed with a [ProtocolException]; a message that is not whole ends with an [EOFException].
final class MessageReader {
    /// More than Weir's own limit for a head.
    private static final int MOST_HEAD = 64 << 10;

    private final InputStream in;
    private final byte[] buffer = new byte[16 << 10];
    private int next;
    private int end;

    /// How fast a body is read.
    interface Pace {
        Pace FULL = _ -> {};

        /// Called after so many bytes were read; may wait.
        void after(int bytes) throws IOException;
    }

    MessageReader(InputStream in) {
        this.in = in;
    }

    /// The next head, or null if the connection ended in order before its first byte.
    @Nullable Message head() throws IOException {
        if (next == end && !fill()) {
            return null;
        }
        String start = line();
        return new Message(start, fields());
    }

    /// Reads a body to its end.
    ///
    /// @param framing as of [Message#framing]
    Message.Read body(long framing, Pace pace) throws IOException {
        MessageDigest digest = Body.digest();
        Map<String, String> trailers = Map.of();
        long length = 0;
        if (framing == Message.CHUNKED) {
            for (long chunk = chunkSize(); chunk > 0; chunk = chunkSize()) {
                take(chunk, digest, pace);
                length += chunk;
                if (!line().isEmpty()) {
                    throw new ProtocolException("a chunk is longer than it says");
                }
            }
            trailers = fields();
        } else if (framing == Message.UNTIL_CLOSE) {
            while (next < end || fill()) {
                length += piece(Long.MAX_VALUE, digest, pace);
            }
        } else {
            take(framing, digest, pace);
            length = framing;
        }
        return new Message.Read(length, Body.hex(digest), trailers);
    }

    private void take(long length, MessageDigest digest, Pace pace) throws IOException {
        long left = length;
        while (left > 0) {
            need();
            left -= piece(left, digest, pace);
        }
    }

    private int piece(long most, MessageDigest digest, Pace pace) throws IOException {
        int length = (int) Math.min(most, end - next);
        digest.update(buffer, next, length);
        next += length;
        pace.after(length);
        return length;
    }

    private long chunkSize() throws IOException {
        String line = line();
        try {
            return Long.parseLong(line, 16);
        } catch (NumberFormatException e) {
            throw new ProtocolException("not a chunk size: " + line);
        }
    }

    private Map<String, String> fields() throws IOException {
        Map<String, String> fields = new LinkedHashMap<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            if (colon < 1) {
                throw new ProtocolException("not a field: " + line);
            }
            fields.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        return fields;
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        while (true) {
            need();
            char c = (char) (buffer[next++] & 0xff);
            if (c == '\n') {
                int last = line.length() - 1;
                if (last < 0 || line.charAt(last) != '\r') {
                    throw new ProtocolException("a line without CR: " + line);
                }
                line.setLength(last);
                return line.toString();
            }
            if (line.length() > MOST_HEAD) {
                throw new ProtocolException("a line without end");
            }
            line.append(c);
        }
    }

    private void need() throws IOException {
        if (next == end && !fill()) {
            throw new EOFException("the connection ended in the middle of a message");
        }
    }

    private boolean fill() throws IOException {
        int n = in.read(buffer);
        next = 0;
        end = Math.max(n, 0);
        return n > 0;
    }
}
