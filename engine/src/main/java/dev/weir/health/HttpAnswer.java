package dev.weir.health;

import dev.weir.http.Ascii;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// Reads the answer to one check, as far as the check needs it: interim answers are passed over, the head must
/// be well-formed (RFC 9112 §4, §5) and within 32 KiB, the body is only looked through, up to 64 KiB, and never
/// kept. Confined to the thread of its connection.
final class HttpAnswer {
    /// The limit that answers to requests have too.
    private static final int HEAD_LIMIT = 32 * 1024;

    private static final int BODY_LIMIT = 64 * 1024;

    /// Enough for any size that is within a long, and for an extension behind it.
    private static final int CHUNK_LINE_LIMIT = 256;

    private static final String VERSION = "HTTP/1.";
    private static final int END = -1;
    private static final long UNTIL_CLOSE = -1;

    private final CheckConnection connection;
    private final byte[] buffer = new byte[4096];
    private int at;
    private int filled;
    private int headLeft = HEAD_LIMIT;

    private int status;
    private boolean chunked;
    private boolean otherCoding;
    private long length = UNTIL_CLOSE;
    private boolean bodyBegun;

    private HttpAnswer(CheckConnection connection) {
        this.connection = connection;
    }

    /// Reads the head of the final answer.
    static HttpAnswer read(CheckConnection connection, boolean expectsBody) throws CheckFailed {
        HttpAnswer answer = new HttpAnswer(connection);
        do {
            answer.readHead();
        } while (answer.interim());
        if (!expectsBody || answer.status == 204 || answer.status == 304) {
            answer.chunked = false;
            answer.otherCoding = false;
            answer.length = 0;
        }
        return answer;
    }

    int status() {
        return status;
    }

    /// Whether the first 64 KiB of the body, decoded from chunks, hold a text (as UTF-8). Reads no further than
    /// to its end.
    boolean bodyContains(String text) throws CheckFailed {
        bodyBegun = true;
        TextSearch search = new TextSearch(text.getBytes(StandardCharsets.UTF_8));
        if (chunked) {
            searchChunks(search);
        } else if (length == UNTIL_CLOSE || otherCoding) {
            search(search, BODY_LIMIT);
        } else if (!search(search, Math.min(length, BODY_LIMIT))) {
            throw closedEarly();
        }
        return search.found();
    }

    private void searchChunks(TextSearch search) throws CheckFailed {
        long left = BODY_LIMIT;
        while (left > 0) {
            String line = line(CHUNK_LINE_LIMIT, "not HTTP");
            int extension = line.indexOf(';');
            long size = number((extension < 0 ? line : line.substring(0, extension)).strip(), 16);
            if (!search(search, Math.min(size, left))) {
                throw closedEarly();
            }
            if (search.found() || size == 0) {
                return;
            }
            left -= size;
            if (left > 0 && !line(CHUNK_LINE_LIMIT, "not HTTP").isEmpty()) {
                throw notHttp();
            }
        }
    }

    /// Feeds so many bytes to the search, or fewer if it finds its text or the connection ends.
    ///
    /// @return false if the connection ended before
    private boolean search(TextSearch search, long bytes) throws CheckFailed {
        for (long left = bytes; left > 0 && !search.found(); left--) {
            int b = next();
            if (b == END) {
                return false;
            }
            search.add((byte) b);
        }
        return true;
    }

    private boolean interim() {
        return status >= 100 && status < 200 && status != 101;
    }

    private void readHead() throws CheckFailed {
        readStatusLine();
        chunked = false;
        otherCoding = false;
        length = UNTIL_CLOSE;
        for (String line = headLine(); !line.isEmpty(); line = headLine()) {
            readField(line);
        }
    }

    private void readStatusLine() throws CheckFailed {
        // Byte by byte, so that a greeting of another protocol is told at once, not at the
        // deadline.
        for (int i = 0; i < VERSION.length(); i++) {
            int b = nextOrFail();
            if (b != VERSION.charAt(i)) {
                throw notHttp();
            }
        }
        headLeft -= VERSION.length();
        String rest = headLine();
        boolean shaped =
                rest.length() >= 5
                        && rest.charAt(0) >= '0'
                        && rest.charAt(0) <= '9'
                        && rest.charAt(1) == ' '
                        && (rest.length() == 5 || rest.charAt(5) == ' ');
        if (!shaped) {
            throw notHttp();
        }
        status = (int) number(rest.substring(2, 5), 10);
        if (status < 100) {
            throw notHttp();
        }
    }

    private void readField(String line) throws CheckFailed {
        int colon = line.indexOf(':');
        if (colon < 0 || !Ascii.token(line.substring(0, colon))) {
            throw notHttp();
        }
        for (int i = colon + 1; i < line.length(); i++) {
            if (!Ascii.value((byte) line.charAt(i))) {
                throw notHttp();
            }
        }
        String value = line.substring(colon + 1).strip();
        switch (line.substring(0, colon).toLowerCase(Locale.ROOT)) {
            case "content-length" -> {
                long said = number(value, 10);
                if (length != UNTIL_CLOSE && length != said) {
                    throw notHttp();
                }
                length = said;
            }
            case "transfer-encoding" -> {
                chunked = value.toLowerCase(Locale.ROOT).endsWith("chunked");
                otherCoding = !chunked;
            }
            default -> {}
        }
    }

    private String headLine() throws CheckFailed {
        String line = line(headLeft, "the answer's head is larger than 32 KiB");
        headLeft -= line.length() + 2;
        return line;
    }

    /// A line up to its CRLF, which is required.
    private String line(int limit, String tooLong) throws CheckFailed {
        StringBuilder line = new StringBuilder();
        for (int b = nextOrFail(); b != '\r'; b = nextOrFail()) {
            if (b == '\n') {
                throw notHttp();
            }
            if (line.length() >= limit) {
                throw new CheckFailed(tooLong);
            }
            line.append((char) b);
        }
        if (nextOrFail() != '\n') {
            throw notHttp();
        }
        return line.toString();
    }

    private static long number(String digits, int radix) throws CheckFailed {
        // 15 digits fit into a long in either radix.
        if (digits.isEmpty() || digits.length() > 15) {
            throw notHttp();
        }
        long number = 0;
        for (int i = 0; i < digits.length(); i++) {
            int digit = Ascii.hex((byte) digits.charAt(i));
            if (digit < 0 || digit >= radix) {
                throw notHttp();
            }
            number = number * radix + digit;
        }
        return number;
    }

    private int nextOrFail() throws CheckFailed {
        int b = next();
        if (b == END) {
            throw closedEarly();
        }
        return b;
    }

    private int next() throws CheckFailed {
        if (at == filled) {
            filled = connection.read(buffer);
            at = 0;
            if (filled < 0) {
                filled = 0;
                return END;
            }
        }
        return buffer[at++] & 0xff;
    }

    private CheckFailed closedEarly() {
        return new CheckFailed(
                bodyBegun ? "closed in the middle of its answer" : "closed before an answer");
    }

    private static CheckFailed notHttp() {
        return new CheckFailed("not HTTP");
    }
}
