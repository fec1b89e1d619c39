package dev.weir.cli.endpoint;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// A small HTTP/1.1 endpoint on the JDK's own HTTP server: answers `Response from: NAME` on any path and
/// `/health`, tells its load at `/load`, and obeys `POST /control`. It can be killed, which closes its port and all connections, and
/// revived on the same port. Thread-safe; every request has a virtual thread.
public final class SmallEndpoint implements AutoCloseable {
    /// Told about every request that was answered.
    @FunctionalInterface
    public interface RequestLog {
        RequestLog NONE = (method, path, status, nanos) -> {};

        void answered(String method, String path, int status, long nanos);
    }

    /// What holds now, and a latch that opens when something else does.
    private record Rule(Behaviour behaviour, CountDownLatch over) {}

    /// What runs while the endpoint is alive.
    private record Life(HttpServer http, ExecutorService threads) {}

    private final String name;
    private final InetAddress address;
    private final RequestLog log;
    private final AtomicLong answers = new AtomicLong();
    private final LoadReport load = new LoadReport();
    private volatile Rule rule;
    private volatile @Nullable Life life;
    private int port;

    private SmallEndpoint(String name, InetSocketAddress at, Behaviour behaviour, RequestLog log) {
        this.name = name;
        this.address = at.getAddress();
        this.port = at.getPort();
        this.log = log;
        this.rule = new Rule(behaviour, new CountDownLatch(1));
    }

    /// Listens at an address; port 0 takes a free one.
    public static SmallEndpoint start(
            String name, InetSocketAddress at, Behaviour behaviour, RequestLog log)
            throws IOException {
        // Without these the JDK's server delays answers by 40 ms (Nagle) and closes connections
        // sooner than gateways do. It reads them once, before the first server.
        System.setProperty("sun.net.httpserver.nodelay", "true");
        System.setProperty("sun.net.httpserver.idleInterval", "300");
        SmallEndpoint endpoint = new SmallEndpoint(name, at, behaviour, log);
        endpoint.revive();
        return endpoint;
    }

    public String name() {
        return name;
    }

    public synchronized int port() {
        return port;
    }

    public boolean alive() {
        return life != null;
    }

    /// Listens again after [#kill]; nothing happens if it lives.
    public synchronized void revive() throws IOException {
        if (life != null) {
            return;
        }
        HttpServer http = HttpServer.create(new InetSocketAddress(address, port), 0);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        http.createContext("/", this::answer);
        http.setExecutor(threads);
        http.start();
        port = http.getAddress().getPort();
        life = new Life(http, threads);
    }

    /// Closes the port and every connection, as a process does that dies.
    public synchronized void kill() {
        Life ended = life;
        if (ended != null) {
            life = null;
            ended.http.stop(0);
            ended.threads.shutdownNow();
        }
    }

    @Override
    public void close() {
        kill();
    }

    private void answer(HttpExchange exchange) throws IOException {
        long start = System.nanoTime();
        int status;
        try (exchange) {
            exchange.getRequestBody().transferTo(OutputStream.nullOutputStream());
            status =
                    switch (exchange.getRequestURI().getPath()) {
                        case "/control" -> control(exchange);
                        case "/health" -> health(exchange);
                        case "/load" -> load(exchange);
                        default -> plain(exchange);
                    };
        } catch (InterruptedException e) {
            return; // killed while it hung or was slow
        }
        if (exchange.getRequestURI().getPath().equals("/load")) {
            return; // several for each request
        }
        log.answered(
                exchange.getRequestMethod(),
                exchange.getRequestURI().getRawPath(),
                status,
                System.nanoTime() - start);
    }

    private int plain(HttpExchange exchange) throws IOException, InterruptedException {
        int others = load.begin();
        long start = System.nanoTime();
        boolean good = false;
        try {
            Behaviour behaviour = whenItMay(true);
            good = !behaviour.failing().fails(answers.incrementAndGet());
            return good
                    ? send(exchange, 200, "Response from: " + name + "\n")
                    : send(exchange, behaviour.failing().status(), "Failure from: " + name + "\n");
        } finally {
            load.end(others, System.nanoTime() - start, good);
        }
    }

    /// Answers at once, whatever the rule: how much there is to do is what is asked.
    private int load(HttpExchange exchange) throws IOException {
        exchange.getResponseHeaders().set("X-Weir-Probe", load.field());
        return send(exchange, 204, "");
    }

    private int health(HttpExchange exchange) throws IOException, InterruptedException {
        int status = whenItMay(false).healthStatus();
        return send(exchange, status, status < 400 ? "ok\n" : "not ok\n");
    }

    /// Waits for what the rule of the moment wants; an order given meanwhile ends the wait.
    private Behaviour whenItMay(boolean delayed) throws InterruptedException {
        Rule now = rule;
        while (now.behaviour.hang()) {
            now.over.await();
            now = rule;
        }
        long millis = delayed ? now.behaviour.delay().toMillis() : 0;
        return millis > 0 && now.over.await(millis, TimeUnit.MILLISECONDS)
                ? rule.behaviour
                : now.behaviour;
    }

    private int control(HttpExchange exchange) throws IOException {
        String order = exchange.getRequestURI().getRawQuery();
        if (!exchange.getRequestMethod().equals("POST") || order == null) {
            return send(
                    exchange,
                    order == null ? 400 : 405,
                    "say: POST /control?delay=2s, ?fail=503, ?fail=50%25, ?hang=true, ?health=404 or"
                            + " ?ok\n");
        }
        try {
            obey(order);
        } catch (IllegalArgumentException e) {
            return send(exchange, 400, e.getMessage() + "\n");
        }
        return send(exchange, 200, name + ": " + rule.behaviour + "\n");
    }

    private synchronized void obey(String order) {
        Rule before = rule;
        rule = new Rule(before.behaviour.after(order), new CountDownLatch(1));
        before.over.countDown();
    }

    private static int send(HttpExchange exchange, int status, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        boolean bodiless =
                exchange.getRequestMethod().equals("HEAD") || status == 204 || status == 304;
        exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
        exchange.sendResponseHeaders(status, bodiless ? -1 : body.length);
        if (!bodiless) {
            exchange.getResponseBody().write(body);
        }
        return status;
    }
}
