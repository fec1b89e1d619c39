package dev.weir.tls;

import dev.weir.observe.Events;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/// Says when a certificate is about to end or has ended, once a day. Confined to one thread.
final class Expiry {
    /// Of a certificate that lives 90 days, renewal is usual 30 days before its end; two weeks before, something is wrong with it.
    private static final Duration SOON = Duration.ofDays(14);

    private static final Duration AGAIN = Duration.ofDays(1);
    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("yyyy-MM-dd").withZone(ZoneOffset.UTC);

    private Instant saidAt = Instant.MIN;

    /// @param whose `listener secure` or `service orders`
    void look(String whose, CertifiedKey key, Instant now, Events events) {
        String warning = warning(key, now);
        if (!warning.isEmpty()
                && (saidAt.equals(Instant.MIN) || saidAt.plus(AGAIN).isBefore(now))) {
            saidAt = now;
            events.say(whose + "  " + key.chain().file() + ": " + warning);
        }
    }

    /// What is to be said about a certificate's end; empty if it is far away.
    static String warning(CertifiedKey key, Instant now) {
        Instant end = key.expires();
        String subject = "the certificate of " + key.shown();
        if (!now.isBefore(end)) {
            return subject + " has expired on " + day(end) + ": clients refuse it. Renew it";
        }
        if (now.isBefore(key.chain().own().getNotBefore().toInstant())) {
            return subject
                    + " is not valid before "
                    + day(key.chain().own().getNotBefore().toInstant())
                    + ": clients refuse it. Is the clock right?";
        }
        long days = Duration.between(now, end).toDays();
        return now.plus(SOON).isBefore(end)
                ? ""
                : subject
                        + " expires in "
                        + (days == 0 ? "less than a day" : days == 1 ? "1 day" : days + " days")
                        + ", on "
                        + day(end)
                        + ": renew it";
    }

    static String day(Instant when) {
        return DAY.format(when);
    }
}
