package dev.weir.balance;

import org.jspecify.annotations.Nullable;

/// What an endpoint tells of itself: `X-Weir-Probe: rif=12, latency=8.4`. A dictionary of structured fields (RFC 9651 §3.2) with
/// `rif`, an integer, and `latency`, an integer or a decimal; other members and all parameters mean nothing. Immutable.
///
/// @param inFlight requests that it works on, from all gateways together
/// @param latencyNanos how long a request takes at so many; [#UNKNOWN] if it does not say
public record ProbeAnswer(int inFlight, long latencyNanos) {
    public static final String FIELD = "X-Weir-Probe";
    public static final long UNKNOWN = -1;

    private static final int MOST_IN_FLIGHT = 1_000_000_000;
    private static final double MOST_MILLIS = 86_400_000;
    private static final double NANOS_PER_MILLI = 1e6;

    /// RFC 9651 §4.2.4: so many digits before the point and after it.
    private static final int INTEGER_DIGITS = 15;

    private static final int WHOLE_DIGITS = 12;
    private static final int FRACTION_DIGITS = 3;

    /// Reads the field's value; several fields of the name are one value, joined by commas.
    ///
    /// @return null if it is no such dictionary, lacks `rif`, or holds what cannot be: a negative number, more than a billion requests, more
    ///     than a day
    public static @Nullable ProbeAnswer parse(String value) {
        if (value.stripTrailing().endsWith(",")) {
            return null;
        }
        double inFlight = -1;
        double millis = -1;
        int at = 0;
        while (at < value.length()) {
            int end = endOfMember(value, at);
            String member = value.substring(at, end).strip();
            String content = member.substring(0, endOfItem(member));
            if (content.startsWith("rif=")) {
                inFlight = number(content.substring(4), false);
                if (!(inFlight >= 0 && inFlight <= MOST_IN_FLIGHT)) {
                    return null;
                }
            } else if (content.startsWith("latency=")) {
                millis = number(content.substring(8), true);
                if (!(millis >= 0 && millis <= MOST_MILLIS)) {
                    return null;
                }
            } else if (content.isEmpty()) {
                return null;
            }
            at = end + 1;
        }
        if (inFlight < 0) {
            return null;
        }
        return new ProbeAnswer(
                (int) inFlight, millis < 0 ? UNKNOWN : (long) (millis * NANOS_PER_MILLI));
    }

    /// Where the next comma is that is not within a string.
    private static int endOfMember(String value, int from) {
        boolean quoted = false;
        for (int i = from; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"') {
                quoted = !quoted;
            } else if (quoted && c == '\\') {
                i++;
            } else if (!quoted && c == ',') {
                return i;
            }
        }
        return value.length();
    }

    /// Where its parameters begin.
    private static int endOfItem(String member) {
        int end = member.indexOf(';');
        return end < 0 ? member.length() : end;
    }

    /// @return NaN if it is none
    private static double number(String text, boolean decimal) {
        int point = text.indexOf('.');
        String whole = point < 0 ? text : text.substring(0, point);
        if (!digits(whole, point < 0 ? INTEGER_DIGITS : WHOLE_DIGITS)) {
            return Double.NaN;
        }
        if (point < 0) {
            return Long.parseLong(text);
        }
        return decimal && digits(text.substring(point + 1), FRACTION_DIGITS)
                ? Double.parseDouble(text)
                : Double.NaN;
    }

    private static boolean digits(String text, int most) {
        return !text.isEmpty()
                && text.length() <= most
                && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }
}
