package dev.weir.cli.admin;

import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;

/// Times in the words of a person who looks at a screen: `4 s`, `12 min`, `3 h 12 min`, `5 days`.
final class Age {
    private Age() {}

    static String of(Duration time) {
        long seconds = Math.max(0, time.toSeconds());
        if (seconds < 60) {
            return seconds + " s";
        }
        long minutes = seconds / 60;
        if (minutes < 60) {
            return minutes + " min";
        }
        long hours = minutes / 60;
        if (hours < 48) {
            return hours + " h" + (minutes % 60 == 0 ? "" : " " + minutes % 60 + " min");
        }
        return hours / 24 + " days";
    }

    /// How long ago something was, or how long it will take.
    ///
    /// @param text as the API tells it; what is no time is shown as it is
    static String since(String text, Instant now) {
        try {
            Duration age = Duration.between(Instant.parse(text), now);
            return age.isNegative() ? "in " + of(age.negated()) : of(age) + " ago";
        } catch (DateTimeParseException _) {
            return text;
        }
    }
}
