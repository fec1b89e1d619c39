package dev.weir.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LoadClientTest {
    @Test
    void countsEveryAnswerAndReusesItsConnections() throws IOException {
        try (var endpoint = ScriptedEndpoint.start(Behaviours.echo())) {
            LoadReport report =
                    LoadClient.to(endpoint.port()).withConnections(8).withRequests(2_000).run();
            assertThat(report.ok()).isEqualTo(2_000);
            assertThat(report.samples()).isEmpty();
            assertThat(report.unsent()).isZero();
            // Fewer if some have done all before the others begin.
            assertThat(endpoint.connections().accepted()).isBetween(1, 8);
            assertThat(endpoint.requestCount()).isEqualTo(2_000);
            assertThat(report.latency().p50()).isPositive();
            assertThat(report.latency().max()).isGreaterThanOrEqualTo(report.latency().p999());
        }
    }

    @Test
    void givesEveryRequestItsOwnId() throws IOException {
        try (var endpoint = ScriptedEndpoint.start(Behaviours.ok("a"))) {
            LoadClient.to(endpoint.port()).withConnections(4).withRequests(500).run();
            assertThat(endpoint.requests())
                    .extracting(request -> request.header("X-Test-Id"))
                    .doesNotHaveDuplicates()
                    .hasSize(500);
        }
    }

    @Test
    void sendsBodiesHostAndTarget() throws IOException {
        try (var endpoint = ScriptedEndpoint.start(Behaviours.ok("a"))) {
            LoadReport report =
                    LoadClient.to(endpoint.port())
                            .withRequests(3)
                            .withBodyBytes(16_384)
                            .withHost("shop.example.com")
                            .withTarget("/orders")
                            .run();
            assertThat(report.ok()).isEqualTo(3);
            Request request = endpoint.requests().getFirst();
            assertThat(request.method()).isEqualTo("POST");
            assertThat(request.target()).isEqualTo("/orders");
            assertThat(request.header("Host")).isEqualTo("shop.example.com");
            assertThat(request.body().size()).isEqualTo(16_384);
        }
    }

    @Test
    void tellsStatusesErrorsTimeoutsAndWrongAnswersApart() throws IOException {
        var behaviour =
                Behaviours.sequence(
                        Behaviours.status(503),
                        Behaviours.resetBeforeAnswer(),
                        Behaviours.shortBody(),
                        Behaviours.close(),
                        Behaviours.raw(
                                "HTTP/1.1 200 OK\r\nX-Echo-Id: 999\r\nContent-Length: 0\r\n\r\n"),
                        Behaviours.raw("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
                        Behaviours.raw("nonsense\r\n"),
                        Behaviours.hang(),
                        Behaviours.ok("a"));
        try (var endpoint = ScriptedEndpoint.start(behaviour)) {
            LoadReport report =
                    LoadClient.to(endpoint.port())
                            .withRequests(10)
                            .withPatience(Duration.ofMillis(300))
                            .run();
            assertThat(report.otherStatuses()).isEqualTo(Map.of(503, 1));
            assertThat(report.connectionErrors()).isEqualTo(3);
            assertThat(report.wrongAnswers()).isEqualTo(2);
            assertThat(report.timeouts()).isEqualTo(2);
            assertThat(report.ok()).isEqualTo(2);
            assertThat(report.samples()).hasSize(8);
        }
    }

    @Test
    void countsRefusedConnections() throws IOException {
        LoadReport report = LoadClient.to(ScriptedEndpoint.deadPort()).withRequests(5).run();
        assertThat(report.connectionErrors()).isEqualTo(5);
        assertThat(report.latency().max()).isEqualTo(Duration.ZERO);
    }

    @Test
    void goesOnWhenTheEndpointComesBack() throws IOException {
        try (var endpoint = ScriptedEndpoint.start(Behaviours.ok("a"))) {
            Load load =
                    LoadClient.to(endpoint.port()).withConnections(4).withRequests(20_000).start();
            await().until(() -> load.finished() > 500);
            endpoint.kill();
            endpoint.revive();
            LoadReport report = load.await();
            assertThat(report.ok() + report.connectionErrors()).isEqualTo(20_000);
            assertThat(report.connectionErrors()).isPositive();
            assertThat(report.wrongAnswers()).isZero();
        }
    }

    @Test
    void stopsWhenItsTimeIsUp() throws IOException {
        var slow = Behaviours.delay(Duration.ofMillis(50), Behaviours.ok("a"));
        try (var endpoint = ScriptedEndpoint.start(slow)) {
            LoadReport report =
                    LoadClient.to(endpoint.port())
                            .withRequests(1_000)
                            .withAtMost(Duration.ofMillis(300))
                            .run();
            assertThat(report.ok()).isBetween(1, 10);
            assertThat(report.unsent()).isEqualTo(1_000 - report.ok());
        }
    }

    @Test
    void refusesAnUnboundedLoad() {
        assertThatThrownBy(() -> LoadClient.to(1).withConnections(100_000))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
