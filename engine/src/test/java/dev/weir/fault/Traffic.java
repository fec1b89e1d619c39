package dev.weir.fault;

import dev.weir.testkit.RawClient;
import dev.weir.testkit.RawResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Clients that send requests over keep-alive connections until they are stopped, each with an id, and judge every answer by it.
/// Closed loop, or at a rate: then a request that is due waits only for a free connection. Thread-safe.
final class Traffic implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration AT_MOST = Duration.ofSeconds(60);
    private static final int MOST = 500_000;

    private final Plan plan;
    private final int first;
    private final long startNanos = System.nanoTime();
    private final AtomicInteger next = new AtomicInteger();
    private final Queue<Sent> sent = new ConcurrentLinkedQueue<>();
    private final AtomicInteger finished = new AtomicInteger();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean stopping;

    /// @param perSecond 0 for as fast as answers come
    /// @param postEvery 4 makes every fourth a POST; 0 sends GETs only
    /// @param keys      so many different values of `X-Key`
    record Plan(int port, int connections, int perSecond, int postEvery, int keys, String target) {
        static Plan to(int port) {
            return new Plan(port, 60, 0, 4, 300, "/");
        }

        Plan withConnections(int count) {
            return new Plan(port, count, perSecond, postEvery, keys, target);
        }

        Plan withPerSecond(int rate) {
            return new Plan(port, connections, rate, postEvery, keys, target);
        }

        Plan withGetsOnly() {
            return new Plan(port, connections, perSecond, 0, keys, target);
        }

        Plan withTarget(String path) {
            return new Plan(port, connections, perSecond, postEvery, keys, path);
        }

        Traffic start() {
            return start(0);
        }

        /// @param first id, so that the ids of two that run at once differ
        Traffic start(int first) {
            return new Traffic(this, first);
        }
    }

    private Traffic(Plan plan, int first) {
        this.plan = plan;
        this.first = first;
        for (int i = 0; i < plan.connections(); i++) {
            threads.add(Thread.ofVirtual().name("traffic-" + i).start(this::drive));
        }
    }

    /// How many have been answered or have failed.
    int finished() {
        return finished.get();
    }

    /// Waits until so many more have been answered or have failed.
    void await(int more) {
        int until = finished() + more;
        org.awaitility.Awaitility.await()
                .pollInterval(Duration.ofMillis(5))
                .atMost(Duration.ofSeconds(30))
                .until(() -> finished() >= until);
    }

    /// Goes on for so long.
    void goOn(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    /// Lets those under way end, and tells of all.
    List<Sent> stop() {
        close();
        return List.copyOf(sent);
    }

    @Override
    public void close() {
        stopping = true;
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError("interrupted", e);
            }
        }
    }

    private void drive() {
        RawClient client = null;
        while (!stopping && System.nanoTime() - startNanos < AT_MOST.toNanos()) {
            int number = next.getAndIncrement();
            if (number >= MOST || !due(number)) {
                break;
            }
            int id = first + number;
            boolean post = plan.postEvery() > 0 && id % plan.postEvery() == 0;
            long began = System.nanoTime();
            Sent.Ending ending;
            try {
                client = client == null ? RawClient.connect(plan.port(), PATIENCE) : client;
                RawResponse response = client.send(request(id, post)).readResponse();
                ending = judge(id, response);
                if ("close".equalsIgnoreCase(response.header("Connection"))) {
                    client = closed(client);
                }
            } catch (IOException e) {
                ending = new Sent.Ending.Lost(e.toString());
            } catch (AssertionError e) {
                ending = failure(Objects.toString(e.getMessage()));
                client = closed(client);
            }
            Duration took = Duration.ofNanos(System.nanoTime() - began);
            sent.add(new Sent(id, post ? "POST" : "GET", began, took, ending));
            finished.incrementAndGet();
        }
        closed(client);
    }

    private static @Nullable RawClient closed(@Nullable RawClient client) {
        if (client != null) {
            client.close();
        }
        return null;
    }

    /// @return false if it is over before this one is due
    private boolean due(int number) {
        if (plan.perSecond() == 0) {
            return true;
        }
        long due = startNanos + number * 1_000_000_000L / plan.perSecond();
        for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
            if (stopping) {
                return false;
            }
            LockSupport.parkNanos(Math.min(left, 50_000_000));
        }
        return true;
    }

    private String request(int id, boolean post) {
        String head =
                " "
                        + plan.target()
                        + " HTTP/1.1\r\nHost: weir.test\r\nX-Test-Id: "
                        + id
                        + "\r\nX-Key: "
                        + id % plan.keys()
                        + "\r\n";
        if (!post) {
            return "GET" + head + "\r\n";
        }
        String body = Words.request(id);
        return "POST" + head + "Content-Length: " + body.length() + "\r\n\r\n" + body;
    }

    private static Sent.Ending judge(int id, RawResponse response) {
        String echoed = response.header("X-Echo-Id");
        if (echoed != null && !echoed.equals(Integer.toString(id))) {
            return new Sent.Ending.Wrong("answered as " + echoed);
        }
        if (response.status() == 200 && !response.text().equals(Words.answer(id))) {
            return new Sent.Ending.Wrong("other bytes: " + response);
        }
        return new Sent.Ending.Answered(
                response.status(),
                Objects.requireNonNullElse(response.header("X-Endpoint"), ""),
                response.header("Retry-After") != null);
    }

    /// The client says what it had when the failure came.
    private static Sent.Ending failure(String why) {
        return why.contains("its head was") ? new Sent.Ending.Cut(why) : new Sent.Ending.Lost(why);
    }
}
