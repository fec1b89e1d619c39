package dev.weir.testkit;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.ProtocolException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/// Bytes of one socket, buffered, with a time limit. Confined to the one thread that reads the socket.
final class WireReader {
    private static final long NONE = Long.MAX_VALUE;

    private final Socket socket;
    private final byte[] buffer = new byte[16 * 1024];
    private int position;
    private int limit;
    private long deadlineNanos;
    private long patienceNanos = NONE;
    private boolean renewed;

    WireReader(Socket socket) {
        this.socket = socket;
    }

    /// From now on all reads together may take this long.
    void within(Duration patience) {
        patienceNanos = patience.toNanos();
        deadlineNanos = System.nanoTime() + patienceNanos;
        renewed = false;
    }

    /// From now on each wait for bytes may take this long.
    void eachWithin(Duration patience) {
        patienceNanos = patience.toNanos();
        renewed = true;
    }

    int buffered() {
        return limit - position;
    }

    /// The next byte, or -1 at the end.
    int read() throws IOException {
        if (position == limit && !fill()) {
            return -1;
        }
        return buffer[position++] & 0xff;
    }

    /// At least one byte unless `length` is 0, or -1 at the end.
    int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (position == limit && !fill()) {
            return -1;
        }
        int count = Math.min(length, limit - position);
        System.arraycopy(buffer, position, target, offset, count);
        position += count;
        return count;
    }

    /// A line without its CRLF; every byte consumed is also put on the tape.
    ///
    /// @return the empty string for an empty line
    /// @throws ProtocolException if a line ends in a bare LF, holds a bare CR or is too long
    /// @throws EOFException      if the connection ends first
    String line(int longest, ByteArrayOutputStream tape) throws IOException {
        int start = tape.size();
        int previous = -1;
        while (tape.size() - start <= longest) {
            int next = read();
            if (next < 0) {
                throw new EOFException("the connection ended within a line");
            }
            tape.write(next);
            if (next == '\n') {
                if (previous != '\r') {
                    throw new ProtocolException("a line ends in LF without CR");
                }
                byte[] bytes = tape.toByteArray();
                int length = bytes.length - start - 2;
                return new String(bytes, start, length, StandardCharsets.ISO_8859_1);
            }
            if (previous == '\r') {
                throw new ProtocolException("a CR stands within a line");
            }
            previous = next;
        }
        throw new ProtocolException("a line is longer than " + longest + " bytes");
    }

    private boolean fill() throws IOException {
        limitWait();
        int count = socket.getInputStream().read(buffer, 0, buffer.length);
        position = 0;
        limit = Math.max(count, 0);
        return count > 0;
    }

    private void limitWait() throws IOException {
        if (patienceNanos == NONE) {
            return;
        }
        long left = renewed ? patienceNanos : deadlineNanos - System.nanoTime();
        if (left <= 0) {
            throw new SocketTimeoutException("out of time");
        }
        socket.setSoTimeout((int) Math.min(Integer.MAX_VALUE, 1 + left / 1_000_000));
    }
}
