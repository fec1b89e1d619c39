package dev.weir;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.testkit.Http2Behaviour;
import dev.weir.testkit.Http2Request;
import dev.weir.testkit.RawClient;
import dev.weir.testkit.RawResponse;
import dev.weir.testkit.ScriptedHttp2Endpoint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Streams and connections that end before their time: what is sent again, where, and what never. On one event loop; the first of two
/// endpoints is asked first.
class Http2RetriesTest {
    private static final int REFUSED_STREAM = 7;
    private static final int INTERNAL_ERROR = 2;
    private static final String GET = "GET /a HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final String POST =
            "POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc";

    @TempDir Path folder;

    private static Gate gate(ScriptedHttp2Endpoint... endpoints) throws Exception {
        return Gate.openOnOneLoop(configuration("retry: { attempts: 2 }", "", endpoints));
    }

    private static String configuration(
            String route, String logs, ScriptedHttp2Endpoint... endpoints) {
        List<String> addresses = Stream.of(endpoints).map(ScriptedHttp2Endpoint::address).toList();
        return """
        %s
        routes: [{ to: all, timeout: 5s, %s }]
        services:
          all: { endpoints: %s, protocol: h2c, balance: round-robin, outliers: off }
        """
                .formatted(logs, route, addresses);
    }

    private static Http2Behaviour echo() {
        return (request, wire) -> {
            wire.readBody();
            wire.answer(200, "good " + request.body().text());
        };
    }

    static Stream<Http2Behaviour> refusals() {
        return Stream.of(
                (request, wire) -> wire.reset(REFUSED_STREAM),
                (request, wire) -> {
                    wire.readBody();
                    wire.reset(REFUSED_STREAM);
                },
                (request, wire) -> wire.goAway(request.stream() - 1, 0),
                (request, wire) -> {
                    wire.goAway(Integer.MAX_VALUE, 0);
                    wire.goAway(request.stream() - 1, 0);
                });
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void sendsWhatWasRefusedToAnotherEndpointWhateverTheMethod(Http2Behaviour refusal)
            throws Exception {
        try (var bad = ScriptedHttp2Endpoint.start(refusal);
                var good = ScriptedHttp2Endpoint.start(echo());
                var gate = gate(bad, good)) {
            for (int i = 0; i < 4; i++) {
                assertThat(gate.exchange(POST).text()).isEqualTo("good abc");
            }
            assertThat(bad.requests()).isNotEmpty();
            assertThat(bad.violations()).isEmpty();
        }
    }

    @Test
    void sendsWhatWasNotSeenToTheSameEndpointWhereThereIsNoOther() throws Exception {
        try (var endpoint =
                        ScriptedHttp2Endpoint.start(
                                (request, wire) -> {
                                    if (request.connection() == 1) {
                                        wire.goAway(0, 0);
                                    } else {
                                        echo().answer(request, wire);
                                    }
                                });
                var gate = gate(endpoint)) {
            assertThat(gate.exchange(POST).text()).isEqualTo("good abc");
            assertThat(endpoint.connections().accepted()).isEqualTo(2);
        }
    }

    /// An endpoint that allows few streams, and is asked by many before it could say so.
    @Test
    void servesARushThatBeginsBeforeTheLimitIsKnown() throws Exception {
        Map<Integer, AtomicInteger> open = new ConcurrentHashMap<>();
        Http2Behaviour four =
                (request, wire) -> {
                    AtomicInteger here =
                            open.computeIfAbsent(request.connection(), _ -> new AtomicInteger());
                    if (here.incrementAndGet() > 4) {
                        here.decrementAndGet();
                        wire.reset(REFUSED_STREAM);
                    } else {
                        wire.pause(Duration.ofMillis(100));
                        here.decrementAndGet();
                        wire.answer(200, "ok");
                    }
                };
        try (var few = ScriptedHttp2Endpoint.start(four).announcing(3, 4);
                var gate = gate(few)) {
            List<RawClient> clients = new ArrayList<>();
            for (int i = 0; i < 30; i++) {
                clients.add(gate.client().send(i % 2 == 0 ? GET : POST));
            }
            for (RawClient client : clients) {
                assertThat(client.readResponse().text()).isEqualTo("ok");
                client.close();
            }
        }
    }

    @Test
    void sendsALongerBodyThatWasRefusedNoSecondTime() throws Exception {
        String body = "x".repeat(70_000);
        try (var bad =
                        ScriptedHttp2Endpoint.start(
                                (request, wire) -> {
                                    wire.readBody();
                                    wire.reset(REFUSED_STREAM);
                                });
                var good = ScriptedHttp2Endpoint.start(echo());
                var gate = gate(bad, good)) {
            RawResponse answer =
                    gate.exchange(
                            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 70000\r\n\r\n" + body);
            assertThat(answer.status()).isEqualTo(503);
            assertThat(good.requests()).isEmpty();
        }
    }

    @Test
    void answers503WhereEveryEndpointRefuses() throws Exception {
        Path log = folder.resolve("access.log");
        Http2Behaviour refuses = (request, wire) -> wire.reset(REFUSED_STREAM);
        try (var one = ScriptedHttp2Endpoint.start(refuses);
                var two = ScriptedHttp2Endpoint.start(refuses)) {
            String logs = "logs: { access: { to: %s } }".formatted(log);
            try (var gate =
                    Gate.openOnOneLoop(configuration("retry: { attempts: 2 }", logs, one, two))) {
                assertThat(gate.exchange(POST).status()).isEqualTo(503);
            }
            // Nobody is asked for ever.
            assertThat(one.requests().size() + two.requests().size()).isEqualTo(3);
        }
        assertThat(Files.readString(log)).contains("\"reason\":\"endpoint-refused\"");
    }

    @Test
    void believesNoRefusalAfterAnInterimAnswer() throws Exception {
        try (var bad =
                        ScriptedHttp2Endpoint.start(
                                (request, wire) -> {
                                    wire.head(103, false);
                                    wire.reset(REFUSED_STREAM);
                                });
                var good = ScriptedHttp2Endpoint.start(echo());
                var gate = gate(bad, good);
                var client = gate.client()) {
            assertThat(client.send(POST).readFinalResponse().status()).isEqualTo(502);
            assertThat(good.requests()).isEmpty();
        }
    }

    @Test
    void repeatsAResetOnlyWhereTheMethodMayBeRepeated() throws Exception {
        try (var bad = ScriptedHttp2Endpoint.start((request, wire) -> wire.reset(INTERNAL_ERROR));
                var good = ScriptedHttp2Endpoint.start(echo());
                var gate = gate(bad, good)) {
            for (int i = 0; i < 3; i++) {
                assertThat(gate.exchange(GET).text()).isEqualTo("good ");
            }
            int before = bad.requests().size() + good.requests().size();
            assertThat(
                            Stream.of(gate.exchange(POST), gate.exchange(POST))
                                    .map(RawResponse::status)
                                    .toList())
                    .containsExactlyInAnyOrder(200, 502);
            assertThat(bad.requests().size() + good.requests().size()).isEqualTo(before + 2);
            // A reset ends a stream, not the connection.
            assertThat(bad.connections().accepted()).isEqualTo(1);
        }
    }

    @Test
    void cutsAnAnswerThatIsResetInTheMiddle() throws Exception {
        try (var bad =
                        ScriptedHttp2Endpoint.start(
                                (request, wire) -> {
                                    wire.head(200, false, "content-length: 10");
                                    wire.data("12345", false);
                                    wire.reset(request.path().equals("/a") ? 0 : INTERNAL_ERROR);
                                });
                var gate = gate(bad)) {
            for (String get : List.of(GET, GET.replace("/a", "/b"))) {
                try (RawClient client = gate.client()) {
                    assertThat(new String(client.send(get).readUntilClosed(), UTF_8))
                            .endsWith("12345");
                }
            }
        }
    }

    @Test
    void finishesWhatIsUnderWayAfterAFarewellAndOpensAnotherConnection() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        try (var endpoint =
                        ScriptedHttp2Endpoint.start(
                                (request, wire) -> {
                                    if (asked.incrementAndGet() == 1) {
                                        wire.head(200, false);
                                        wire.goAway(request.stream(), 0);
                                        wire.frame(6, 0, 0, new byte[8]);
                                        wire.pause(Duration.ofMillis(200));
                                        wire.data("first", true);
                                    } else {
                                        wire.answer(200, "next");
                                    }
                                });
                var gate = gate(endpoint);
                var slow = gate.client()) {
            slow.send(GET);
            // The ping is acknowledged, so the farewell before it has been heard.
            await().until(() -> endpoint.frames(6).size() == 1);
            assertThat(gate.exchange(POST).text()).isEqualTo("next");
            assertThat(slow.readResponse().text()).isEqualTo("first");
            await().until(() -> endpoint.connections().open() == 1);
            assertThat(endpoint.requests())
                    .extracting(Http2Request::connection)
                    .containsExactly(1, 2);
        }
    }

    @Test
    void repeatsAllThatMayBeRepeatedWhenAConnectionDies() throws Exception {
        try (var bad = ScriptedHttp2Endpoint.start((request, wire) -> wire.hang());
                var good = ScriptedHttp2Endpoint.start(echo());
                var gate =
                        Gate.openOnOneLoop(
                                configuration("retry: { budget: 100% }", "", bad, good))) {
            List<RawClient> gets = new ArrayList<>();
            List<RawClient> posts = new ArrayList<>();
            while (bad.requests().size() < 12) {
                int before = bad.requests().size() + good.requests().size();
                boolean post = gets.size() % 3 == 2 && posts.size() < 4;
                (post ? posts : gets).add(gate.client().send(post ? POST : GET));
                await().until(() -> bad.requests().size() + good.requests().size() > before);
            }
            bad.kill();
            for (RawClient client : gets) {
                assertThat(client.readResponse().text()).isEqualTo("good ");
                client.close();
            }
            for (RawClient client : posts) {
                assertThat(client.readResponse().status()).isIn(200, 502);
                client.close();
            }
            // None of those that were sent was sent again.
            long sent =
                    Stream.concat(bad.requests().stream(), good.requests().stream())
                            .filter(request -> request.path().equals("/p"))
                            .count();
            assertThat(sent).isEqualTo(posts.size());
        }
    }

    /// Cancelled requests are no reason for an endpoint to think it is attacked.
    @Test
    void givesAConnectionNoMoreRequestsAfterAHundredCancelledOnes() throws Exception {
        try (var endpoint = ScriptedHttp2Endpoint.start((request, wire) -> wire.hang());
                var gate = gate(endpoint)) {
            for (int i = 1; i <= 101; i++) {
                try (RawClient client = gate.client()) {
                    client.send(GET);
                    endpoint.awaitHeads(i);
                }
                int last = i;
                await().pollInterval(Duration.ofMillis(1))
                        .until(() -> endpoint.requests().get(last - 1).resetCode() == 8);
            }
            assertThat(endpoint.requests().get(99).connection())
                    .isLessThan(endpoint.requests().get(100).connection());
        }
    }

    @Test
    void leavesAConnectionThatHasGoneDeaf() throws Exception {
        try (var endpoint = ScriptedHttp2Endpoint.start(echo());
                var gate =
                        Gate.openOnOneLoop(
                                """
                                routes: [{ to: all, timeout: 300ms, retry: off }]
                                services:
                                  all:
                                    endpoints: [%s]
                                    protocol: h2c
                                    connections: { connect-timeout: 300ms }
                                """
                                        .formatted(endpoint.address()))) {
            assertThat(gate.exchange(GET).status()).isEqualTo(200);
            endpoint.silent();
            endpoint.behave(
                    (request, wire) -> {
                        if (request.connection() == 1) {
                            wire.hang();
                        } else {
                            wire.answer(200, "anew");
                        }
                    });
            assertThat(gate.exchange(GET).status()).isEqualTo(504);
            // The next one does not wait for the same to happen to it.
            assertThat(gate.exchange(GET).text()).isEqualTo("anew");
            await().until(() -> endpoint.connections().open() == 1);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void aHedgeThatLosesIsReset(int loser) throws Exception {
        Http2Behaviour hangs = (request, wire) -> wire.hang();
        Http2Behaviour late =
                (request, wire) -> {
                    wire.pause(Duration.ofMillis(200));
                    wire.answer(200, "won");
                };
        try (var first = ScriptedHttp2Endpoint.start(loser == 0 ? hangs : late);
                var second = ScriptedHttp2Endpoint.start(loser == 0 ? late : hangs);
                var gate =
                        Gate.openOnOneLoop(
                                configuration(
                                        "hedge: { after: 50ms, budget: 100% }",
                                        "", first, second))) {
            assertThat(gate.exchange(GET).text()).isEqualTo("won");
            var lost = loser == 0 ? first : second;
            await().until(() -> lost.requests().getFirst().resetCode() == 8);
            assertThat(lost.connections().open()).isEqualTo(1);
        }
    }

    @Test
    void readsAShortAnswerThatNobodyWantsToItsEnd() throws Exception {
        try (var busy = ScriptedHttp2Endpoint.start((request, wire) -> wire.answer(503, "busy"));
                var good = ScriptedHttp2Endpoint.start(echo());
                var gate = gate(busy, good)) {
            for (int i = 0; i < 5; i++) {
                assertThat(gate.exchange(GET).status()).isEqualTo(200);
            }
            assertThat(busy.requests()).isNotEmpty().allMatch(r -> r.resetCode() == -1);
            assertThat(busy.connections().accepted()).isEqualTo(1);
        }
    }

    @Test
    void resetsALongAnswerThatNobodyWants() throws Exception {
        try (var busy =
                        ScriptedHttp2Endpoint.start(
                                (request, wire) -> wire.answer(503, "busy".repeat(10_000)));
                var good = ScriptedHttp2Endpoint.start(echo());
                var gate = gate(busy, good)) {
            assertThat(gate.exchange(GET).status()).isEqualTo(200);
            await().until(() -> busy.requests().getFirst().resetCode() == 8);
        }
    }
}
