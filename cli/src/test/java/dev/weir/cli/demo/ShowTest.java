package dev.weir.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.cli.Lines;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// What happens on the demo's stage, with an endpoint in the gateway's place and time that runs faster.
class ShowTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Pace FAST =
            new Pace(
                    Duration.ofMillis(10),
                    Duration.ofMillis(200),
                    Duration.ofMillis(100),
                    Duration.ofMillis(700),
                    Duration.ofHours(1));
    private static final Pace SILENT =
            new Pace(
                    Duration.ofHours(1),
                    Duration.ofHours(1),
                    Duration.ofHours(1),
                    Duration.ofHours(1),
                    Duration.ofHours(1));

    private final StringWriter said = new StringWriter();
    private final Lines out = new Lines(new PrintWriter(said));
    private final CountDownLatch quit = new CountDownLatch(1);

    @Test
    void anEndpointDiesByItselfAndComesBackAndTheSummaryCounts() throws Exception {
        try (DemoEndpoints endpoints = DemoEndpoints.start(0);
                Traffic traffic = new Traffic(endpoints.named("site-1").port());
                Show show = new Show(endpoints, traffic, out, quit::countDown)) {
            show.begin(FAST, true);

            await().atMost(PATIENCE).until(() -> !endpoints.named("users-2").alive());
            await().atMost(PATIENCE).until(() -> said.toString().contains("users-2 is killed"));
            await().atMost(PATIENCE).until(() -> endpoints.named("users-2").alive());
            await().atMost(PATIENCE).until(() -> said.toString().contains("users-2 is back"));
            await().atMost(PATIENCE)
                    .untilAsserted(
                            () ->
                                    assertThat(said.toString())
                                            .containsPattern(
                                                    "users-1 0 .*site-1 [1-9][0-9]*   failed 0"));
        }
    }

    @Test
    void theEndpointDiesAgainAndAgain() throws Exception {
        Pace pace =
                new Pace(
                        Duration.ofHours(1),
                        Duration.ofHours(1),
                        Duration.ofMillis(100),
                        Duration.ofMillis(300),
                        Duration.ofMillis(500));
        try (DemoEndpoints endpoints = DemoEndpoints.start(0);
                Traffic traffic = new Traffic(endpoints.named("site-1").port());
                Show show = new Show(endpoints, traffic, out, quit::countDown)) {
            show.begin(pace, true);

            await().atMost(PATIENCE)
                    .until(() -> said.toString().split("users-2 is back", -1).length > 3);
        }
    }

    @Test
    void noEndpointDiesByItselfWhenFaultsAreOff() throws Exception {
        try (DemoEndpoints endpoints = DemoEndpoints.start(0);
                Traffic traffic = new Traffic(endpoints.named("site-1").port());
                Show show = new Show(endpoints, traffic, out, quit::countDown)) {
            show.begin(FAST, false);

            await().atMost(PATIENCE)
                    .until(
                            () ->
                                    said.toString()
                                                    .lines()
                                                    .filter(l -> l.contains("failed"))
                                                    .count()
                                            > 4);

            assertThat(said.toString()).doesNotContain("killed");
        }
    }

    @Test
    void keysKillBothEndpointsOfUsersReviveThemAndQuit() throws Exception {
        try (DemoEndpoints endpoints = DemoEndpoints.start(0);
                Traffic traffic = new Traffic(endpoints.named("site-1").port());
                Show show = new Show(endpoints, traffic, out, quit::countDown)) {
            show.begin(SILENT, false);

            show.pressed('k');
            await().atMost(PATIENCE).until(() -> !endpoints.named("users-2").alive());
            assertThat(endpoints.named("users-1").alive()).isTrue();
            show.pressed('k');
            await().atMost(PATIENCE).until(() -> !endpoints.named("users-1").alive());
            show.pressed('r');
            await().atMost(PATIENCE)
                    .until(
                            () ->
                                    endpoints.named("users-1").alive()
                                            && endpoints.named("users-2").alive());
            show.pressed('q');

            assertThat(quit.await(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void countsAnswersThatAreNot200AsFailed() throws Exception {
        try (DemoEndpoints endpoints = DemoEndpoints.start(0);
                Traffic traffic = new Traffic(endpoints.named("site-1").port())) {
            endpoints.named("site-1").kill();

            traffic.sendRound();

            AtomicInteger failed = new AtomicInteger();
            await().atMost(PATIENCE)
                    .until(
                            () -> {
                                String line = traffic.summary();
                                String count = line.substring(line.lastIndexOf(' ') + 1);
                                return failed.addAndGet(Integer.parseInt(count)) == 5;
                            });
        }
    }

    @Test
    void namesTheEndpointBesideItsAddress() throws Exception {
        try (DemoEndpoints endpoints = DemoEndpoints.start(0)) {
            String address = "127.0.0.1:" + endpoints.ports().get(1);

            assertThat(endpoints.explain("users  " + address + "  down"))
                    .isEqualTo("users  " + address + " (users-2)  down");
        }
    }
}
