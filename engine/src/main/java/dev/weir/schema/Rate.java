package dev.weir.schema;

import java.time.Duration;
import java.util.regex.Pattern;

/// So many per time: `100/s`, `20/m`, `1000/h`, `5000/d`, or `10/500ms`. Immutable.
public record Rate(long amount, Duration per) {
    private static final Duration LONGEST = Duration.ofDays(366);
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");
    private static final Pattern UNIT = Pattern.compile("[a-z]+");

    public Rate {
        if (amount < 1 || amount > 1_000_000_000) {
            throw new IllegalArgumentException(
                    "is out of range; a rate is from 1 to 1000000000 per time");
        }
        if (per.isNegative() || per.isZero() || per.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("counts over no time, or over more than a year");
        }
    }

    public static Rate perSecond(long amount) {
        return new Rate(amount, Duration.ofSeconds(1));
    }

    /// @throws IllegalArgumentException if the text is no rate
    public static Rate parse(String text) {
        int slash = text.indexOf('/');
        String number = slash < 0 ? text : text.substring(0, slash);
        if (!NUMBER.matcher(number).matches()) {
            throw new IllegalArgumentException("is not a rate");
        }
        if (slash < 0) {
            throw new IllegalArgumentException("has no time; times that fit: /s, /m, /h, /d");
        }
        String time = text.substring(slash + 1);
        Duration per;
        try {
            per = DurationText.parse(UNIT.matcher(time).matches() ? "1" + time : time);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "has the unknown time /" + time + "; times that fit: /s, /m, /h, /d", e);
        }
        return new Rate(Long.parseLong(number), per);
    }

    @Override
    public String toString() {
        String time = DurationText.print(per);
        return amount + "/" + (time.matches("1[a-z]+") ? time.substring(1) : time);
    }
}
