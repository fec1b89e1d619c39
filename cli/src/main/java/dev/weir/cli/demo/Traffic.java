package dev.weir.cli.demo;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The light stream of requests that the demo sends through its gateway, and who answered them. Thread-safe.
final class Traffic implements AutoCloseable {
    private static final List<String> PATHS =
            List.of("/api/users/test", "/api/orders/7", "/api/users/test", "/api/orders/7", "/");
    private static final String ANSWER = "Response from: ";

    private final HttpClient client =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(Duration.ofSeconds(2))
                    .build();
    private final URI gateway;
    private final Map<String, Integer> answers = new LinkedHashMap<>();
    private int failed;

    Traffic(int port) {
        this.gateway = URI.create("http://127.0.0.1:" + port);
    }

    /// Sends a round of requests, and returns before they are answered. To services with two endpoints it sends two at
    /// once, so that the requests of a person who tries curl in between still alternate.
    void sendRound() {
        PATHS.forEach(this::send);
    }

    private void send(String path) {
        HttpRequest request =
                HttpRequest.newBuilder(gateway.resolve(path))
                        .timeout(Duration.ofSeconds(5))
                        .build();
        client.sendAsync(request, HttpResponse.BodyHandlers.ofString())
                .whenComplete(
                        (response, failure) ->
                                count(
                                        failure == null && response.statusCode() == 200
                                                ? response.body()
                                                : ""));
    }

    private synchronized void count(String body) {
        if (body.startsWith(ANSWER)) {
            answers.merge(body.substring(ANSWER.length()).strip(), 1, Integer::sum);
        } else {
            failed++;
        }
    }

    /// Who has answered how often since the last call: `users-1 5  users-2 5  orders-1 5  …  failed 0`.
    synchronized String summary() {
        StringBuilder line = new StringBuilder();
        for (String name : DemoConfig.NAMES) {
            line.append(name).append(' ').append(answers.getOrDefault(name, 0)).append("   ");
        }
        line.append("failed ").append(failed);
        answers.clear();
        failed = 0;
        return line.toString();
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
