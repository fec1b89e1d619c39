package dev.weir.health;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.NoLeaks;
import dev.weir.health.CheckResult.Finding;
import dev.weir.service.ServiceConfig.Protocol;
import dev.weir.testkit.HeaderLine;
import dev.weir.testkit.Http2Behaviour;
import dev.weir.testkit.Http2Request;
import dev.weir.testkit.ScriptedEndpoint;
import dev.weir.testkit.ScriptedHttp2Endpoint;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Checks over HTTP/2, by path and by the gRPC health protocol.
class Http2ChecksTest {
    private final ScheduledExecutorService deadlines = Executors.newSingleThreadScheduledExecutor();
    private ScriptedHttp2Endpoint endpoint;

    @BeforeEach
    void open() throws Exception {
        endpoint = ScriptedHttp2Endpoint.start((request, wire) -> wire.answer(200, "all is well"));
    }

    @AfterEach
    void close() {
        endpoint.close();
        deadlines.shutdownNow();
    }

    private CheckResult check(HealthConfig config) {
        return Probe.of(
                        new InetSocketAddress("127.0.0.1", endpoint.port()),
                        Optional.empty(),
                        config.withTiming(config.every(), Duration.ofSeconds(2)),
                        Optional.empty(),
                        Protocol.H2C,
                        deadlines)
                .run();
    }

    private Http2Request asked() {
        return endpoint.awaitRequests(1).getLast();
    }

    // ---- by path ----

    @Test
    void asksForThePathOverHttp2() {
        HealthConfig config =
                HealthConfig.of("/healthz")
                        .withRequest("GET", Map.of("X-Probe", "weir", "Host", "users"));
        assertThat(check(config)).isEqualTo(CheckResult.good("status 200"));
        assertThat(asked().fields())
                .contains(
                        new HeaderLine(":method", "GET"),
                        new HeaderLine(":path", "/healthz"),
                        new HeaderLine(":authority", "users"),
                        new HeaderLine("x-probe", "weir"))
                .extracting(HeaderLine::name)
                .doesNotContain("connection", "host");
        assertThat(endpoint.violations()).isEmpty();
    }

    @Test
    void takesAWrongStatusForBad() {
        endpoint.behave(
                (request, wire) -> {
                    wire.head(103, false);
                    wire.answer(503, "no");
                });
        assertThat(check(HealthConfig.of("/")))
                .isEqualTo(CheckResult.bad("status 503 (expected 200-399)"));
    }

    @Test
    void looksThroughTheBody() {
        assertThat(check(HealthConfig.of("/").withBody("well")).good()).isTrue();
        assertThat(check(HealthConfig.of("/").withBody("ill")))
                .isEqualTo(CheckResult.bad("body lacks \"ill\""));
    }

    @Test
    void looksThroughNoMoreThan64KiB() {
        endpoint.behave((request, wire) -> wire.answer(200, "x".repeat(200_000) + "end"));
        for (int i = 0; i < 10; i++) {
            assertThat(check(HealthConfig.of("/").withBody("end")).finding())
                    .isEqualTo(Finding.BAD);
        }
        NoLeaks.lookNow();
    }

    private CheckResult check(Http2Behaviour behaviour) {
        endpoint.behave(behaviour);
        return check(HealthConfig.of("/"));
    }

    @Test
    void saysWhyThereWasNoAnswer() {
        assertThat(check((request, wire) -> wire.reset(2)))
                .isEqualTo(CheckResult.silent("the stream was reset"));
        assertThat(check((request, wire) -> wire.close()))
                .isEqualTo(CheckResult.silent("closed before an answer"));
        assertThat(check((request, wire) -> wire.hang()))
                .isEqualTo(CheckResult.silent("timeout after 2s"));
        assertThat(check((request, wire) -> wire.frame(0, 0, 99, new byte[3])))
                .isEqualTo(CheckResult.silent("not HTTP/2"));
    }

    @Test
    void saysThatAnEndpointSpeaksNoHttp2() throws Exception {
        try (var other =
                ScriptedHttp2Endpoint.start((request, wire) -> wire.hang())
                        .saying("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(US_ASCII))) {
            CheckResult result =
                    Probe.of(
                                    new InetSocketAddress("127.0.0.1", other.port()),
                                    Optional.empty(),
                                    HealthConfig.of("/"),
                                    Optional.empty(),
                                    Protocol.H2C,
                                    deadlines)
                            .run();
            assertThat(result).isEqualTo(CheckResult.silent("not HTTP/2"));
        }
        CheckResult refused =
                Probe.of(
                                new InetSocketAddress("127.0.0.1", ScriptedEndpoint.deadPort()),
                                Optional.empty(),
                                HealthConfig.grpc(""),
                                Optional.empty(),
                                Protocol.H2C,
                                deadlines)
                        .run();
        assertThat(refused).isEqualTo(CheckResult.silent("connect refused"));
    }

    // ---- by gRPC ----

    private static Http2Behaviour says(int state) {
        return (request, wire) -> {
            wire.head(200, false, "content-type: application/grpc");
            byte[] message = {0, 0, 0, 0, 2, 8, (byte) state};
            wire.data(state == 0 ? new byte[5] : message, false);
            wire.trailers("grpc-status: 0");
        };
    }

    @ParameterizedTest
    @CsvSource({"0, UNKNOWN", "1, SERVING", "2, NOT_SERVING", "3, SERVICE_UNKNOWN", "9, state 9"})
    void onlyServingIsUp(int state, String said) {
        endpoint.behave(says(state));
        assertThat(check(HealthConfig.grpc("")))
                .isEqualTo(state == 1 ? CheckResult.good(said) : CheckResult.bad(said));
    }

    @Test
    void asksTheHealthProtocolForTheService() {
        endpoint.behave(
                (request, wire) -> {
                    wire.readBody();
                    says(1).answer(request, wire);
                });
        assertThat(check(HealthConfig.grpc("shop.v1.Orders")).good()).isTrue();
        assertThat(asked().field(":path")).isEqualTo("/grpc.health.v1.Health/Check");
        assertThat(asked().field(":method")).isEqualTo("POST");
        assertThat(asked().field("te")).isEqualTo("trailers");
        assertThat(asked().field("content-type")).isEqualTo("application/grpc");
        assertThat(asked().body().text()).isEqualTo("\0\0\0\0\u0010\n\u000eshop.v1.Orders");
        assertThat(check(HealthConfig.grpc("")).good()).isTrue();
        assertThat(endpoint.awaitRequests(2).getLast().body().text()).isEqualTo("\0\0\0\0\0");
    }

    @Test
    void takesAStatusOfGrpcOtherThanOkForBad() {
        endpoint.behave(
                (request, wire) ->
                        wire.head(
                                200,
                                true,
                                "content-type: application/grpc",
                                "grpc-status: 12",
                                "grpc-message: no such method"));
        assertThat(check(HealthConfig.grpc(""))).isEqualTo(CheckResult.bad("grpc-status 12"));
        endpoint.behave((request, wire) -> wire.answer(404, "no"));
        assertThat(check(HealthConfig.grpc("")))
                .isEqualTo(CheckResult.bad("status 404 (expected 200)"));
        endpoint.behave((request, wire) -> wire.answer(200, "hello"));
        assertThat(check(HealthConfig.grpc(""))).isEqualTo(CheckResult.bad("grpc-status missing"));
    }
}
