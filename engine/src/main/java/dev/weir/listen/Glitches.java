package dev.weir.listen;

/// What a client's HTTP/2 connection may do that is allowed once but odd when it goes on: frames that cost their sender
/// nothing and the gateway something, resets, broken requests. Each takes from a budget that refills with time; honest clients
/// never come near its end. At three quarters the client is told to go ([#calm]), at the end it is cut ([#spent]). Who was cut gets a
/// smaller budget for a while ([Suspects]).
///
/// Confined to one event loop. Source: HAProxy's `tune.h2.fe.glitches-threshold`; the kinds are those of CVE-2019-9511 to 9518,
/// CVE-2023-44487 (rapid reset) and CVE-2025-8671 (MadeYouReset).
final class Glitches {
    /// So much may come at once: a page that is left while it loads resets its 100 streams, and a good deal more.
    static final int BUDGET = 1000;

    /// So much comes back in a second: five resets, or a `PING` every 50 ms.
    private static final int PER_SECOND = 20;

    private static final long NANOS_EACH = 1_000_000_000L / PER_SECOND;

    /// Window updates that each frame of data earns, Envoy's bound: clients send one or two, for the stream and the connection.
    private static final int UPDATES_PER_DATA = 10;

    private static final int MOST_UPDATES = 2000;

    /// What an event costs.
    enum Kind {
        /// A stream that the client resets before it is answered.
        RESET(4),
        /// A stream that is reset because the client broke a rule.
        BROKEN(4),
        SETTINGS(5),
        PING(1),
        PRIORITY(1),
        /// A window update beyond what data was sent.
        WINDOW(1),
        EMPTY_DATA(5),
        /// A frame of no known type, or for a stream that is over.
        STRAY(1),
        CONTINUATION(2);

        private final int cost;

        Kind(int cost) {
            this.cost = cost;
        }
    }

    private static final Kind[] KINDS = Kind.values();

    private final int[] counts = new int[KINDS.length];
    private final int budget;
    private int used;
    private long countedNanos;
    private int updatesEarned = MOST_UPDATES / 10;
    private boolean calmed;

    /// @param budget [#BUDGET], or less
    Glitches(long now, int budget) {
        countedNanos = now;
        this.budget = budget;
    }

    /// Something odd came.
    void count(Kind kind, long now) {
        long back = (now - countedNanos) / NANOS_EACH;
        if (back > 0) {
            used = (int) Math.max(0, used - back);
            countedNanos += back * NANOS_EACH;
        }
        used += kind.cost;
        counts[kind.ordinal()]++;
    }

    /// A frame of data was sent, which the client will give back window for.
    void sentData() {
        updatesEarned = Math.min(MOST_UPDATES, updatesEarned + UPDATES_PER_DATA);
    }

    void windowUpdate(long now) {
        if (updatesEarned > 0) {
            updatesEarned--;
        } else {
            count(Kind.WINDOW, now);
        }
    }

    /// Whether the client is to be told to go, which is once.
    boolean calm() {
        boolean now = !calmed && used >= budget / 4 * 3;
        calmed |= now;
        return now;
    }

    boolean spent() {
        return used >= budget;
    }

    /// What has come so far, for the log.
    String figures() {
        StringBuilder line = new StringBuilder();
        for (Kind kind : KINDS) {
            if (counts[kind.ordinal()] > 0) {
                line.append(line.isEmpty() ? "" : ", ")
                        .append(counts[kind.ordinal()])
                        .append(' ')
                        .append(kind.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-'));
            }
        }
        return line.toString();
    }
}
