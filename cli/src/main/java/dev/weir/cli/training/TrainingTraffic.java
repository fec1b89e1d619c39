package dev.weir.cli.training;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// Requests of all usual kinds through a gateway, some at a time. Confined to one thread.
final class TrainingTraffic implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final byte[] BODY = new byte[4096];

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final int port;

    TrainingTraffic(int port) {
        this.port = port;
    }

    /// Sends a round and waits for its answers: bodies of known and unknown length both ways, no body, what the gateway
    /// answers itself, and its errors.
    void round() throws IOException {
        List<CompletableFuture<HttpResponse<byte[]>>> answers = new ArrayList<>();
        for (String path :
                List.of(
                        "/site/",
                        "/site/chunked",
                        "/site/fails",
                        "/hello",
                        "/old/7",
                        "/gone",
                        "/no")) {
            answers.add(send(request(path).GET()));
        }
        answers.add(send(request("/site/").HEAD()));
        answers.add(send(request("/site/").POST(BodyPublishers.ofByteArray(BODY))));
        answers.add(
                send(
                        request("/site/chunked")
                                .POST(
                                        BodyPublishers.ofInputStream(
                                                () -> new ByteArrayInputStream(BODY)))));
        answers.forEach(CompletableFuture::join);
    }

    /// What no well-behaved client sends: a connection for one request, and a request that is refused.
    void rareRound() throws IOException {
        raw("GET /site/ HTTP/1.1\r\nHost: training\r\nConnection: close\r\n\r\n");
        raw("GET /site/ HTTP/1.1\r\nHost: training\r\nContent-Length: x\r\n\r\n");
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path + "?a=b"))
                .timeout(PATIENCE)
                .header("Accept", "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8")
                .header("Accept-Language", "en-GB,en;q=0.5")
                .header("Accept-Encoding", "gzip, deflate, br")
                .header("Cookie", "session=0123456789abcdef; theme=dark")
                .header("Cache-Control", "no-cache");
    }

    private CompletableFuture<HttpResponse<byte[]>> send(HttpRequest.Builder request) {
        return client.sendAsync(request.build(), BodyHandlers.ofByteArray());
    }

    private void raw(String text) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout((int) PATIENCE.toMillis());
            socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
            if (socket.getInputStream().readAllBytes().length == 0) {
                throw new IOException("the gateway did not answer: " + text.strip());
            }
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
