package dev.weir.trace;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// Takes OTLP over HTTP as a collector does. Thread-safe.
public final class Collector implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<JsonNode> requests = new CopyOnWriteArrayList<>();
    private final List<String> targets = new CopyOnWriteArrayList<>();
    private volatile CountDownLatch open = new CountDownLatch(0);
    private final Queue<String> answers = new ConcurrentLinkedQueue<>();

    private Collector(HttpServer server) {
        this.server = server;
    }

    public static Collector start() throws IOException {
        Collector collector =
                new Collector(
                        HttpServer.create(
                                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0));
        collector.server.createContext("/", collector::take);
        collector.server.setExecutor(collector.threads);
        collector.server.start();
        return collector;
    }

    private void take(HttpExchange exchange) throws IOException {
        try (exchange) {
            targets.add(
                    exchange.getRequestMethod()
                            + " "
                            + exchange.getRequestURI()
                            + " "
                            + exchange.getRequestHeaders().getFirst("Content-Type"));
            open.await();
            requests.add(new ObjectMapper().readTree(exchange.getRequestBody()));
            String next = answers.poll();
            String answer = next == null ? "200 {}" : next;
            byte[] body = answer.substring(4).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(Integer.parseInt(answer.substring(0, 3)), body.length);
            exchange.getResponseBody().write(body);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /// What it answers next instead of 200: a status, a blank and a body.
    void answer(String next) {
        answers.add(next);
    }

    /// Answers nobody until this is counted down.
    CountDownLatch hold() {
        CountDownLatch latch = new CountDownLatch(1);
        open = latch;
        return latch;
    }

    /// What came, one for each request.
    public List<JsonNode> requests() {
        return requests;
    }

    /// Method, path and type of what came.
    public List<String> targets() {
        return targets;
    }

    /// All spans that came.
    public List<JsonNode> spans() {
        return requests.stream()
                .flatMap(request -> request.at("/resourceSpans/0/scopeSpans/0/spans").valueStream())
                .toList();
    }

    /// The value of an attribute as text, or null.
    public static String attribute(JsonNode node, String key) {
        for (JsonNode each : node.path("attributes")) {
            if (each.path("key").asText().equals(key)) {
                JsonNode value = each.path("value");
                return value.path("stringValue").asText(value.path("intValue").asText(null));
            }
        }
        return null;
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
