package dev.weir.otlp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import java.io.ByteArrayInputStream;
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
import java.util.zip.GZIPInputStream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/// Takes OTLP over HTTP as a collector does, and only what OpenTelemetry's own definition of the protocol knows; answers 400 to everything
/// else. Thread-safe.
public final class Collector implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<JsonNode> requests = new CopyOnWriteArrayList<>();
    private final List<Headers> headers = new CopyOnWriteArrayList<>();
    private final List<String> targets = new CopyOnWriteArrayList<>();
    private final List<String> senders = new CopyOnWriteArrayList<>();
    private final List<Long> times = new CopyOnWriteArrayList<>();
    private volatile CountDownLatch open = new CountDownLatch(0);
    private final Queue<Reply> answers = new ConcurrentLinkedQueue<>();

    /// What it answers.
    ///
    /// @param whole whether the body comes to its end
    private record Reply(int status, String retryAfter, String body, boolean whole) {}

    private Collector(HttpServer server) {
        this.server = server;
    }

    public static Collector start() throws IOException {
        return start(HttpServer.create(nowhere(), 0));
    }

    /// One that is asked by TLS.
    public static Collector startTls(SSLContext tls) throws IOException {
        HttpsServer server = HttpsServer.create(nowhere(), 0);
        server.setHttpsConfigurator(
                new HttpsConfigurator(tls) {
                    @Override
                    public void configure(HttpsParameters parameters) {
                        SSLParameters wanted = tls.getDefaultSSLParameters();
                        wanted.setWantClientAuth(true);
                        parameters.setSSLParameters(wanted);
                    }
                });
        return start(server);
    }

    private static InetSocketAddress nowhere() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    private static Collector start(HttpServer server) {
        Collector collector = new Collector(server);
        server.createContext("/", collector::take);
        server.setExecutor(collector.threads);
        server.start();
        return collector;
    }

    private void take(HttpExchange exchange) throws IOException {
        times.add(System.nanoTime());
        try (exchange) {
            if (exchange instanceof HttpsExchange secure) {
                senders.add(sender(secure.getSSLSession()));
            }
            headers.add(exchange.getRequestHeaders());
            targets.add(
                    exchange.getRequestMethod()
                            + " "
                            + exchange.getRequestURI()
                            + " "
                            + exchange.getRequestHeaders().getFirst("Content-Type"));
            byte[] sent = exchange.getRequestBody().readAllBytes();
            open.await();
            Reply next = answers.poll();
            Reply answer = next == null ? new Reply(200, "", "{}", true) : next;
            if (!understood(exchange, sent)) {
                answer = new Reply(400, "", "{}", true);
            }
            byte[] body = answer.body.getBytes(StandardCharsets.UTF_8);
            if (!answer.retryAfter.isEmpty()) {
                exchange.getResponseHeaders().set("Retry-After", answer.retryAfter);
            }
            exchange.sendResponseHeaders(answer.status, body.length + (answer.whole ? 0 : 1));
            exchange.getResponseBody().write(body);
            if (!answer.whole) {
                exchange.getResponseBody().flush();
                new CountDownLatch(1).await();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String sender(SSLSession session) {
        try {
            return session.getPeerPrincipal().getName();
        } catch (SSLPeerUnverifiedException _) {
            return "";
        }
    }

    /// Whether it is what the protocol's definition says: no other field, and every value of its type.
    private boolean understood(HttpExchange exchange, byte[] sent) throws IOException {
        boolean gzip = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
        byte[] body =
                gzip ? new GZIPInputStream(new ByteArrayInputStream(sent)).readAllBytes() : sent;
        String text = new String(body, StandardCharsets.UTF_8);
        Message.Builder message =
                exchange.getRequestURI().getPath().endsWith("/v1/logs")
                        ? ExportLogsServiceRequest.newBuilder()
                        : ExportTraceServiceRequest.newBuilder();
        requests.add(new ObjectMapper().readTree(text));
        try {
            JsonFormat.parser().merge(text, message);
            return true;
        } catch (InvalidProtocolBufferException _) {
            return false;
        }
    }

    public String url() {
        String scheme = server instanceof HttpsServer ? "https" : "http";
        return scheme + "://127.0.0.1:" + server.getAddress().getPort();
    }

    /// What it answers next instead of 200: a status, a blank and a body.
    public void answer(String next) {
        answers.add(new Reply(Integer.parseInt(next.substring(0, 3)), "", next.substring(4), true));
    }

    /// What it answers next instead of 200.
    public void answer(int status, String retryAfter) {
        answers.add(new Reply(status, retryAfter, "", true));
    }

    /// Next, a body that does not come to its end.
    public void answerHalf() {
        answers.add(new Reply(200, "", "{", false));
    }

    /// Answers nobody until this is counted down.
    public CountDownLatch hold() {
        CountDownLatch latch = new CountDownLatch(1);
        open = latch;
        return latch;
    }

    /// What came, one for each request.
    public List<JsonNode> requests() {
        return requests;
    }

    /// The fields that came, one for each request.
    public List<Headers> headers() {
        return headers;
    }

    /// Who sent each request by the certificate that was shown, or empty.
    public List<String> senders() {
        return senders;
    }

    /// When each request came.
    public List<Long> times() {
        return times;
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

    /// All log records that came.
    public List<JsonNode> logRecords() {
        return requests.stream()
                .flatMap(
                        request ->
                                request.at("/resourceLogs/0/scopeLogs/0/logRecords").valueStream())
                .toList();
    }

    /// The value of an attribute as text, or null.
    public static String attribute(JsonNode node, String key) {
        for (JsonNode each : node.path("attributes")) {
            if (each.path("key").asText().equals(key)) {
                return each.path("value").elements().next().asText();
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
