package dev.weir;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.runtime.Transport;
import dev.weir.testkit.Behaviours;
import dev.weir.testkit.RawClient;
import dev.weir.testkit.RawResponse;
import dev.weir.testkit.ScriptedEndpoint;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What clients get when something goes wrong, by the table in [dev.weir.exchange.Failure].
class FailuresTest {
    private static void closes(RawClient client, int status) throws Exception {
        RawResponse response = client.readResponse();
        assertThat(response.status()).isEqualTo(status);
        assertThat(response.header("Connection")).isEqualTo("close");
        assertThat(response.header("X-Request-Id")).matches("[0-9a-z]{20}");
        assertThat(response.text()).startsWith(status + " ").contains("(request ");
        assertThat(client.readUntilClosed()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "400 GET / HTTP/1.1\r\n\r\n",
                "414 GET /LONG HTTP/1.1\r\nHost: a\r\n\r\n",
                "417 PUT / HTTP/1.1\r\nHost: a\r\nExpect: x\r\nContent-Length: 1\r\n\r\n",
                "431 GET / HTTP/1.1\r\nHost: a\r\nX: LONG\r\nY: LONG\r\nZ: LONG\r\nA: LONG\r\n\r\n",
                "501 POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n",
                "505 GET / HTTP/2.0\r\nHost: a\r\n\r\n",
            })
    void refusesAWrongHeadAndCloses(String statusAndRequest) throws Exception {
        try (var endpoint = ScriptedEndpoint.start(Behaviours.ok("a"));
                var gate = Gate.open(Gate.to(endpoint.address()));
                var client = gate.client()) {
            client.send(statusAndRequest.substring(4).replace("LONG", "a".repeat(8190)));
            closes(client, Integer.parseInt(statusAndRequest.substring(0, 3)));
            assertThat(endpoint.requestCount()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TRACE / HTTP/1.1", "CONNECT a:80 HTTP/1.1"})
    void neverForwardsTraceAndConnect(String line) throws Exception {
        try (var endpoint = ScriptedEndpoint.start(Behaviours.ok("a"));
                var gate = Gate.open(Gate.to(endpoint.address()))) {
            assertThat(gate.exchange(line + "\r\nHost: a:80\r\n\r\n").status()).isEqualTo(405);
            assertThat(endpoint.requestCount()).isZero();
        }
    }

    @Test
    void saysWhichMethodsAreAllowed() throws Exception {
        try (var endpoint = ScriptedEndpoint.start(Behaviours.ok("a"));
                var gate =
                        Gate.open(
                                """
                                routes: [{ match: { path: /x, methods: [GET, POST] }, to: all }]
                                services: { all: { endpoints: [%s] } }
                                """
                                        .formatted(endpoint.address()))) {
            RawResponse response = gate.exchange("DELETE /x HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(response.status()).isEqualTo(405);
            assertThat(response.header("Allow")).contains("GET").contains("POST");
            assertThat(gate.exchange("DELETE /y HTTP/1.1\r\nHost: a\r\n\r\n").status())
                    .isEqualTo(404);
        }
    }

    @Test
    void explainsInJsonToWhoPrefersIt() throws Exception {
        try (var gate = Gate.open("")) {
            RawResponse plain = gate.get("/");
            assertThat(plain.header("Content-Type")).isEqualTo("text/plain; charset=utf-8");
            RawResponse json = gate.get("/", "Accept: application/json");
            assertThat(json.header("Content-Type")).isEqualTo("application/problem+json");
            assertThat(json.text())
                    .matches(
                            "\\{\"type\":\"about:blank\",\"title\":\"Not Found\",\"status\":404,"
                                    + "\"detail\":\"No route matches this request.\",\"reason\":\"no-route\","
                                    + "\"request_id\":\"[0-9a-z]{20}\"}\n");
            assertThat(
                            gate.get("/", "Accept: text/html, application/json;q=0.5")
                                    .header("Content-Type"))
                    .startsWith("text/plain");
        }
    }

    @Test
    void answers502WhereNothingListensAndSaysNoAddress() throws Exception {
        int dead = ScriptedEndpoint.deadPort();
        try (var gate = Gate.open(Gate.to("127.0.0.1:" + dead))) {
            RawResponse response = gate.get("/");
            assertThat(response.status()).isEqualTo(502);
            assertThat(response.toString() + response.text())
                    .doesNotContain("127.0.0.1")
                    .doesNotContain(Integer.toString(dead));
        }
    }

    @Test
    void goesToAnotherEndpointWhenOneRefusesWhateverTheMethod() throws Exception {
        try (var endpoint = ScriptedEndpoint.start(Behaviours.echo());
                var gate =
                        Gate.open(
                                Gate.to(
                                        "127.0.0.1:" + ScriptedEndpoint.deadPort(),
                                        endpoint.address()))) {
            for (int i = 0; i < 10; i++) {
                RawResponse response =
                        gate.exchange("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc");
                assertThat(response.status()).isEqualTo(200);
                assertThat(response.text()).endsWith("abc");
            }
        }
    }

    @Test
    void repeatsAnIdempotentRequestThatGotNoAnswerAndNoOther() throws Exception {
        try (var bad = ScriptedEndpoint.start(Behaviours.resetBeforeAnswer());
                var good = ScriptedEndpoint.start(Behaviours.ok("good"));
                var gate =
                        Gate.open(
                                Gate.to(bad.address(), good.address())
                                        .replace("balance:", "outliers: off, balance:"))) {
            for (int i = 0; i < 6; i++) {
                assertThat(gate.get("/").text()).isEqualTo("Response from: good");
            }
            assertThat(bad.requestCount()).isPositive();
            long before = bad.requestCount() + good.requestCount();
            int failed = 0;
            for (int i = 0; i < 6; i++) {
                RawResponse response =
                        gate.exchange("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc");
                failed += response.status() == 502 ? 1 : 0;
            }
            assertThat(failed).isEqualTo(3);
            assertThat(bad.requestCount() + good.requestCount() - before).isEqualTo(6);
        }
    }

    /// The reset arrives together with what was sent before it.
    @ParameterizedTest
    @EnumSource(names = {"EPOLL", "IO_URING", "NIO"})
    void repeatsAnIdempotentRequestWhoseAnswerBrokeOffWithinTheHead(Transport.Choice transport)
            throws Exception {
        Transports.assumeOffered(transport);
        try (var bad =
                        ScriptedEndpoint.start(
                                (request, wire) -> {
                                    wire.readBody();
                                    wire.send("HTTP/1.1 200 OK\r\nContent-Le");
                                    wire.reset();
                                });
                var good = ScriptedEndpoint.start(Behaviours.ok("good"));
                var gate = Gate.open(Gate.to(bad.address(), good.address()), transport)) {
            for (int i = 0; i < 100; i++) {
                assertThat(gate.get("/").text()).isEqualTo("Response from: good");
            }
            assertThat(bad.requestCount()).isPositive();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "garbage\r\n\r\n",
                "HTTP/2.0 200 OK\r\n\r\n",
                "HTTP/1.1 2000 OK\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
                "HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n",
                "HTTP/1.1 200 OK\nContent-Length: 0\n\n",
                "HTTP/1.1 101 Switching Protocols\r\n\r\n",
            })
    void answers502ForWhatIsNotHttp(String answer) throws Exception {
        try (var endpoint = ScriptedEndpoint.start(Behaviours.raw(answer));
                var gate = Gate.open(Gate.to(endpoint.address()));
                var client = gate.client()) {
            for (int i = 1; i <= 2; i++) {
                client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
                assertThat(client.readResponse().status()).isEqualTo(502);
                assertThat(endpoint.connections().accepted()).isEqualTo(i);
            }
        }
    }

    @Test
    void cutsAnAnswerThatIsNotWhole() throws Exception {
        try (var endpoint = ScriptedEndpoint.start(Behaviours.shortBody());
                var gate = Gate.open(Gate.to(endpoint.address()));
                var client = gate.client()) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            String all = new String(client.readUntilClosed());
            assertThat(all).startsWith("HTTP/1.1 200");
            int length = Integer.parseInt(all.replaceAll("(?s).*Content-Length: ([0-9]+).*", "$1"));
            assertThat(all.length() - all.indexOf("\r\n\r\n") - 4).isLessThan(length);
        }
    }

    @Test
    void answers504WhenTheEndpointTakesTooLong() throws Exception {
        try (var endpoint = ScriptedEndpoint.start(Behaviours.hang());
                var gate =
                        Gate.open(
                                """
                                routes: [{ to: all, timeout: 200ms }]
                                services: { all: { endpoints: [%s] } }
                                """
                                        .formatted(endpoint.address()))) {
            long before = System.nanoTime();
            assertThat(gate.get("/").status()).isEqualTo(504);
            assertThat(Duration.ofNanos(System.nanoTime() - before))
                    .isBetween(Duration.ofMillis(200), Duration.ofSeconds(2));
        }
    }

    @Test
    void answers504WhenAConnectTakesTooLong() throws Exception {
        try (var endpoint = ScriptedEndpoint.neverAccepting();
                var gate =
                        Gate.open(
                                """
                                routes: [{ to: all }]
                                services: { all: { endpoints: [%s], connections: { connect-timeout: 200ms } } }
                                """
                                        .formatted(endpoint.address()))) {
            assertThat(gate.get("/").status()).isEqualTo(504);
        }
    }

    @Test
    void answers408WhenAHeadOrABodyTakesTooLong() throws Exception {
        try (var endpoint = ScriptedEndpoint.start(Behaviours.ok("a"));
                var gate =
                        Gate.open(
                                "limits: { header-timeout: 200ms, body-idle: 200ms }\n"
                                        + Gate.to(endpoint.address()))) {
            try (RawClient client = gate.client()) {
                client.send("GET / HTTP/1.1\r\nHo");
                closes(client, 408);
            }
            try (RawClient client = gate.client()) {
                client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc");
                closes(client, 408);
            }
            try (RawClient client = gate.client()) {
                assertThat(client.readUntilClosed()).isEmpty();
            }
        }
    }

    @Test
    void answersFilterRefusalsByTheTable() throws Exception {
        try (var endpoint = ScriptedEndpoint.start(Behaviours.echo());
                var gate =
                        Gate.open(
                                """
                                routes:
                                  - { match: { path: /limit }, filters: [{ rate-limit: 1/h }], to: all }
                                  - { match: { path: /deny }, filters: [{ ip-deny: [127.0.0.0/8] }], to: all }
                                  - { match: { path: /small }, filters: [{ body-limit: 10B }], to: all }
                                  - { match: { path: /jwt }, filters: [{ jwt: { secret: 0123456789abcdef0123456789abcdef } }], to: all }
                                services: { all: { endpoints: [%s] } }
                                """
                                        .formatted(endpoint.address()))) {
            assertThat(gate.get("/limit").status()).isEqualTo(200);
            RawResponse limited = gate.get("/limit");
            assertThat(limited.status()).isEqualTo(429);
            assertThat(limited.header("Retry-After")).matches("3[56][0-9]{2}");
            assertThat(limited.header("RateLimit")).isNotBlank();
            assertThat(gate.get("/deny").status()).isEqualTo(403);
            RawResponse unauthenticated = gate.get("/jwt");
            assertThat(unauthenticated.status()).isEqualTo(401);
            assertThat(unauthenticated.header("WWW-Authenticate")).startsWith("Bearer");
            assertThat(
                            gate.exchange(
                                            "POST /small HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\n01234567890")
                                    .status())
                    .isEqualTo(413);
            assertThat(
                            gate.exchange(
                                            "POST /small HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nb\r\n01234567890\r\n0\r\n\r\n")
                                    .status())
                    .isEqualTo(413);
            assertThat(
                            gate.exchange(
                                            "POST /small HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n0123456789")
                                    .status())
                    .isEqualTo(200);
        }
    }

    @Test
    void keepsTheConnectionAfterARefusalWhoseBodyIsShort() throws Exception {
        try (var gate = Gate.open("");
                var client = gate.client()) {
            for (int i = 0; i < 3; i++) {
                client.send("POST /nowhere HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n");
                RawResponse response = client.readResponse();
                assertThat(response.status()).isEqualTo(404);
                assertThat(response.header("Connection")).isNull();
                client.send("hello");
            }
        }
    }
}
