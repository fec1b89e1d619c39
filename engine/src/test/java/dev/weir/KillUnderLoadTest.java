package dev.weir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.testkit.Behaviours;
import dev.weir.testkit.LoadClient;
import dev.weir.testkit.LoadReport;
import dev.weir.testkit.ScriptedEndpoint;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class KillUnderLoadTest {
    private static final int REQUESTS = 100_000;
    private static final int CONNECTIONS = 200;
    private static final int KILLS = 5;

    @Test
    void anEndpointKilledFiveTimesUnderLoadLosesNoRequestThatMayBeRepeated() throws Exception {
        LoadReport report = loadWhileKilling(0);
        assertThat(report.wrongAnswers()).as(report.toString()).isZero();
        assertThat(report.ok()).as(report.toString()).isEqualTo(REQUESTS);
    }

    @Test
    void onlyRequestsInFlightAreLostWhenTheyMayNotBeRepeated() throws Exception {
        LoadReport report = loadWhileKilling(100);
        assertThat(report.wrongAnswers()).as(report.toString()).isZero();
        assertThat(report.ok()).as(report.toString()).isGreaterThan(REQUESTS - KILLS * CONNECTIONS);
        assertThat(report.otherStatuses().keySet()).as(report.toString()).isSubsetOf(502);
        assertThat(report.timeouts()).isZero();
    }

    private static LoadReport loadWhileKilling(int bodyBytes) throws Exception {
        try (var stays = ScriptedEndpoint.start(Behaviours.status(200, "stays"));
                var dies = ScriptedEndpoint.start(Behaviours.status(200, "dies"));
                var gate =
                        Gate.open(
                                """
                                routes: [{ to: all }]
                                services:
                                  all:
                                    balance: round-robin
                                    endpoints: [%s, %s]
                                    health: { every: 100ms, up-after: 1, down-after: 2 }
                                    outliers: { eject: 200ms, eject-max: 200ms }
                                """
                                        .formatted(stays.address(), dies.address()))) {
            var load =
                    LoadClient.to(gate.port())
                            .withConnections(CONNECTIONS)
                            .withRequests(REQUESTS)
                            .withBodyBytes(bodyBytes)
                            .withPatience(Duration.ofSeconds(20))
                            .withAtMost(Duration.ofMinutes(3))
                            .start();
            for (int i = 0; i < KILLS; i++) {
                requests(dies, 1000);
                dies.kill();
                requests(stays, 2000);
                dies.revive();
            }
            return load.await();
        }
    }

    /// Waits until the endpoint has had so many more requests.
    private static void requests(ScriptedEndpoint endpoint, int more) {
        long before = endpoint.requestCount();
        await().atMost(Duration.ofSeconds(30)).until(() -> endpoint.requestCount() > before + more);
    }
}
