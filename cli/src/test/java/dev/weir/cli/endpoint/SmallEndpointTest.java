package dev.weir.cli.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SmallEndpointTest {
    private final List<String> log = new CopyOnWriteArrayList<>();
    private final HttpClient client = HttpClient.newHttpClient();
    private SmallEndpoint endpoint;

    @BeforeEach
    void start() throws IOException {
        endpoint =
                SmallEndpoint.start(
                        "users-1",
                        new InetSocketAddress("127.0.0.1", 0),
                        Behaviour.GOOD,
                        (method, path, status, nanos) -> log.add(method + path + status));
    }

    @AfterEach
    void stop() {
        endpoint.close();
        client.shutdownNow();
    }

    private HttpResponse<String> get(String path) throws Exception {
        return client.send(request(path).build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> control(String order) throws Exception {
        return client.send(
                request("/control?" + order).POST(HttpRequest.BodyPublishers.noBody()).build(),
                BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + endpoint.port() + path));
    }

    @Test
    void saysItsNameOnAnyPathAndOkOnHealth() throws Exception {
        assertThat(get("/api/users/test").body()).isEqualTo("Response from: users-1\n");
        assertThat(get("/health").body()).isEqualTo("ok\n");
        await().until(() -> log.containsAll(List.of("GET/api/users/test200", "GET/health200")));
    }

    @Test
    void tellsItsLoadWithoutDelayWhileRequestsWait() throws Exception {
        assertThat(get("/load").headers().firstValue("X-Weir-Probe")).contains("rif=0");
        get("/");
        assertThat(get("/load").headers().firstValue("X-Weir-Probe").orElseThrow())
                .matches("rif=0, latency=[0-9]+[.][0-9]{3}");
        control("hang=true");
        CompletableFuture<HttpResponse<String>> held =
                client.sendAsync(request("/").build(), BodyHandlers.ofString());
        await().until(
                        () ->
                                get("/load")
                                        .headers()
                                        .firstValue("X-Weir-Probe")
                                        .orElseThrow()
                                        .startsWith("rif=1, "));
        control("ok");
        assertThat(held.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    }

    @Test
    void failsWithTheStatusItIsToldUntilAllIsOkAgain() throws Exception {
        assertThat(control("fail=503").statusCode()).isEqualTo(200);
        assertThat(get("/").statusCode()).isEqualTo(503);
        assertThat(get("/health").statusCode()).as("health is not failed").isEqualTo(200);

        control("ok");

        assertThat(get("/").statusCode()).isEqualTo(200);
    }

    @Test
    void failsExactlyTheShareItIsTold() throws Exception {
        control("fail=30%25");

        int failures = 0;
        for (int i = 0; i < 20; i++) {
            failures += get("/").statusCode() == 503 ? 1 : 0;
        }

        assertThat(failures).isEqualTo(6);
    }

    @Test
    void spreadsFailuresEvenlyOverAnyHundred() {
        for (int percent = 0; percent <= 100; percent++) {
            Failing failing = new Failing(503, percent);
            assertThat(IntStream.rangeClosed(12, 111).filter(failing::fails).count())
                    .isEqualTo(percent);
        }
    }

    @Test
    void waitsAsLongAsItIsTold() throws Exception {
        control("delay=300ms");

        long start = System.nanoTime();
        get("/");
        long slow = System.nanoTime() - start;

        assertThat(slow).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(300));
    }

    @Test
    void answersNothingWhileItHangsAndAllOnceItIsOk() throws Exception {
        control("hang=true");
        CompletableFuture<HttpResponse<String>> plain =
                client.sendAsync(request("/").build(), BodyHandlers.ofString());
        CompletableFuture<HttpResponse<String>> health =
                client.sendAsync(request("/health").build(), BodyHandlers.ofString());
        assertThatThrownBy(
                        () ->
                                CompletableFuture.anyOf(plain, health)
                                        .get(300, TimeUnit.MILLISECONDS))
                .isInstanceOf(TimeoutException.class);

        control("ok");

        assertThat(plain.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        assertThat(health.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    }

    @Test
    void answersHealthAsItIsToldAndEverythingElseAsBefore() throws Exception {
        control("health=404");

        assertThat(get("/health").statusCode()).isEqualTo(404);
        assertThat(get("/").statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"delay=2", "fail=often", "fail=101%25", "hang=maybe", "health=7", "x"})
    void refusesAnOrderItDoesNotUnderstandAndStaysAsItWas(String order) throws Exception {
        HttpResponse<String> refusal = control(order);

        assertThat(refusal.statusCode()).isEqualTo(400);
        assertThat(refusal.body()).isNotBlank();
        assertThat(get("/").statusCode()).isEqualTo(200);
    }

    @Test
    void changesNothingByGet() throws Exception {
        assertThat(get("/control?fail=503").statusCode()).isEqualTo(405);
        assertThat(get("/").statusCode()).isEqualTo(200);
    }

    @Test
    void refusesConnectionsWhileItIsDeadAndAnswersOnTheSamePortAfter() throws Exception {
        int port = endpoint.port();
        get("/");

        endpoint.kill();

        assertThat(endpoint.alive()).isFalse();
        assertThatThrownBy(() -> new Socket("127.0.0.1", port))
                .isInstanceOf(ConnectException.class);

        endpoint.revive();

        assertThat(endpoint.port()).isEqualTo(port);
        assertThat(get("/").statusCode()).isEqualTo(200);
    }

    @Test
    void breaksConnectionsThatAreOpenWhenItIsKilled() throws Exception {
        try (Socket socket = new Socket("127.0.0.1", endpoint.port())) {
            ask(socket);

            endpoint.kill();

            socket.setSoTimeout(10_000);
            assertThat(socket.getInputStream().read()).isNegative();
        }
    }

    @Test
    void answersTwoRequestsOnOneConnection() throws Exception {
        try (Socket socket = new Socket("127.0.0.1", endpoint.port())) {
            assertThat(ask(socket)).isEqualTo("HTTP/1.1 200 OK");
            assertThat(ask(socket)).isEqualTo("HTTP/1.1 200 OK");
        }
    }

    /// Sends a request with a body, reads the whole answer, returns its first line.
    private static String ask(Socket socket) throws IOException {
        socket.getOutputStream()
                .write(
                        "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello"
                                .getBytes(StandardCharsets.US_ASCII));
        BufferedReader in =
                new BufferedReader(
                        new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
        String first = in.readLine();
        String line = first;
        while (!line.startsWith("Response from")) {
            line = in.readLine();
        }
        return first;
    }
}
