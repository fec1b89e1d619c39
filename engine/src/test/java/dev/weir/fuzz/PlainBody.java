package dev.weir.fuzz;

import dev.weir.http.LimitsConfig;
import dev.weir.http.Parsed;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A chunked body, the plain way: no blanks around extensions, at most 15 digits and 4096 bytes of extensions. Source: RFC
/// 9112 §7.1.
final class PlainBody {
    private static final String QUOTED =
            "\"(?:[\\t !#-\\[\\]-~\\x80-\\xff]|\\\\[\\t -~\\x80-\\xff])*+\"";
    private static final String EXTENSION =
            ";" + PlainHead.TOKEN + "(?:=(?:" + PlainHead.TOKEN + "|" + QUOTED + "))?";
    private static final Pattern SIZE =
            Pattern.compile("([0-9A-Fa-f]{1,15}+)((?:" + EXTENSION + ")*+)\r\n");
    private static final Pattern END = Pattern.compile("\r\n");
    private static final int MOST_EXTENSION_BYTES = 4096;

    private final String text;
    private final LimitsConfig limits;
    private final StringBuilder content = new StringBuilder();
    private List<String> trailers = List.of();
    private int at;
    private int extensions;

    private PlainBody(String text, LimitsConfig limits) {
        this.text = text;
        this.limits = limits;
    }

    /// What a reading came to.
    ///
    /// @param taken how many bytes belong to the body, where it is complete
    record Reading(Parsed parsed, int taken, String content, List<String> trailers) {}

    static Reading read(String text, LimitsConfig limits) {
        PlainBody body = new PlainBody(text, limits);
        try {
            body.read();
            return new Reading(Parsed.COMPLETE, body.at, body.content.toString(), body.trailers);
        } catch (PlainHead.Stopped stopped) {
            // All faults of a body are one: it cannot be answered any more.
            Parsed parsed =
                    stopped.parsed == Parsed.INCOMPLETE ? Parsed.INCOMPLETE : Parsed.MALFORMED;
            return new Reading(parsed, -1, body.content.toString(), List.of());
        }
    }

    private void read() {
        long size;
        do {
            Matcher line = expect(SIZE);
            extensions += line.group(2).length();
            PlainHead.check(extensions <= MOST_EXTENSION_BYTES);
            size = Long.parseLong(line.group(1), 16);
            int end = (int) Math.min(text.length(), at + size);
            content.append(text, at, end);
            if (end - at < size) {
                throw new PlainHead.Stopped(Parsed.INCOMPLETE);
            }
            at = end;
            if (size > 0) {
                expect(END);
            }
        } while (size > 0);
        // What follows a CR here is known to be wrong before its line has ended.
        PlainHead.check(
                !text.startsWith("\r", at)
                        || "\r\n".startsWith(text.substring(at, Math.min(at + 2, text.length()))));
        PlainHead head = new PlainHead(text, at, limits);
        trailers = head.fields().stream().map(PlainHead.Field::toString).toList();
        at = head.taken();
    }

    /// What must stand here; it is incomplete if more text could still make it so.
    private Matcher expect(Pattern wanted) {
        Matcher found = wanted.matcher(text).region(at, text.length());
        if (!found.lookingAt()) {
            int semicolon = text.indexOf(';', at);
            int begun = semicolon < 0 ? 0 : text.length() - semicolon - 1;
            PlainHead.check(!found.hitEnd() || extensions + begun <= MOST_EXTENSION_BYTES);
            throw new PlainHead.Stopped(found.hitEnd() ? Parsed.INCOMPLETE : Parsed.MALFORMED);
        }
        at = found.end();
        return found;
    }
}
