package dev.weir.trace;

import dev.weir.observe.Events;
import dev.weir.otlp.Delivery;
import dev.weir.runtime.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/// Gives spans to a [Delivery], in batches and on a thread of its own. So many wait for it and no more; whatever comes beyond that is
/// dropped and counted, and nobody waits. Thread-safe.
final class SpanExport implements AutoCloseable {
    private static final int MOST_WAITING = 8192;
    private static final int BATCH = 512;
    private static final long GATHER_NANOS = 1_000_000_000;
    private static final Duration CLOSING = Duration.ofSeconds(2);
    private static final long BETWEEN_WARNINGS_NANOS = 60_000_000_000L;

    private final Delivery delivery;
    private final SpanJson json = new SpanJson();
    private final Clock clock;
    private final Events events;
    private final Queue<Span> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger count = new AtomicInteger();
    private final LongAdder exported = new LongAdder();
    private final LongAdder dropped = new LongAdder();
    private final Thread sender;
    private volatile boolean closing;

    /// Whether it was said that spans are lost, and not yet that this is over.
    private final AtomicBoolean warned = new AtomicBoolean();

    private final AtomicLong warnedNanos;

    private SpanExport(Delivery delivery, Clock clock, Events events) {
        this.delivery = delivery;
        this.clock = clock;
        this.events = events;
        this.warnedNanos = new AtomicLong(clock.nanos() - BETWEEN_WARNINGS_NANOS);
        this.sender = Thread.ofVirtual().name("weir-traces").unstarted(this::run);
    }

    static SpanExport start(Delivery delivery, Clock clock, Events events) {
        SpanExport export = new SpanExport(delivery, clock, events);
        export.sender.start();
        return export;
    }

    /// Never blocks.
    void add(Span span) {
        if (closing || count.get() >= MOST_WAITING) {
            lost(1, MOST_WAITING + " are waiting for it");
            return;
        }
        waiting.add(span);
        if (count.incrementAndGet() == BATCH) {
            LockSupport.unpark(sender);
        }
    }

    long exported() {
        return exported.sum();
    }

    long dropped() {
        return dropped.sum();
    }

    @Override
    public void close() {
        closing = true;
        delivery.hurry();
        LockSupport.unpark(sender);
        try {
            if (!sender.join(CLOSING)) {
                events.say(
                        "traces: " + delivery.name() + " takes nothing; the last spans are lost");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        delivery.close();
    }

    /// Counts, and says so once a minute at most. Called by any thread.
    private void lost(long spans, String why) {
        dropped.add(spans);
        long now = clock.nanos();
        long before = warnedNanos.get();
        if (now - before >= BETWEEN_WARNINGS_NANOS && warnedNanos.compareAndSet(before, now)) {
            warned.set(true);
            events.say(
                    "traces: "
                            + delivery.name()
                            + " does not take spans: "
                            + why
                            + " ("
                            + dropped()
                            + " lost so far); requests go on as they do");
        }
    }

    // ---- the sender's thread ----

    private void run() {
        while (!closing) {
            if (count.get() < BATCH) {
                LockSupport.parkNanos(this, GATHER_NANOS);
            }
            sendWaiting();
        }
        sendWaiting();
    }

    private void sendWaiting() {
        List<Span> batch = new ArrayList<>();
        do {
            batch.clear();
            while (batch.size() < BATCH) {
                Span span = waiting.poll();
                if (span == null) {
                    break;
                }
                batch.add(span);
            }
            if (!batch.isEmpty()) {
                count.addAndGet(-batch.size());
                send(batch);
            }
        } while (batch.size() == BATCH);
    }

    private void send(List<Span> batch) {
        byte[] items = json.write(batch);
        Delivery.Outcome outcome = delivery.send(items, 0, items.length, batch.size());
        exported.add(batch.size() - outcome.lost());
        if (outcome.lost() > 0) {
            lost(outcome.lost(), outcome.why());
        } else if (count.get() < BATCH && warned.compareAndSet(true, false)) {
            events.say(
                    "traces: "
                            + delivery.name()
                            + " takes spans again; "
                            + dropped()
                            + " were lost");
        }
    }
}
