package dev.weir.cli.admin;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/// An answer of the admin API (RFC 9112), its head read and its body yet to come. Confined to one thread.
///
/// @param fields by names in small letters, the last of each
/// @param body ends where the answer ends
record HttpAnswer(int status, Map<String, String> fields, InputStream body) {
    private static final int LONGEST_LINE = 16 << 10;
    private static final int MOST_FIELDS = 100;

    /// @param in buffered
    static HttpAnswer read(InputStream in) throws IOException {
        String first = line(in);
        String[] words = first.split(" ", 3);
        if (!first.startsWith("HTTP/1.") || words.length < 2 || !words[1].matches("[0-9]{3}")) {
            throw new IOException("what answers there does not speak HTTP");
        }
        Map<String, String> fields = new HashMap<>();
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            int colon = line.indexOf(':');
            if (colon < 1 || fields.size() == MOST_FIELDS) {
                throw new IOException("its answer has a head that cannot be read");
            }
            fields.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        return new HttpAnswer(Integer.parseInt(words[1]), fields, body(in, fields));
    }

    private static InputStream body(InputStream in, Map<String, String> fields) throws IOException {
        if (fields.getOrDefault("transfer-encoding", "").equalsIgnoreCase("chunked")) {
            return new Chunks(in);
        }
        String length = fields.get("content-length");
        if (length == null) {
            return in;
        }
        try {
            return new Part(in, Long.parseLong(length));
        } catch (NumberFormatException e) {
            throw new IOException("its answer has no length that can be read", e);
        }
    }

    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new EOFException("it has closed the connection");
            }
            if (line.size() == LONGEST_LINE) {
                throw new IOException("its answer has a line that is too long");
            }
            line.write(c);
        }
        return line.toString(StandardCharsets.ISO_8859_1).stripTrailing();
    }

    /// The next bytes of a stream, which must be there.
    private static final class Part extends InputStream {
        private final InputStream from;
        private long left;

        Part(InputStream from, long length) {
            this.from = from;
            this.left = length;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] to, int at, int most) throws IOException {
            if (left == 0) {
                return -1;
            }
            int count = from.read(to, at, (int) Math.min(most, left));
            if (count < 0) {
                throw new EOFException("its answer ends early");
            }
            left -= count;
            return count;
        }
    }

    /// RFC 9112 §7.1; trailers are passed over.
    private static final class Chunks extends InputStream {
        private final InputStream from;
        private Part chunk;
        private boolean ended;

        Chunks(InputStream from) {
            this.from = from;
            this.chunk = new Part(from, 0);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] to, int at, int most) throws IOException {
            if (!ended && chunk.left == 0) {
                next();
            }
            return ended ? -1 : chunk.read(to, at, most);
        }

        private void next() throws IOException {
            String size = line(from);
            if (size.isEmpty()) {
                size = line(from); // what stands behind a chunk
            }
            try {
                chunk = new Part(from, Long.parseLong(size.split(";", 2)[0].strip(), 16));
            } catch (NumberFormatException e) {
                throw new IOException("its answer has a chunk without a size", e);
            }
            if (chunk.left == 0) {
                ended = true;
                while (!line(from).isEmpty()) {
                    continue;
                }
            }
        }
    }
}
