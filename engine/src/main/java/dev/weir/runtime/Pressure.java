package dev.weir.runtime;

import java.util.function.LongSupplier;

/// How much memory requests and answers under way hold on one event loop, against the loop's share of
/// `limits.memory`, and what follows from it. Confined to that loop.
///
/// What is held is counted by looking at every connection. Between two counts everything added is taken as still held, which is
/// too much and never too little; so a count is due only when that bound is crossed, and costs a fast connection nothing.
///
/// Source: the levels are those of Envoy's overload manager: first slow down, then refuse, then accept no more.
public final class Pressure {
    /// What follows from how much is held.
    public enum Level {
        /// All is well.
        NONE,
        /// A stream is read only when what was read of it before is gone.
        PAUSE_STREAMS,
        /// New requests are answered 503, and answers end their connections.
        REFUSE_REQUESTS,
        /// No connection is accepted.
        PAUSE_ACCEPTS
    }

    /// How often is counted again while memory is short.
    private static final long RECOUNT_NANOS = 10_000_000;

    /// Counts are at least this part of the limit apart.
    private static final int STEPS = 32;

    private long limit;
    private final Clock clock;
    private final Timers.Timer timer;
    private LongSupplier held = () -> 0;
    private Runnable changed = () -> {};
    private long allowance;
    private long added;
    private long beside;
    private Level level = Level.NONE;

    Pressure(long limit, Clock clock, Timers timers) {
        this.limit = limit;
        this.clock = clock;
        this.timer = timers.timer(this::count);
        this.allowance = pauseAt();
    }

    /// Who counts, and who hears of each count while memory is short, the one that ends it included.
    public void watch(LongSupplier held, Runnable changed) {
        this.held = held;
        this.changed = changed;
    }

    /// Another limit from now on.
    public void limit(long bytes) {
        if (bytes != limit) {
            limit = bytes;
            count();
        }
    }

    public Level level() {
        return level;
    }

    /// Whether streams are read only when what was read before is gone.
    public boolean pausesStreams() {
        return level != Level.NONE;
    }

    /// Whether new requests are answered 503.
    public boolean refusesRequests() {
        return level.compareTo(Level.REFUSE_REQUESTS) >= 0;
    }

    /// So many bytes more are held.
    public void added(long bytes) {
        added += bytes;
        if (added >= allowance) {
            count();
        }
    }

    /// So many bytes more are held by something that is no client's connection, until [#released].
    public void held(long bytes) {
        beside += bytes;
        added(bytes);
    }

    /// So many of them are held no more.
    public void released(long bytes) {
        beside -= bytes;
    }

    /// Bytes held by what is no client's connection. Who counts has them in its sum.
    public long beside() {
        return beside;
    }

    private void count() {
        boolean wasShort = level != Level.NONE;
        long now = held.getAsLong();
        added = 0;
        allowance = Math.max(pauseAt() - now, limit / STEPS);
        level =
                now < pauseAt()
                        ? Level.NONE
                        : now < limit / 10 * 9
                                ? Level.PAUSE_STREAMS
                                : now < limit / 100 * 98
                                        ? Level.REFUSE_REQUESTS
                                        : Level.PAUSE_ACCEPTS;
        if (level != Level.NONE) {
            timer.at(clock.nanos() + RECOUNT_NANOS);
        }
        if (level != Level.NONE || wasShort) {
            changed.run();
        }
    }

    private long pauseAt() {
        return limit / 4 * 3;
    }
}
