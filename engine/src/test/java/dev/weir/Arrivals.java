package dev.weir;

import dev.weir.testkit.RawClient;
import dev.weir.testkit.RawResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import java.util.function.Predicate;

/// An open loop of requests: they come at their times, however slowly those before them are answered. Over keep-alive connections, as many as
/// are needed up to 300.
record Arrivals(List<Answer> answers, Duration time) {
    private static final int CONNECTIONS = 300;

    /// @param latency from sending to the whole answer
    record Answer(String path, RawResponse response, Duration latency) {
        int status() {
            return response.status();
        }
    }

    /// @param path of each request by its number
    static Arrivals at(int perSecond, Duration time, int port, IntFunction<String> path)
            throws Exception {
        int count = (int) (perSecond * time.toNanos() / 1_000_000_000L);
        Queue<Answer> answers = new ConcurrentLinkedQueue<>();
        AtomicInteger next = new AtomicInteger();
        long start = System.nanoTime();
        List<Thread> threads = new ArrayList<>();
        Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
        for (int i = 0; i < CONNECTIONS; i++) {
            threads.add(
                    Thread.ofVirtual()
                            .start(
                                    () -> {
                                        try {
                                            drive(
                                                    port, next, count, start, perSecond, path,
                                                    answers);
                                        } catch (IOException | AssertionError e) {
                                            failures.add(e);
                                        }
                                    }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        if (!failures.isEmpty()) {
            throw new AssertionError("a request failed", failures.peek());
        }
        return new Arrivals(List.copyOf(answers), Duration.ofNanos(System.nanoTime() - start));
    }

    private static void drive(
            int port,
            AtomicInteger next,
            int count,
            long start,
            int perSecond,
            IntFunction<String> path,
            Queue<Answer> answers)
            throws IOException {
        try (RawClient client = RawClient.connect(port)) {
            for (int id = next.getAndIncrement(); id < count; id = next.getAndIncrement()) {
                long due = start + id * 1_000_000_000L / perSecond;
                for (long left = due - System.nanoTime();
                        left > 0;
                        left = due - System.nanoTime()) {
                    LockSupport.parkNanos(left);
                }
                long sent = System.nanoTime();
                String target = path.apply(id);
                client.send("GET " + target + " HTTP/1.1\r\nHost: a\r\n\r\n");
                RawResponse response = client.readResponse();
                answers.add(
                        new Answer(target, response, Duration.ofNanos(System.nanoTime() - sent)));
            }
        }
    }

    Arrivals where(Predicate<Answer> predicate) {
        return new Arrivals(answers.stream().filter(predicate).toList(), time);
    }

    Arrivals ok() {
        return where(answer -> answer.status() == 200);
    }

    Arrivals refused() {
        return where(answer -> answer.status() == 503);
    }

    int count() {
        return answers.size();
    }

    double perSecond() {
        return answers.size() / (time.toNanos() / 1e9);
    }

    /// The share of these in all that came.
    double of(Arrivals all) {
        return answers.size() / (double) all.answers.size();
    }

    Duration latency(double quantile) {
        long[] sorted = answers.stream().mapToLong(answer -> answer.latency().toNanos()).toArray();
        Arrays.sort(sorted);
        return sorted.length == 0
                ? Duration.ZERO
                : Duration.ofNanos(sorted[(int) Math.ceil(quantile * sorted.length) - 1]);
    }

    @Override
    public String toString() {
        return "%d requests, %.0f/s answered: p50 %d ms, p99 %d ms; %.0f/s refused: p50 %.1f ms, p99 %.1f ms"
                .formatted(
                        count(),
                        ok().perSecond(),
                        ok().latency(0.5).toMillis(),
                        ok().latency(0.99).toMillis(),
                        refused().perSecond(),
                        refused().latency(0.5).toNanos() / 1e6,
                        refused().latency(0.99).toNanos() / 1e6);
    }
}
