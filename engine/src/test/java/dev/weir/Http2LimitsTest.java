package dev.weir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.testkit.Behaviours;
import dev.weir.testkit.Hpack;
import dev.weir.testkit.Http2Frame;
import dev.weir.testkit.RawClient;
import dev.weir.testkit.RawHttp2Client;
import dev.weir.testkit.ScriptedEndpoint;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// `limits` and `drain` for clients of HTTP/2.
class Http2LimitsTest {
    private static final int INITIAL_WINDOW_SIZE = 4;

    private ScriptedEndpoint endpoint;
    private Gate gate;

    @BeforeEach
    void open() throws Exception {
        endpoint =
                ScriptedEndpoint.start(
                        Behaviours.byPath(
                                Map.of(
                                        "/hang",
                                        Behaviours.hang(),
                                        "/slow",
                                        Behaviours.delay(
                                                Duration.ofMillis(600), Behaviours.ok("slow")),
                                        "/big",
                                        Behaviours.stream(1 << 20),
                                        "/works",
                                        Behaviours.echo())));
    }

    @AfterEach
    void close() throws Exception {
        if (gate != null) {
            gate.close();
        }
        endpoint.close();
    }

    private RawHttp2Client client(String settings, int... own) throws Exception {
        gate = Gate.openForHttp2(settings + "\n" + Gate.to(endpoint.address()));
        return gate.http2(own);
    }

    @Test
    void closesAnIdleConnectionInOrder() throws Exception {
        try (RawHttp2Client client = client("limits: { http2-keep-alive: 300ms }")) {
            client.works(1);
            Http2Frame goAway = client.await("GOAWAY", one -> one.type() == RawHttp2Client.GOAWAY);
            assertThat(goAway.code(0)).isEqualTo(1);
            assertThat(goAway.code(4)).isEqualTo(RawHttp2Client.NO_ERROR);
            client.awaitEnd();
        }
    }

    @Test
    void closesNoConnectionWhoseStreamIsAtWork() throws Exception {
        try (RawHttp2Client client = client("limits: { http2-keep-alive: 100ms }")) {
            assertThat(client.get(1, "/slow").answer(1).status()).isEqualTo(200);
        }
    }

    @Test
    void cutsAHeadThatIsNotWholeInTime() throws Exception {
        try (RawHttp2Client client = client("limits: { header-timeout: 300ms }")) {
            client.works(1);
            byte[] block = Hpack.block(RawHttp2Client.request("GET", "/"));
            client.frame(RawHttp2Client.HEADERS, RawHttp2Client.END_STREAM, 3, block);
            assertThat(client.awaitGoAway()).isEqualTo(RawHttp2Client.ENHANCE_YOUR_CALM);
            client.awaitEnd();
        }
        try (RawHttp2Client client = gate.http2()) {
            client.works(1);
            // The beginning of a frame's header.
            client.send(new byte[] {0, 0});
            assertThat(client.awaitGoAway()).isEqualTo(RawHttp2Client.ENHANCE_YOUR_CALM);
        }
    }

    @Test
    void cutsAPrefaceThatDoesNotCome() throws Exception {
        client("limits: { header-timeout: 300ms }").close();
        try (RawClient client = gate.client()) {
            client.send("PRI * HT");
            assertThat(client.readUntilClosed()).isEmpty();
        }
        try (RawClient client = gate.client()) {
            client.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
            client.readUntilClosed();
        }
    }

    @Test
    void answersABodyThatStopsWith408AndServesTheOtherStreams() throws Exception {
        try (RawHttp2Client client = client("limits: { body-idle: 300ms }")) {
            client.head(1, false, RawHttp2Client.request("POST", "/hang"));
            client.data(1, false, "a").works(3);
            assertThat(client.answer(1).status()).isEqualTo(408);
            assertThat(client.awaitReset(1)).isEqualTo(RawHttp2Client.NO_ERROR);
            client.works(5);
        }
    }

    @Test
    void tellsAClientInTwoStepsToGoAfterSoManyRequests() throws Exception {
        try (RawHttp2Client client = client("limits: { requests-per-connection: 2 }")) {
            client.works(1);
            client.get(3, "/works");
            Http2Frame first = client.await("GOAWAY", one -> one.type() == RawHttp2Client.GOAWAY);
            assertThat(first.code(0)).isEqualTo(Integer.MAX_VALUE);
            assertThat(first.code(4)).isEqualTo(RawHttp2Client.NO_ERROR);
            // Sent before the client knew: served.
            client.get(5, "/slow");
            Http2Frame ping = client.await(RawHttp2Client.PING, 0);
            client.frame(RawHttp2Client.PING, RawHttp2Client.ACK, 0, ping.payload());
            Http2Frame last =
                    client.await("the second GOAWAY", one -> one.type() == RawHttp2Client.GOAWAY);
            assertThat(last.code(0)).isEqualTo(5);
            // Sent though the client knew: as if it were not there.
            client.get(7, "/works");
            assertThat(client.answer(5).text()).isEqualTo("Response from: slow");
            client.awaitEnd();
        }
        assertThat(endpoint.requestCount()).isEqualTo(3);
    }

    @Test
    void drainsInTwoStepsAndCutsNothing() throws Exception {
        try (RawHttp2Client client = client("drain: { delay: 300ms, timeout: 10s }")) {
            client.get(1, "/slow");
            endpoint.awaitRequests(1);
            var drained =
                    CompletableFuture.supplyAsync(
                            () -> {
                                try {
                                    return gate.weir().drain();
                                } catch (InterruptedException e) {
                                    throw new AssertionError(e);
                                }
                            });
            Http2Frame first = client.await("GOAWAY", one -> one.type() == RawHttp2Client.GOAWAY);
            assertThat(first.code(0)).isEqualTo(Integer.MAX_VALUE);
            assertThat(client.get(3, "/works").answer(3).status()).isEqualTo(200);
            assertThat(client.answer(1).status()).isEqualTo(200);
            client.awaitEnd();
            assertThat(drained.join()).as("nothing was cut").isTrue();
        }
    }

    @Test
    void answersWhatIsCutAtTheEndOfTheDrain() throws Exception {
        try (RawHttp2Client client = client("drain: { delay: 0s, timeout: 300ms }")) {
            client.get(1, "/hang");
            endpoint.awaitRequests(1);
            assertThat(gate.weir().drain()).as("nothing was cut").isFalse();
            assertThat(client.answer(1).status()).isEqualTo(503);
        }
    }

    private static Gate gate(String memory, ScriptedEndpoint endpoint) throws Exception {
        return Gate.openWith(
                "weir: 1\nlisteners: { web: { listen: \"127.0.0.1:0\", protocols: [h2c] } }\n"
                        + "limits: { memory: "
                        + memory
                        + " }\n"
                        + Gate.to(endpoint.address()),
                WeirOptions.DEFAULTS.withLoops(1));
    }

    @Test
    void refusesRequestsWhenHeadsFillTheMemory() throws Exception {
        gate = gate("1MiB", endpoint);
        try (RawHttp2Client client = gate.http2()) {
            String large = "x".repeat(15_000);
            for (int id = 1; id < 200; id += 2) {
                client.head(id, true, RawHttp2Client.request("GET", "/hang", "x-large", large));
            }
            Http2Frame refused =
                    client.await("an answer", one -> one.type() == RawHttp2Client.HEADERS);
            assertThat(Hpack.fields(refused.payload()).getFirst().value()).isEqualTo("503");
            for (int id = 1; id < 200; id += 2) {
                client.reset(id, RawHttp2Client.CANCEL);
            }
            await().until(
                            () -> {
                                try (RawHttp2Client next = gate.http2()) {
                                    return next.get(1, "/works").answer(1).status() == 200;
                                }
                            });
        }
    }

    @Test
    void servesOthersWhileStalledAnswersFillTheMemory() throws Exception {
        gate = gate("4MiB", endpoint);
        try (RawHttp2Client stalled = gate.http2(INITIAL_WINDOW_SIZE, 0);
                RawHttp2Client other = gate.http2()) {
            for (int id = 1; id < 200; id += 2) {
                stalled.get(id, "/big");
            }
            endpoint.awaitHeads(100);
            for (int id = 1; id < 100; id += 2) {
                other.works(id);
            }
            stalled.settings(INITIAL_WINDOW_SIZE, 1 << 20).window(0, 200 << 20);
            long came = 0;
            while (came < 100L << 20) {
                came +=
                        stalled.await("data", one -> one.type() == RawHttp2Client.DATA)
                                .payload()
                                .length;
            }
        }
    }

    @Test
    void cancelsWorkThatNobodyWaitsFor() throws Exception {
        try (RawHttp2Client client = client("")) {
            client.get(1, "/hang");
            endpoint.awaitRequests(1);
            client.reset(1, RawHttp2Client.CANCEL);
            await().untilAsserted(() -> assertThat(endpoint.connections().open()).isZero());
            client.works(3);
        }
    }
}
