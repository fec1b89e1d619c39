package dev.weir.trace;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.observe.Events;
import dev.weir.runtime.Clock;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/// Sends spans to a collector by OTLP over HTTP, in batches and on a thread of its own. So many wait for it and no more; whatever comes
/// beyond that is dropped and counted, and nobody waits. Thread-safe.
///
/// A batch that is refused for now (429, 502, 503, 504, or no connection) is tried again for half a minute, as the protocol asks;
/// what is refused for good is not.
final class SpanExport implements AutoCloseable {
    private static final int MOST_WAITING = 8192;
    private static final int BATCH = 512;
    private static final long GATHER_NANOS = 1_000_000_000;
    private static final Duration ANSWER = Duration.ofSeconds(10);
    private static final Duration CLOSING = Duration.ofSeconds(2);
    private static final int MOST_TRIES = 6;
    private static final long BETWEEN_WARNINGS_NANOS = 60_000_000_000L;

    private final CollectorAddress collector;
    private final SpanJson json;
    private final Clock clock;
    private final Events events;
    private final Queue<Span> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger count = new AtomicInteger();
    private final LongAdder exported = new LongAdder();
    private final LongAdder dropped = new LongAdder();
    private final HttpClient client =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(ANSWER)
                    .build();
    private final Thread sender;
    private volatile boolean closing;

    /// The sender's alone.
    private boolean warned;

    private long warnedNanos;

    private SpanExport(CollectorAddress collector, SpanJson json, Clock clock, Events events) {
        this.collector = collector;
        this.json = json;
        this.clock = clock;
        this.events = events;
        this.sender = Thread.ofVirtual().name("weir-traces").unstarted(this::run);
    }

    static SpanExport start(CollectorAddress collector, SpanJson json, Clock clock, Events events) {
        SpanExport export = new SpanExport(collector, json, clock, events);
        export.sender.start();
        return export;
    }

    /// Never blocks.
    void add(Span span) {
        if (closing || count.get() >= MOST_WAITING) {
            dropped.increment();
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
        LockSupport.unpark(sender);
        try {
            if (!sender.join(CLOSING)) {
                events.say("traces: " + collector + " takes nothing; the last spans are lost");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        client.shutdownNow();
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
        HttpRequest request =
                HttpRequest.newBuilder(collector.traces())
                        .timeout(ANSWER)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(json.write(batch)))
                        .build();
        String why = "";
        for (int i = 1; i <= MOST_TRIES; i++) {
            try {
                HttpResponse<byte[]> answer =
                        client.send(request, HttpResponse.BodyHandlers.ofByteArray());
                if (answer.statusCode() / 100 == 2) {
                    taken(batch.size(), answer.body());
                    return;
                }
                why = "it answers " + answer.statusCode();
                if (!again(answer.statusCode())) {
                    break;
                }
            } catch (IOException e) {
                String message = e.getMessage();
                why = message == null ? e.getClass().getSimpleName() : message;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                break;
            }
            if (closing) {
                break;
            }
            // 1 s, 2 s, 4 s, 8 s, 16 s
            LockSupport.parkNanos(this, GATHER_NANOS << i - 1);
        }
        lost(batch.size(), why);
    }

    private static boolean again(int status) {
        return status == 429 || status == 502 || status == 503 || status == 504;
    }

    /// A collector may take some of a batch and refuse the rest for good (`ExportTracePartialSuccess`).
    private void taken(int spans, byte[] answer) {
        long refused = 0;
        String why = "";
        try {
            JsonNode partial = new ObjectMapper().readTree(answer).path("partialSuccess");
            refused = Math.clamp(partial.path("rejectedSpans").asLong(), 0, spans);
            why = "it refuses some: " + partial.path("errorMessage").asText();
        } catch (IOException _) {
            // Whatever it says beside 200, it has taken them.
        }
        exported.add(spans - refused);
        if (refused > 0) {
            lost(refused, why);
        } else if (warned) {
            warned = false;
            events.say("traces: " + collector + " takes spans again; " + dropped() + " were lost");
        }
    }

    private void lost(long spans, String why) {
        dropped.add(spans);
        long now = clock.nanos();
        if (!warned || now - warnedNanos >= BETWEEN_WARNINGS_NANOS) {
            warned = true;
            warnedNanos = now;
            events.say(
                    "traces: "
                            + collector
                            + " does not take spans: "
                            + why
                            + " ("
                            + dropped()
                            + " lost so far); requests go on as they do");
        }
    }
}
