package dev.weir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.testkit.Behaviours;
import dev.weir.testkit.Hpack;
import dev.weir.testkit.Http2Frame;
import dev.weir.testkit.LoadClient;
import dev.weir.testkit.LoadReport;
import dev.weir.testkit.RawHttp2Client;
import dev.weir.testkit.ScriptedEndpoint;
import java.io.IOException;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Clients of HTTP/2 that send what costs them nothing, again and again: each is stopped after a bounded number of frames, and a
/// client beside them is served all the while.
class Http2FloodsTest {
    private static final int FRAMES = 20_000;

    private ScriptedEndpoint endpoint;
    private Gate gate;

    @BeforeEach
    void open() throws Exception {
        endpoint =
                ScriptedEndpoint.start(
                        Behaviours.byPath(
                                Map.of("/hang", Behaviours.hang(), "/works", Behaviours.echo())));
        gate = Gate.openForHttp2(Gate.to(endpoint.address()));
    }

    @AfterEach
    void close() throws Exception {
        gate.close();
        endpoint.close();
    }

    private static Arguments flood(String name, BiConsumer<RawHttp2Client, Integer> frame) {
        return Arguments.of(name, frame);
    }

    private static final String[] HANG = RawHttp2Client.request("POST", "/hang");

    static Stream<Arguments> floods() {
        return Stream.of(
                flood(
                        "rapid reset",
                        (client, i) ->
                                client.get(2 * i + 1, "/hang")
                                        .reset(2 * i + 1, RawHttp2Client.CANCEL)),
                flood(
                        "reset by a window update of 0",
                        (client, i) -> client.head(2 * i + 1, false, HANG).window(2 * i + 1, 0)),
                flood(
                        "reset by a window that overflows",
                        (client, i) ->
                                client.head(2 * i + 1, false, HANG)
                                        .window(2 * i + 1, Integer.MAX_VALUE)),
                flood(
                        "reset by data behind the end",
                        (client, i) -> client.get(2 * i + 1, "/hang").data(2 * i + 1, true, "a")),
                flood(
                        "reset by a head behind the end",
                        (client, i) ->
                                client.get(2 * i + 1, "/hang").head(2 * i + 1, true, "x-a", "b")),
                flood(
                        "reset by a priority of a wrong length",
                        (client, i) ->
                                client.head(2 * i + 1, false, HANG)
                                        .frame(RawHttp2Client.PRIORITY, 0, 2 * i + 1, new byte[4])),
                flood(
                        "reset by a stream that depends on itself",
                        (client, i) ->
                                client.head(2 * i + 1, false, HANG)
                                        .frame(
                                                RawHttp2Client.PRIORITY,
                                                0,
                                                2 * i + 1,
                                                self(2 * i + 1))),
                flood(
                        "malformed requests",
                        (client, i) -> client.head(2 * i + 1, true, ":method", "GET")),
                flood("streams beyond the limit", (client, i) -> client.get(2 * i + 1, "/hang")),
                flood("PING", (client, i) -> client.frame(RawHttp2Client.PING, 0, 0, new byte[8])),
                flood("SETTINGS", (client, i) -> client.settings(4, 1000 + i)),
                flood("empty SETTINGS", (client, i) -> client.settings()),
                flood(
                        "PRIORITY",
                        (client, i) ->
                                client.frame(RawHttp2Client.PRIORITY, 0, 2 * i + 1, new byte[5])),
                flood("WINDOW_UPDATE", (client, i) -> client.window(0, 1)),
                flood(
                        "empty DATA",
                        (client, i) -> {
                            if (i == 0) {
                                client.head(1, false, HANG);
                            }
                            client.data(1, false, "");
                        }),
                flood(
                        "padding without data",
                        (client, i) -> {
                            if (i == 0) {
                                client.head(1, false, HANG);
                            }
                            client.frame(
                                    RawHttp2Client.DATA, RawHttp2Client.PADDED, 1, new byte[] {0});
                        }),
                flood(
                        "empty CONTINUATION",
                        (client, i) ->
                                client.frame(
                                        i == 0
                                                ? RawHttp2Client.HEADERS
                                                : RawHttp2Client.CONTINUATION,
                                        0,
                                        1,
                                        new byte[0])),
                flood(
                        "heads in pieces",
                        (client, i) ->
                                client.frame(
                                                RawHttp2Client.HEADERS,
                                                RawHttp2Client.END_STREAM,
                                                2 * i + 1,
                                                Hpack.block(
                                                        RawHttp2Client.request("GET", "/works")))
                                        .frame(
                                                RawHttp2Client.CONTINUATION,
                                                0,
                                                2 * i + 1,
                                                new byte[0])
                                        .frame(
                                                RawHttp2Client.CONTINUATION,
                                                RawHttp2Client.END_HEADERS,
                                                2 * i + 1,
                                                new byte[0])),
                flood("unknown frames", (client, i) -> client.frame(99, 0, 0, new byte[100])),
                flood(
                        "frames for a stream that is over",
                        (client, i) -> {
                            if (i == 0) {
                                client.head(1, true, ":method", "GET");
                            }
                            client.data(1, false, "a");
                        }));
    }

    private static byte[] self(int streamId) {
        byte[] payload = new byte[5];
        System.arraycopy(Http2Frame.number(streamId), 0, payload, 0, 4);
        return payload;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("floods")
    void stopsA(String name, BiConsumer<RawHttp2Client, Integer> frame) throws Exception {
        int sent = 0;
        try (RawHttp2Client client = gate.http2()) {
            // A client that reads, as one that does not is stopped by less.
            Thread reader =
                    Thread.ofVirtual()
                            .start(
                                    () -> {
                                        try {
                                            client.awaitEnd();
                                        } catch (AssertionError _) {
                                            // The sender finds out.
                                        }
                                    });
            while (sent < FRAMES && reader.isAlive()) {
                try {
                    frame.accept(client, sent);
                    sent++;
                } catch (AssertionError _) {
                    break;
                }
            }
            await().untilAsserted(() -> assertThat(reader.isAlive()).as(name).isFalse());
            // What it got for its frames is what Weir did for them.
            assertThat(client.seen()).hasSizeLessThan(2500);
            assertThat(client.seen())
                    .anyMatch(
                            one ->
                                    one.type() == RawHttp2Client.GOAWAY
                                            && one.code(4) == RawHttp2Client.ENHANCE_YOUR_CALM);
        }
        assertThat(endpoint.requestCount()).as(name).isLessThan(1000);
        try (RawHttp2Client good = gate.http2()) {
            good.works(1);
        }
    }

    @Test
    void stopsAClientThatAsksAndReadsNothing() throws Exception {
        try (RawHttp2Client client = gate.http2()) {
            assertThat(
                            org.assertj.core.api.Assertions.catchThrowable(
                                    () -> {
                                        for (int i = 0; i < 2_000_000; i++) {
                                            client.frame(RawHttp2Client.PING, 0, 0, new byte[8]);
                                        }
                                    }))
                    .as("it is cut")
                    .isInstanceOf(AssertionError.class);
        }
    }

    @Test
    void saysInOneLineWhomItStoppedAndWhy() throws Exception {
        for (int i = 0; i < 3; i++) {
            try (RawHttp2Client client = gate.http2()) {
                for (int frame = 0; frame < 1000; frame++) {
                    client.frame(RawHttp2Client.PING, 0, 0, new byte[8]);
                }
                client.awaitEnd();
            }
        }
        assertThat(gate.events())
                .filteredOn(line -> line.contains("looks like an attack"))
                .singleElement()
                .asString()
                .contains("listener web", "127.0.0.1", "1000 ping");
    }

    @Test
    void leavesAnHonestClientItsMany() throws Exception {
        try (RawHttp2Client client = gate.http2()) {
            // A page that is left while it loads, and a client that gives window back with every
            // frame.
            for (int id = 1; id < 200; id += 2) {
                client.get(id, "/hang");
            }
            for (int id = 1; id < 200; id += 2) {
                client.reset(id, RawHttp2Client.CANCEL);
            }
            for (int id = 201; id < 801; id += 2) {
                client.works(id);
            }
            assertThat(client.seen()).noneMatch(one -> one.type() == RawHttp2Client.GOAWAY);
        }
    }

    @Test
    void answersEveryRequestOfAGoodClientBesideAnAttacker() throws Exception {
        Thread attacker = Thread.ofVirtual().start(() -> resetRapidly(gate));
        try {
            LoadReport report =
                    LoadClient.to(gate.port())
                            .withConnections(4)
                            .withRequests(4000)
                            .withTarget("/works")
                            .run();
            assertThat(report.ok()).as(report.samples().toString()).isEqualTo(4000);
        } finally {
            attacker.interrupt();
            attacker.join();
        }
    }

    private static void resetRapidly(Gate attacked) {
        while (!Thread.currentThread().isInterrupted()) {
            try (RawHttp2Client client = attacked.http2()) {
                for (int i = 0; i < 400; i++) {
                    client.get(2 * i + 1, "/hang").reset(2 * i + 1, RawHttp2Client.CANCEL);
                }
                client.awaitEnd();
            } catch (AssertionError | IOException _) {
                // It comes again.
            }
        }
    }
}
