package dev.weir.filter.ratelimit;

import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;

/// What each key has used of its allowance: the generic cell rate algorithm over a table of fixed size.
/// Thread-safe and lock-free; no object per key, at most [#MOST_BYTES] in all whatever clients send.
///
/// Per key there is one time, the *theoretical arrival time*: when a key that came at the agreed pace would come
/// next. A request passes if it is not earlier than that by more than the burst allows, and moves it on by one
/// interval.
///
/// A key is a keyed 64-bit hash. Its upper bits choose a page and a set of [#WAYS] entries in it; pages are made
/// when first touched, so a quiet route costs little. Two keys of one hash share an allowance (odds 2⁻⁶⁴ per pair). A full
/// set gives up the entry with the earliest time, the one that has used least: that key gets its whole allowance
/// back, which matters only when more than [#ENTRIES] keys are within their burst at once. While two threads take
/// over the same entry, one request may be charged to the wrong key or not at all; without a takeover every
/// request is counted exactly.
///
/// Source: ITU-T I.371 (2004) annex A, GCRA as virtual scheduling.
final class Allowances {
    /// 2¹⁸ keys: at 20/s with a burst of 40 an entry matters for 2 s, which allows 130,000 new clients a second.
    static final int ENTRIES = 1 << 18;

    /// Two longs per entry, beside a few words per page.
    static final long MOST_BYTES = ENTRIES * 16L + 64 * 1024;

    static final int WAYS = 8;

    private static final int PAGES = 256;
    private static final int SETS_PER_PAGE = ENTRIES / PAGES / WAYS;
    private static final int LONGS_PER_SET = WAYS * 2;

    /// Says that a request was refused; see [#take].
    static final long REFUSED = -1L;

    private final AtomicReferenceArray<AtomicLongArray> pages = new AtomicReferenceArray<>(PAGES);
    private final long interval;
    private final long tolerance;

    /// @param interval nanoseconds between two requests at the agreed pace, at least 1
    /// @param burst how many may come at once, at least 1
    /// @throws ArithmeticException if the burst would take longer than 146 years to come back
    Allowances(long interval, long burst) {
        long whole = Math.multiplyExact(interval, burst);
        if (whole > Long.MAX_VALUE / 2) {
            throw new ArithmeticException("sums with the time could overflow");
        }
        this.interval = interval;
        this.tolerance = whole - interval;
    }

    /// Charges one request to a key.
    ///
    /// @param now nanoseconds since some moment, at least 1
    /// @return nanoseconds until the whole allowance is back; or, if the key has none left, the nanoseconds until
    ///     one request may pass, as `REFUSED - wait`
    long take(long hash, long now) {
        long key = hash == 0 ? 1 : hash;
        AtomicLongArray page = page((int) (key >>> 56));
        int set = (int) (key >>> 40) % SETS_PER_PAGE * LONGS_PER_SET;
        int entry = entry(page, set, key);
        while (true) {
            long arrival = page.get(entry + 1);
            long base = Math.max(arrival, now);
            if (base - now > tolerance) {
                return REFUSED - (base - now - tolerance);
            }
            if (page.compareAndSet(entry + 1, arrival, base + interval)) {
                return base + interval - now;
            }
        }
    }

    /// What [#take] would return, and charges nobody.
    long look(long hash, long now) {
        long key = hash == 0 ? 1 : hash;
        AtomicLongArray page = pages.get((int) (key >>> 56));
        long arrival = 0;
        int set = (int) (key >>> 40) % SETS_PER_PAGE * LONGS_PER_SET;
        for (int at = set; page != null && at < set + LONGS_PER_SET; at += 2) {
            arrival = page.get(at) == key ? page.get(at + 1) : arrival;
        }
        long base = Math.max(arrival, now);
        return base - now > tolerance ? REFUSED - (base - now - tolerance) : base + interval - now;
    }

    /// How many bytes the pages made so far hold.
    long bytes() {
        long bytes = 0;
        for (int i = 0; i < PAGES; i++) {
            AtomicLongArray page = pages.get(i);
            bytes += page == null ? 0 : page.length() * 8L;
        }
        return bytes;
    }

    private AtomicLongArray page(int number) {
        AtomicLongArray page = pages.get(number);
        if (page == null) {
            AtomicLongArray made = new AtomicLongArray(SETS_PER_PAGE * LONGS_PER_SET);
            AtomicLongArray other = pages.compareAndExchange(number, null, made);
            page = other == null ? made : other;
        }
        return page;
    }

    /// Where the key's entry is; takes over the emptiest one of its set if it has none.
    private static int entry(AtomicLongArray page, int set, long key) {
        while (true) {
            int emptiest = set;
            long loser = 0;
            long earliest = Long.MAX_VALUE;
            for (int at = set; at < set + LONGS_PER_SET; at += 2) {
                long other = page.get(at);
                if (other == key) {
                    return at;
                }
                // Entries fill from the front, so two threads with a new key meet at the same one.
                long arrival = other == 0 ? Long.MIN_VALUE : page.get(at + 1);
                if (arrival < earliest) {
                    earliest = arrival;
                    emptiest = at;
                    loser = other;
                }
            }
            // First the time, then the key: the new key must not find the debts of the old one.
            // Whoever was
            // faster than us has changed one of them, and we look again.
            boolean clean = loser == 0 || page.compareAndSet(emptiest + 1, earliest, 0);
            if (clean && page.compareAndSet(emptiest, loser, key)) {
                return emptiest;
            }
        }
    }
}
