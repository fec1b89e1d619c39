package dev.weir.fuzz;

import dev.weir.http.LimitsConfig;
import dev.weir.http.Parsed;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The lines and fields of a head, and what fields say together, the plain way. Source: RFC 9112 §2.2, §5, §6; RFC 9110 §5,
/// §7.6.1.
final class PlainHead {
    static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
    static final String VALUE = "[\\t -~\\x80-\\xff]*";

    /// What the text of `Framing` calls absent.
    static final long ABSENT = -3;

    static final long CHUNKED = -1;

    private static final int MOST_OPTIONS = 32;

    private static final Pattern FIELD = Pattern.compile("(" + TOKEN + "):(" + VALUE + ")");

    private static final Set<String> HOP_BY_HOP =
            Set.of(
                    "connection",
                    "content-length",
                    "http2-settings",
                    "keep-alive",
                    "proxy-authenticate",
                    "proxy-authorization",
                    "proxy-connection",
                    "te",
                    "trailer",
                    "transfer-encoding",
                    "upgrade");

    /// What a nomination must not remove.
    private static final Set<String> PROTECTED =
            Set.of(
                    "host",
                    "authorization",
                    "cookie",
                    "set-cookie",
                    "content-type",
                    "content-encoding",
                    "content-range",
                    "date",
                    "expect",
                    "forwarded",
                    "via",
                    "x-forwarded-for",
                    "x-forwarded-host",
                    "x-forwarded-port",
                    "x-forwarded-proto",
                    "x-real-ip",
                    "x-request-id");

    /// A line of a head. Names are compared in lower case.
    record Field(String name, String value) {
        boolean is(String lower) {
            return name.toLowerCase(Locale.ROOT).equals(lower);
        }

        @Override
        public String toString() {
            return name + ": " + value;
        }
    }

    /// Ends the reading, with what the parser must answer.
    static final class Stopped extends RuntimeException {
        private static final long serialVersionUID = 1;
        final transient Parsed parsed;

        Stopped(Parsed parsed) {
            super(parsed.name(), null, false, false);
            this.parsed = parsed;
        }
    }

    private final String text;
    private final LimitsConfig limits;
    private final int headEnd;
    private int at;

    /// @param from where the head begins; the limit of its size counts from here
    PlainHead(String text, int from, LimitsConfig limits) {
        this.text = text;
        this.limits = limits;
        this.at = from;
        this.headEnd = from + (int) limits.headers().bytes();
    }

    /// How far the text has been read.
    int taken() {
        return at;
    }

    /// The next line without its end; the limit counts the end too.
    String line(int lineLimit, Parsed tooLong) {
        int limit = Math.min(headEnd, at + lineLimit);
        int end = text.indexOf('\n', at);
        if (end < 0 || end >= limit) {
            throw new Stopped(text.length() >= limit ? tooLong : Parsed.INCOMPLETE);
        }
        String line = text.substring(at, end + 1);
        check(line.endsWith("\r\n"));
        at = end + 1;
        return line.substring(0, line.length() - 2);
    }

    List<Field> fields() {
        return fields(limits.underscoresInHeaders());
    }

    List<Field> fields(LimitsConfig.Underscores underscores) {
        List<Field> fields = new ArrayList<>();
        int lines = 0;
        String line;
        while (!(line = line(Integer.MAX_VALUE - at, Parsed.HEAD_TOO_LARGE)).isEmpty()) {
            if (++lines > limits.headerCount()) {
                throw new Stopped(Parsed.HEAD_TOO_LARGE);
            }
            Matcher field = FIELD.matcher(line);
            check(field.matches());
            boolean underscore = field.group(1).contains("_");
            check(!mimics(field.group(1).toLowerCase(Locale.ROOT)));
            check(!underscore || underscores != LimitsConfig.Underscores.REJECT);
            if (!underscore || underscores == LimitsConfig.Underscores.ALLOW) {
                fields.add(new Field(field.group(1), field.group(2).strip()));
            }
        }
        return fields;
    }

    /// The name of a framing field but for its punctuation.
    private static boolean mimics(String lower) {
        String letters = lower.replaceAll("[^a-z0-9]", "");
        return letters.equals("contentlength") && !lower.equals("content-length")
                || letters.equals("transferencoding") && !lower.equals("transfer-encoding");
    }

    static void check(boolean claim) {
        if (!claim) {
            throw new Stopped(Parsed.MALFORMED);
        }
    }

    static List<String> values(List<Field> fields, String lower) {
        return fields.stream().filter(field -> field.is(lower)).map(Field::value).toList();
    }

    /// The length of the body, [#CHUNKED] or [#ABSENT].
    static long framing(List<Field> fields, int minorVersion) {
        List<String> codings = values(fields, "transfer-encoding");
        List<String> lengths = values(fields, "content-length");
        if (codings.isEmpty()) {
            check(lengths.size() < 2);
            check(lengths.isEmpty() || lengths.getFirst().matches("[0-9]{1,18}"));
            return lengths.isEmpty() ? ABSENT : Long.parseLong(lengths.getFirst());
        }
        check(lengths.isEmpty() && minorVersion > 0 && codings.size() == 1);
        List<String> list = list(codings.getFirst());
        for (int i = 0; i < list.size(); i++) {
            check(list.get(i).matches(TOKEN));
            check(i == list.size() - 1 || !list.get(i).equals("chunked"));
        }
        if (!list.equals(List.of("chunked"))) {
            throw new Stopped(Parsed.CODING_NOT_SUPPORTED);
        }
        return CHUNKED;
    }

    /// All that `Connection` says, in lower case.
    static List<String> options(List<Field> fields) {
        List<String> options = new ArrayList<>();
        for (String value : values(fields, "connection")) {
            for (String option : list(value)) {
                check(option.isEmpty() || option.matches(TOKEN));
                options.add(option);
            }
        }
        check(options.stream().filter(option -> !option.isEmpty()).count() <= MOST_OPTIONS);
        return options;
    }

    static boolean persistent(List<String> options, int minorVersion) {
        return !options.contains("close") && (minorVersion > 0 || options.contains("keep-alive"));
    }

    /// Whether the connection is to go on, or goes on, as a WebSocket.
    static boolean webSocket(List<Field> fields, List<String> options) {
        List<String> protocols = values(fields, "upgrade");
        return options.contains("upgrade")
                && protocols.size() == 1
                && protocols.getFirst().equalsIgnoreCase("websocket");
    }

    /// The fields that mean more than one connection.
    static List<Field> endToEnd(List<Field> fields, List<String> options) {
        return fields.stream()
                .filter(
                        field -> {
                            String lower = field.name().toLowerCase(Locale.ROOT);
                            return !HOP_BY_HOP.contains(lower)
                                    && (PROTECTED.contains(lower) || !nominated(options, lower));
                        })
                .toList();
    }

    private static boolean nominated(List<String> options, String lower) {
        return options.contains(lower) && !lower.equals("close") && !lower.equals("keep-alive");
    }

    private static List<String> list(String value) {
        return java.util.Arrays.stream(value.split(",", -1))
                .map(element -> element.strip().toLowerCase(Locale.ROOT))
                .toList();
    }
}
