package dev.weir.fuzz;

import dev.weir.http.LimitsConfig;
import dev.weir.http.Parsed;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A response head, the plain way. Source: RFC 9112 §4, §6.3; RFC 9110 §8.6.
final class PlainResponse {
    static final long UNTIL_CLOSE = -2;

    private static final Pattern LINE =
            Pattern.compile("HTTP/1\\.([0-9]) ([1-5][0-9][0-9])( (" + PlainHead.VALUE + "))?");
    private static final Pattern KEEP_ALIVE = Pattern.compile("(?is)timeout=([0-9]{1,9}).*");

    private PlainResponse() {}

    /// What a reading came to.
    ///
    /// @param taken how many bytes belong to the head, where it is complete
    /// @param saidLength what goes on as Content-Length
    record Reading(
            Parsed parsed,
            int taken,
            Optional<ResponseMeaning> meaning,
            Optional<Long> saidLength) {
        static Reading stopped(Parsed parsed) {
            return new Reading(parsed, -1, Optional.empty(), Optional.empty());
        }

        /// A parser does not tell what will be written.
        Reading asParsed() {
            return new Reading(parsed, taken, meaning, Optional.empty());
        }
    }

    static Reading read(String text, LimitsConfig limits, boolean toHead) {
        PlainHead head = new PlainHead(text, 0, limits);
        try {
            Matcher line = LINE.matcher(head.line(Integer.MAX_VALUE, Parsed.MALFORMED));
            PlainHead.check(line.matches());
            List<PlainHead.Field> fields = head.fields(LimitsConfig.Underscores.ALLOW);
            return reading(line, fields, head.taken(), toHead);
        } catch (PlainHead.Stopped stopped) {
            // An endpoint is told nothing: what a client hears as 501 is one more answer nobody can
            // read.
            return Reading.stopped(
                    stopped.parsed == Parsed.CODING_NOT_SUPPORTED
                            ? Parsed.MALFORMED
                            : stopped.parsed);
        }
    }

    private static Reading reading(
            Matcher line, List<PlainHead.Field> fields, int taken, boolean toHead) {
        int minorVersion = line.group(1).equals("0") ? 0 : 1;
        int status = Integer.parseInt(line.group(2));
        long framing = PlainHead.framing(fields, minorVersion);
        List<String> options = PlainHead.options(fields);
        boolean bodiless = status < 200 || status == 204 || status == 304 || toHead;
        long bodyLength = bodiless ? 0 : framing == PlainHead.ABSENT ? UNTIL_CLOSE : framing;
        boolean says = framing >= 0 && status >= 200 && status != 204;
        return new Reading(
                Parsed.COMPLETE,
                taken,
                Optional.of(
                        new ResponseMeaning(
                                status,
                                line.group(4) == null ? "" : line.group(4),
                                bodyLength,
                                bodyLength != UNTIL_CLOSE
                                        && !(status == 204
                                                && framing != PlainHead.ABSENT
                                                && framing != 0)
                                        && PlainHead.persistent(options, minorVersion),
                                keepAlive(fields),
                                status == 101 && PlainHead.webSocket(fields, options),
                                PlainHead.endToEnd(fields, options).stream()
                                        .map(PlainHead.Field::toString)
                                        .toList())),
                says ? Optional.of(framing) : Optional.empty());
    }

    private static long keepAlive(List<PlainHead.Field> fields) {
        return PlainHead.values(fields, "keep-alive").stream()
                .limit(1)
                .map(KEEP_ALIVE::matcher)
                .filter(Matcher::matches)
                .map(said -> Long.valueOf(said.group(1)))
                .findFirst()
                .orElse(-1L);
    }

    /// What a client must get.
    static String written(Reading reading, boolean chunked, String date) {
        ResponseMeaning meaning = reading.meaning().orElseThrow();
        List<String> lines = new ArrayList<>();
        lines.add("HTTP/1.1 " + meaning.status() + " " + meaning.reason());
        lines.addAll(meaning.fields());
        if (meaning.status() >= 200) {
            if (meaning.fields().stream().noneMatch(field -> field.matches("(?is)date:.*"))) {
                lines.add("Date: " + date);
            }
            if (chunked) {
                lines.add("Transfer-Encoding: chunked");
            } else {
                reading.saidLength().ifPresent(length -> lines.add("Content-Length: " + length));
            }
        }
        if (meaning.webSocket()) {
            lines.add("Connection: Upgrade");
            lines.add("Upgrade: websocket");
        }
        return String.join("\r\n", lines) + "\r\n\r\n";
    }
}
