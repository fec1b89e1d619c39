package dev.weir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.testkit.Behaviours;
import dev.weir.testkit.RawClient;
import dev.weir.testkit.RawResponse;
import dev.weir.testkit.ScriptedEndpoint;
import io.netty.util.internal.PlatformDependent;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/// Clients and endpoints that do what is allowed and seldom tried.
class OddClientsTest {
    private static final int LARGE = 6_000_000;

    private static void letPass(Duration time) {
        await().pollDelay(time).atMost(time.plusSeconds(10)).until(() -> true);
    }

    @Test
    void clientsThatResetRightAfterConnectingTakeNoPlace() throws Exception {
        try (var endpoint = ScriptedEndpoint.start(Behaviours.ok("a"));
                var gate =
                        Gate.open("limits: { connections: 5 }\n" + Gate.to(endpoint.address()))) {
            for (int i = 0; i < 60; i++) {
                gate.client().reset();
            }
            await().ignoreExceptions().until(() -> gate.get("/").status() == 200);
            assertThat(gate.events()).isEmpty();
        }
    }

    @Test
    void aBodyThatComesByteByByteHoldsNoMoreMemoryThanItHasBytes() throws Exception {
        try (var endpoint = ScriptedEndpoint.start(Behaviours.hang());
                var gate = Gate.open(Gate.to(endpoint.address()));
                var client = gate.client()) {
            client.send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 60000\r\n\r\n");
            long before = PlatformDependent.usedDirectMemory();
            client.sendSlowly(new byte[30_000], Duration.ZERO);
            assertThat(PlatformDependent.usedDirectMemory() - before).isLessThan(8 << 20);
        }
    }

    @Test
    void aStrayLineEndBehindABodyIsNoRequest() throws Exception {
        try (var endpoint = ScriptedEndpoint.start(Behaviours.ok("a"));
                var gate =
                        Gate.open(
                                "limits: { header-timeout: 300ms, keep-alive: 300ms }\n"
                                        + Gate.to(endpoint.address()));
                var client = gate.client()) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab\r\n");
            assertThat(client.readResponse().status()).isEqualTo(200);
            assertThat(client.readUntilClosed()).isEmpty();
        }
    }

    @Test
    void aClientThatReadsLateGetsAllOfAnAnswerThatIsOver() throws Exception {
        String config =
                "limits: { keep-alive: 300ms }\nroutes: [{ respond: { body: \""
                        + "x".repeat(LARGE)
                        + "\" } }]\n";
        try (var gate = Gate.open(config)) {
            for (String connection : new String[] {"close", "keep-alive"}) {
                try (RawClient client = RawClient.connect(gate.port(), Duration.ofSeconds(20))) {
                    client.send(
                            "GET / HTTP/1.1\r\nHost: a\r\nConnection: " + connection + "\r\n\r\n");
                    letPass(Duration.ofSeconds(3));
                    assertThat(client.readResponse().body()).hasSize(LARGE);
                }
            }
        }
    }

    @Test
    void anAnswerIsDeliveredThoughTheEndpointClosesWithoutReadingTheRequest() throws Exception {
        try (var endpoint =
                        ScriptedEndpoint.start(
                                (request, wire) -> {
                                    wire.send(
                                            "HTTP/1.1 413 Content Too Large\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno");
                                    wire.close();
                                });
                var gate = Gate.open(Gate.to(endpoint.address()))) {
            int delivered = 0;
            for (int i = 0; i < 20; i++) {
                try (RawClient client = gate.client()) {
                    client.send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 3000000\r\n\r\n");
                    CompletableFuture<Void> sending =
                            CompletableFuture.runAsync(() -> client.send(new byte[3_000_000]));
                    RawResponse response = client.readResponse();
                    delivered += response.status() == 413 ? 1 : 0;
                    sending.exceptionally(cut -> null).join();
                }
            }
            assertThat(delivered).isEqualTo(20);
        }
    }

    @Test
    void aReaderWhoIsSlowerThanTheRoutesTimeoutIsNotTheEndpointsFault() throws Exception {
        try (var endpoint = ScriptedEndpoint.start(Behaviours.stream(20L << 20));
                var gate =
                        Gate.open(
                                "routes: [{ to: all, timeout: 500ms }]\nservices: { all: { endpoints: ["
                                        + endpoint.address()
                                        + "] } }\n");
                var client = RawClient.connect(gate.port(), Duration.ofSeconds(20))) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            letPass(Duration.ofSeconds(2));
            assertThat(client.readHashed().bytes()).isEqualTo(20L << 20);
        }
    }
}
