package dev.weir.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.Gate;
import dev.weir.testkit.Behaviours;
import dev.weir.testkit.GeneratedBody;
import dev.weir.testkit.HashedResponse;
import dev.weir.testkit.RawClient;
import dev.weir.testkit.RawResponse;
import dev.weir.testkit.ScriptedEndpoint;
import dev.weir.tls.Pki;
import io.netty.util.internal.PlatformDependent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Rows 22 to 24: large bodies, and clients that take or send them slowly.
@Faults
class StreamFaultsTest {
    /// A GiB; ten take minutes, and are asked for with `-Dweir.fault.mebibytes=10240`.
    private static final long SIZE = Long.getLong("weir.fault.mebibytes", 1024) << 20;

    private static final int KILOBYTE = 1024;

    /// What a loop's allocator keeps at least, whatever is asked of it: an arena's chunk, twice per loop for what is in use and what is next.
    private static final long ALLOCATOR = 16L << 20;

    /// The most that Netty's allocators held while something ran.
    private static final class Watch implements AutoCloseable {
        private final AtomicBoolean watching = new AtomicBoolean(true);
        private final Thread watcher = Thread.ofPlatform().start(this::run);
        private volatile long most;

        private void run() {
            while (watching.get()) {
                most = Math.max(most, PlatformDependent.usedDirectMemory());
                LockSupport.parkNanos(1_000_000);
            }
        }

        long most() {
            return most;
        }

        @Override
        public void close() {
            watching.set(false);
            try {
                watcher.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aLargeBodyArrivesUnchangedEachWayInConstantMemory(boolean chunked) throws Exception {
        var down = chunked ? Behaviours.streamChunked(SIZE) : Behaviours.stream(SIZE);
        try (var endpoint =
                        ScriptedEndpoint.start(
                                Behaviours.byPath(
                                        Map.of("/down", down, "/up", Behaviours.echo())));
                var gate = Gate.open(Gate.to(endpoint.address()))) {
            String digest = new GeneratedBody(SIZE).sha256();
            assertThat(gate.get("/up").status()).isEqualTo(200);
            long before = PlatformDependent.usedDirectMemory();
            try (var watch = new Watch()) {
                var answer = CompletableFuture.supplyAsync(() -> download(gate));
                RawResponse echoed = upload(gate, chunked);
                HashedResponse whole = answer.join();

                assertThat(echoed.header("X-Echo-Body-Length")).isEqualTo("" + SIZE);
                assertThat(echoed.header("X-Echo-Body-Sha256")).isEqualTo(digest);
                assertThat(whole.bytes()).isEqualTo(SIZE);
                assertThat(whole.sha256()).isEqualTo(digest);
                assertThat(watch.most() - before).isLessThan(2 * (1L << 20) + ALLOCATOR);
            }
        }
    }

    /// A quarter of the size, as the client of the JDK and TLS take their time.
    @Test
    void aLargeBodyArrivesUnchangedEachWayOverHttp2InConstantMemory(@TempDir Path folder)
            throws Exception {
        GeneratedBody body = new GeneratedBody(SIZE / 4);
        Pki pki = Pki.in(folder);
        pki.server("site", "localhost");
        String listener =
                "weir: 1\nlisteners: { web: { listen: \"127.0.0.1:0\", tls: { certificates: [%s] } } }\n"
                        .formatted(pki.pair("site"));
        try (var endpoint =
                        ScriptedEndpoint.start(
                                Behaviours.byPath(
                                        Map.of(
                                                "/down",
                                                Behaviours.stream(body.bytes()),
                                                "/up",
                                                Behaviours.echo())));
                var gate = Gate.openWith(listener + Gate.to(endpoint.address()));
                var client = HttpClient.newBuilder().sslContext(pki.trusting()).build()) {
            var request = HttpRequest.newBuilder();
            URI site = URI.create("https://localhost:" + gate.port());
            var upload =
                    request.copy()
                            .uri(site.resolve("/up"))
                            .POST(BodyPublishers.ofInputStream(body::stream));
            var download = request.copy().uri(site.resolve("/down"));
            long before = PlatformDependent.usedDirectMemory();
            try (var watch = new Watch()) {
                var echoed = client.sendAsync(upload.build(), BodyHandlers.discarding());
                var whole = client.send(download.build(), BodyHandlers.ofInputStream());
                assertThat(whole.version()).isEqualTo(HttpClient.Version.HTTP_2);
                assertThat(GeneratedBody.sha256(whole.body())).isEqualTo(body.sha256());
                assertThat(echoed.join().headers().firstValue("X-Echo-Body-Sha256"))
                        .contains(body.sha256());
                assertThat(watch.most() - before).isLessThan(2 * (1L << 20) + ALLOCATOR);
            }
        }
    }

    private static HashedResponse download(Gate gate) {
        try (RawClient client = RawClient.connect(gate.port(), Duration.ofMinutes(1))) {
            client.send("GET /down HTTP/1.1\r\nHost: a\r\n\r\n");
            return client.readHashed();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static RawResponse upload(Gate gate, boolean chunked) throws IOException {
        try (RawClient client = RawClient.connect(gate.port(), Duration.ofMinutes(1))) {
            client.send("POST /up HTTP/1.1\r\nHost: a\r\n");
            client.send(
                    chunked
                            ? "Transfer-Encoding: chunked\r\n\r\n"
                            : "Content-Length: " + SIZE + "\r\n\r\n");
            return client.send(new GeneratedBody(SIZE), chunked).readResponse();
        }
    }

    @Test
    void twoHundredSlowReadersOfAFastEndpointHoldLittleMemoryAndDisturbNobody() throws Exception {
        int readers = 200;
        long size = 64L << 20;
        try (var endpoint =
                        ScriptedEndpoint.start(
                                Behaviours.byPath(
                                        Map.of(
                                                "/big",
                                                Behaviours.stream(size),
                                                "/",
                                                Behaviours.ok("quick"))));
                var gate = Gate.open(Gate.to(endpoint.address()));
                var crowd = new SlowReaders(gate.port(), "/big")) {
            Duration alone = slowest(gate);
            long before = PlatformDependent.usedDirectMemory();
            try (var watch = new Watch()) {
                crowd.join(readers);
                long end = System.nanoTime() + Duration.ofSeconds(3).toNanos();
                while (System.nanoTime() < end) {
                    crowd.read(KILOBYTE); // ten times a second
                    LockSupport.parkNanos(100_000_000);
                }
                assertThat(watch.most() - before).isLessThan(readers * 128L * KILOBYTE + ALLOCATOR);
            }
            assertThat(crowd.open()).as("readers that go on").isEqualTo(readers);
            assertThat(crowd.bytes()).isGreaterThan(readers * 20L * KILOBYTE);
            assertThat(endpoint.connections().open())
                    .as("answers that the endpoint could not send to the end")
                    .isGreaterThanOrEqualTo(readers);
            assertThat(slowest(gate))
                    .as("another client's p90, alone %s", alone)
                    .isLessThan(alone.plus(Duration.ofMillis(50)));
        }
    }

    /// The ninth longest of ten times that a request takes.
    private static Duration slowest(Gate gate) throws IOException {
        List<Duration> took = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            long began = System.nanoTime();
            assertThat(gate.get("/").text()).isEqualTo("Response from: quick");
            took.add(Duration.ofNanos(System.nanoTime() - began));
        }
        return took.stream().sorted().toList().get(8);
    }

    @Test
    void slowWritersAreCutAndHoldNoEndpointBeforeTheirHeadsAreWhole() throws Exception {
        int writers = 50;
        try (var endpoint = ScriptedEndpoint.start(Behaviours.echo());
                var gate =
                        Gate.open(
                                "limits: { header-timeout: 1s, body-idle: 500ms }\n"
                                        + Gate.to(endpoint.address()))) {
            List<RawClient> heads = new ArrayList<>();
            List<RawClient> bodies = new ArrayList<>();
            for (int i = 0; i < writers; i++) {
                heads.add(gate.client().send("POST / HTTP/1.1\r\nHost: a\r\nX-Slow: "));
            }
            drip(heads, 5);
            assertThat(endpoint.connections().accepted()).as("held by half heads").isZero();
            long began = System.nanoTime();
            for (int i = 0; i < writers; i++) {
                bodies.add(
                        gate.client()
                                .send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n"));
            }
            drip(bodies, 5);
            assertThat(gate.get("/").status()).as("a good client").isEqualTo(200);
            for (RawClient client : bodies) {
                assertThat(client.readResponse().status()).isEqualTo(408);
                client.close();
            }
            assertThat(Duration.ofNanos(System.nanoTime() - began))
                    .isBetween(Duration.ofMillis(500), Duration.ofMillis(1900));
            for (RawClient client : heads) {
                assertThat(client.readResponse().status()).isEqualTo(408);
                client.close();
            }
            assertThat(
                            endpoint.requests().stream()
                                    .filter(one -> one.method().equals("POST"))
                                    .filter(one -> one.body().complete()))
                    .as("I4: requests that were refused")
                    .isEmpty();
            await().untilAsserted(
                            () ->
                                    assertThat(endpoint.connections().open())
                                            .as("connections of requests that were cut")
                                            .isLessThanOrEqualTo(1));
        }
    }

    /// A byte every 50 ms.
    private static void drip(List<RawClient> clients, int bytes) {
        for (int i = 0; i < bytes; i++) {
            clients.forEach(client -> client.send("x"));
            LockSupport.parkNanos(50_000_000);
        }
    }
}
