package dev.weir.exchange;

import dev.weir.schema.Says;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// How much it matters that a request is answered, the most important first. What there is no room for is shed from the other
/// end: first `LOW`, never `CRITICAL` while anything else could go.
///
/// Source: Google, Site Reliability Engineering (2016), ch. 21, "Criticality".
@Says("How much it matters that a request is answered when there is not room for all.")
public enum Priority {
    @Says("What users notice at once: payments, sign-in. Shed by nothing but a full house.")
    CRITICAL,
    @Says("More important than most.")
    HIGH,
    @Says("Most requests.")
    NORMAL,
    @Says("What can be done later: prefetches, batches, crawlers. Shed first.")
    LOW;

    /// The priority with this name in any case, or null.
    public static @Nullable Priority named(String word) {
        return switch (word.toLowerCase(Locale.ROOT)) {
            case "critical" -> CRITICAL;
            case "high" -> HIGH;
            case "normal" -> NORMAL;
            case "low" -> LOW;
            default -> null;
        };
    }

    /// Whether requests of this priority come before those of the other one.
    public boolean before(Priority other) {
        return compareTo(other) < 0;
    }
}
