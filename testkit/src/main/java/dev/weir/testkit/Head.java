package dev.weir.testkit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ProtocolException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Start line and header lines of a message, read strictly: CRLF only, no folded lines, no blank before the
/// colon, token names, no control characters in values. Source: RFC 9112 §2–5.
record Head(String startLine, List<HeaderLine> lines, String raw) {
    private static final int LONGEST_LINE = 1 << 20;
    private static final int MOST_LINES = 10_000;

    /// The next head, or null if the connection ended before its first byte.
    ///
    /// @throws MalformedMessage if what arrived is no head, with the bytes so far
    static @Nullable Head read(WireReader in) throws IOException {
        var tape = new ByteArrayOutputStream();
        int first = in.read();
        if (first < 0) {
            return null;
        }
        try {
            if (first == '\r' || first == '\n') {
                throw new ProtocolException("an empty line stands before the message");
            }
            String startLine = (char) first + in.line(LONGEST_LINE, tape);
            List<HeaderLine> lines = lines(in, tape);
            return new Head(startLine, lines, (char) first + Text.latin1(tape.toByteArray()));
        } catch (IOException e) {
            throw new MalformedMessage(
                    e,
                    "bytes so far: " + Text.shown((char) first + Text.latin1(tape.toByteArray())));
        }
    }

    /// Header or trailer lines up to and including the empty line.
    static List<HeaderLine> lines(WireReader in, ByteArrayOutputStream tape) throws IOException {
        List<HeaderLine> lines = new ArrayList<>();
        for (String line = in.line(LONGEST_LINE, tape);
                !line.isEmpty();
                line = in.line(LONGEST_LINE, tape)) {
            lines.add(parsed(line));
            if (lines.size() > MOST_LINES) {
                throw new ProtocolException("more than " + MOST_LINES + " header lines");
            }
        }
        return List.copyOf(lines);
    }

    private static HeaderLine parsed(String line) throws ProtocolException {
        int colon = line.indexOf(':');
        if (colon <= 0) {
            throw new ProtocolException("not a header line: " + Text.shown(line));
        }
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            boolean right = i < colon ? isToken(c) : c == '\t' || (c >= ' ' && c != 0x7f);
            if (!right) {
                throw new ProtocolException(
                        "a header line may not hold this character at "
                                + i
                                + ": "
                                + Text.shown(line));
            }
        }
        return new HeaderLine(line.substring(0, colon), Text.trimmed(line.substring(colon + 1)));
    }

    static boolean isToken(char c) {
        return (c >= '0' && c <= '9')
                || (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || "!#$%&'*+-.^_`|~".indexOf(c) >= 0;
    }
}
