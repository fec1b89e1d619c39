package dev.weir.explain;

import dev.weir.exchange.Exchange;
import dev.weir.exchange.Failure;
import dev.weir.explain.Passage.Kept;
import dev.weir.explain.Recorder.Entry;
import dev.weir.http.Field;
import dev.weir.http.RequestHead;
import dev.weir.listen.Inspection;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One event loop's part of the [Recorder]: hears of each exchange that is over, and keeps few. What is not kept costs a comparison with the
/// slowest of its route; the lock is taken only to keep one, which happens a bounded number of times a minute, and to look.
public final class Lane implements Inspection, Consumer<Exchange> {
    /// Of each route in a minute.
    private static final int SLOWEST = 3;

    /// Of each reason and route in a minute.
    private static final int FAILURES = 3;

    /// Of all routes in a minute, of each kind. Each takes about a kilobyte.
    private static final int MOST_IN_MINUTE = 64;

    private static final int MINUTES = 15;
    private static final int MOST_ASKED = 64;
    private static final int ERRORS_FROM = 500;
    private static final long MINUTE_NANOS = Duration.ofMinutes(1).toNanos();

    /// Of no route.
    private static final Slowest NONE_YET = new Slowest(null);

    private final Recorder recorder;
    private final Map<Exchange, CompletableFuture<Optional<Explanation>>> asked =
            new IdentityHashMap<>();
    private final Map<String, Slowest> slowest = new HashMap<>();
    private final Map<String, Integer> failures = new HashMap<>();

    /// Of the route of the last request: most come to the same few.
    private Slowest last = NONE_YET;

    private int failed;
    private long minuteEnds = Long.MIN_VALUE;

    /// What follows is guarded by this lock: minutes with their entries, the last first, and those that asked.
    private final Object lock = new Object();

    private final Deque<List<Entry>> minutes = new ArrayDeque<>();
    private final Deque<Entry> wanted = new ArrayDeque<>();

    Lane(Recorder recorder) {
        this.recorder = recorder;
    }

    /// The slowest requests of a route in this minute.
    private static final class Slowest {
        private final @Nullable String route;
        private final @Nullable Entry[] entries = new @Nullable Entry[SLOWEST];
        private final long[] nanos = new long[SLOWEST];

        Slowest(@Nullable String route) {
            this.route = route;
        }

        /// Which one gives way to one that took so long, or -1.
        int place(long took) {
            int least = 0;
            for (int i = 1; i < SLOWEST; i++) {
                least = nanos[i] < nanos[least] ? i : least;
            }
            return nanos[least] < took ? least : -1;
        }
    }

    @Override
    public boolean asks(Exchange exchange, InetAddress peer, String listener, boolean tls) {
        RequestHead head = exchange.request();
        String token = head.headers().get(Field.X_WEIR_EXPLAIN);
        if (token == null || !recorder.may(token)) {
            return false;
        }
        head.headers().remove(Field.X_WEIR_EXPLAIN);
        asked.put(exchange, recorder.explain(question(head, peer, listener, tls)));
        return true;
    }

    private static Question question(
            RequestHead head, InetAddress peer, String listener, boolean tls) {
        List<Question.Line> fields = new ArrayList<>();
        head.headers().forEach((name, value) -> fields.add(new Question.Line(name, value)));
        String query = head.query();
        return new Question(
                head.method(),
                tls,
                head.authority(),
                head.path() + (query == null ? "" : "?" + query),
                fields,
                peer,
                Optional.of(listener));
    }

    @Override
    public void accept(Exchange exchange) {
        Exchange.Record record = exchange.record;
        if (record.endedNanos >= minuteEnds) {
            nextMinute(record.endedNanos);
        }
        if (record.explained) {
            asked(exchange);
        } else if (record.failure != null || record.status >= ERRORS_FROM) {
            failed(exchange);
        } else if (!exchange.scheme().equals(Exchange.TCP)) {
            answered(exchange);
        }
    }

    private void nextMinute(long now) {
        minuteEnds = now + MINUTE_NANOS;
        slowest.clear();
        last = NONE_YET;
        failures.clear();
        failed = 0;
        synchronized (lock) {
            minutes.addFirst(new ArrayList<>());
            if (minutes.size() > MINUTES) {
                minutes.removeLast();
            }
        }
    }

    private void asked(Exchange exchange) {
        CompletableFuture<Optional<Explanation>> explanation = asked.remove(exchange);
        Passage passage = Passages.of(exchange, Kept.ASKED, recorder.clock().millis());
        synchronized (lock) {
            wanted.addFirst(new Entry(passage, explanation == null ? Entry.NONE : explanation));
            if (wanted.size() > MOST_ASKED) {
                wanted.removeLast();
            }
        }
    }

    private void failed(Exchange exchange) {
        Failure failure = exchange.record.failure;
        String reason = failure == null ? "status" : failure.reason();
        if (failed < MOST_IN_MINUTE
                && failures.merge(reason + " " + exchange.record.route, 1, Integer::sum)
                        <= FAILURES) {
            failed++;
            keep(exchange, Kept.FAILED, null);
        }
    }

    private void answered(Exchange exchange) {
        Exchange.Record record = exchange.record;
        // How long the client waited for the answer: how long it then took to read it is its own
        // matter.
        long answered = record.firstByteNanos == 0 ? record.endedNanos : record.firstByteNanos;
        long took = answered - record.headNanos;
        Slowest those = record.route.equals(last.route) ? last : slowest(record.route);
        if (those == null) {
            return;
        }
        last = those;
        int place = those.place(took);
        if (place >= 0) {
            those.nanos[place] = took;
            those.entries[place] = keep(exchange, Kept.SLOW, those.entries[place]);
        }
    }

    /// Of a route; null if there are too many.
    private @Nullable Slowest slowest(String route) {
        Slowest known = slowest.get(route);
        if (known == null && slowest.size() < MOST_IN_MINUTE / SLOWEST) {
            known = new Slowest(route);
            slowest.put(route, known);
        }
        return known;
    }

    private Entry keep(Exchange exchange, Kept why, @Nullable Entry instead) {
        Entry entry = new Entry(Passages.of(exchange, why, recorder.clock().millis()), Entry.NONE);
        synchronized (lock) {
            List<Entry> minute = minutes.getFirst();
            if (instead != null) {
                minute.remove(instead);
            }
            minute.add(entry);
        }
        return entry;
    }

    void addTo(List<Entry> all) {
        synchronized (lock) {
            all.addAll(wanted);
            minutes.forEach(all::addAll);
        }
    }
}
