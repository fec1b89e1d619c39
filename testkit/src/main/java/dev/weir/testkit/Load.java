package dev.weir.testkit;

import java.io.EOFException;
import java.io.IOException;
import java.net.ProtocolException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;

/// A {@link LoadClient} at work, one virtual thread per connection. Thread-safe.
public final class Load {
    private static final int MOST_SAMPLES = 20;

    private final LoadClient plan;
    private final long startNanos = System.nanoTime();
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger finished = new AtomicInteger();
    private final long[] latencies;
    private final SortedMap<Integer, Integer> statuses = new TreeMap<>();
    private final List<String> samples = new ArrayList<>();
    private volatile boolean stopped;
    private int answered;
    private int ok;
    private int connectionErrors;
    private int timeouts;
    private int wrongAnswers;

    Load(LoadClient plan) {
        this.plan = plan;
        this.latencies = new long[plan.requests()];
        for (int i = 0; i < Math.min(plan.connections(), plan.requests()); i++) {
            threads.add(Thread.ofVirtual().name("load-" + i).start(this::drive));
        }
    }

    /// How many requests have been answered or have failed.
    public int finished() {
        return finished.get();
    }

    /// Sends no new request, and waits for the answers to those under way.
    public LoadReport stop() {
        stopped = true;
        return await();
    }

    /// Waits for the end.
    public LoadReport await() {
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                threads.forEach(Thread::interrupt);
                Thread.currentThread().interrupt();
                throw new AssertionError("interrupted", e);
            }
        }
        return report();
    }

    private synchronized LoadReport report() {
        long[] sorted = Arrays.copyOf(latencies, answered);
        Arrays.sort(sorted);
        return new LoadReport(
                ok,
                new TreeMap<>(statuses),
                connectionErrors,
                timeouts,
                wrongAnswers,
                plan.requests() - finished.get(),
                LoadReport.Latency.of(sorted),
                Duration.ofNanos(System.nanoTime() - startNanos),
                List.copyOf(samples));
    }

    private void drive() {
        try (var connection = new LoadConnection(plan)) {
            for (int id = next.getAndIncrement();
                    id < plan.requests() && !overTime();
                    id = next.getAndIncrement()) {
                ask(connection, id);
                finished.incrementAndGet();
            }
        }
    }

    private boolean overTime() {
        return stopped
                || Thread.currentThread().isInterrupted()
                || System.nanoTime() - startNanos > plan.atMost().toNanos();
    }

    private void ask(LoadConnection connection, int id) {
        long sent = System.nanoTime();
        try {
            LoadConnection.Answer answer = connection.ask(id);
            count(id, answer, System.nanoTime() - sent);
        } catch (IOException e) {
            connection.close();
            fail(id, e);
        }
    }

    private synchronized void count(int id, LoadConnection.Answer answer, long nanos) {
        latencies[answered++] = nanos;
        boolean good = answer.status() / 100 == 2;
        boolean right =
                answer.echoedId().isEmpty()
                        ? !good
                        : answer.echoedId().equals(Integer.toString(id));
        if (!right) {
            wrongAnswers++;
            sample("request " + id + ": answered as \"" + answer.echoedId() + "\"");
        } else if (good) {
            ok++;
        } else {
            statuses.merge(answer.status(), 1, Integer::sum);
            sample("request " + id + ": status " + answer.status());
        }
    }

    private synchronized void fail(int id, IOException e) {
        Throwable cause = e instanceof MalformedMessage && e.getCause() != null ? e.getCause() : e;
        switch (cause) {
            case SocketTimeoutException _ -> timeouts++;
            case EOFException _ -> connectionErrors++;
            case ProtocolException _ -> wrongAnswers++;
            default -> connectionErrors++;
        }
        sample("request " + id + ": " + Text.reason(e));
    }

    private void sample(String text) {
        if (samples.size() < MOST_SAMPLES) {
            samples.add(text);
        }
    }
}
