package dev.weir.cli.training;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// What stands behind the gateway in a training run: answers with a length, in chunks (`/chunked`) or with a failure (`/fails`), after it
/// has read the body. Thread-safe; every request has a virtual thread.
final class TrainingEndpoint implements AutoCloseable {
    private static final byte[] BODY = "weir".repeat(256).getBytes(StandardCharsets.US_ASCII);

    private final HttpServer http;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    private TrainingEndpoint(HttpServer http) {
        this.http = http;
    }

    /// Listens on a free port of 127.0.0.1.
    static TrainingEndpoint start() throws IOException {
        HttpServer http =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        TrainingEndpoint endpoint = new TrainingEndpoint(http);
        http.createContext("/", TrainingEndpoint::answer);
        http.setExecutor(endpoint.threads);
        http.start();
        return endpoint;
    }

    int port() {
        return http.getAddress().getPort();
    }

    private static void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            exchange.getRequestBody().transferTo(OutputStream.nullOutputStream());
            exchange.getResponseHeaders().set("Content-Type", "text/plain");
            String path = exchange.getRequestURI().getPath();
            if (exchange.getRequestMethod().equals("HEAD")) {
                exchange.sendResponseHeaders(200, -1);
                return;
            }
            exchange.sendResponseHeaders(
                    path.endsWith("/fails") ? 500 : 200,
                    path.endsWith("/chunked") ? 0 : BODY.length);
            exchange.getResponseBody().write(BODY);
        }
    }

    @Override
    public void close() {
        http.stop(0);
        threads.shutdownNow();
    }
}
