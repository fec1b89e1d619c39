package dev.weir.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.testkit.DnsServer;
import dev.weir.testkit.RawResponse;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Row 9: the name of a service leads elsewhere, nowhere, late, or to a thousand addresses.
@Faults
class NamesTest {
    private static final int RATE = 600;
    private static final int THOUSAND = 1000;

    /// Between two questions, beyond the TTL: a tenth of it, and the time of a busy machine.
    private static final Duration LATE = Duration.ofMillis(800);

    @Test
    void anAddressThatLeavesDrainsAndOneThatJoinsServesWithinTheTtl() throws Exception {
        try (NamedEndpoints stage = new NamedEndpoints(3)) {
            stage.are(1, 0, 1);
            stage.open("30s", "balance: round-robin, slow-start: 0s");
            stage.endpoint(0).behave(stage.history().answersInHalves("e0", Duration.ofMillis(300)));
            Traffic traffic = stage.traffic().withConnections(30).withPerSecond(RATE / 4).start();
            traffic.await(200);

            long changed = System.nanoTime();
            stage.are(1, 1, 2);
            stage.awaitSaid(stage.endpoint(0).address() + "  left (dns)");
            Duration after = Duration.ofNanos(System.nanoTime() - changed);
            // What was sent just before arrives.
            traffic.goOn(Duration.ofMillis(50));
            long left = System.nanoTime();
            traffic.goOn(Duration.ofSeconds(1));
            List<Sent> sent = traffic.stop();

            stage.history().holds(sent);
            assertThat(sent).as(Stage.tally(sent)).allMatch(Sent::ok);
            assertThat(after).as("TTL").isLessThan(Duration.ofMillis(1100).plus(LATE));
            assertThat(stage.history().since("e0", left)).as("I5").isZero();
            assertThat(stage.history().since("e2", left)).as("the one that joined").isPositive();
            assertThat(stage.gate().events()).anyMatch(line -> line.matches(DRAINS));
            await().until(() -> stage.endpoint(0).connections().open() == 0);
        }
    }

    private static final String DRAINS = ".*  left \\(dns\\), [0-9]+ requests? finish(es)?";

    @Test
    void aNameServerThatFailsTakesNothingAway() throws Exception {
        try (NamedEndpoints stage = new NamedEndpoints(2)) {
            stage.are(1, 0, 1);
            stage.open("1s", "balance: round-robin");
            DnsServer dns = stage.dns();
            Traffic traffic = stage.traffic().withPerSecond(RATE).start();
            during(stage, () -> dns.fail(DnsServer.NXDOMAIN), "does not exist (NXDOMAIN)", 1);
            during(stage, () -> dns.fail(DnsServer.SERVFAIL), "got the answer SERVFAIL", 2);
            during(stage, () -> stage.are(1), "has no address", 3);
            during(stage, dns::silent, "got no answer within 5s", 4);
            List<Sent> sent = traffic.stop();

            stage.history().holds(sent);
            assertThat(sent).as(Stage.tally(sent)).allMatch(Sent::ok);
            assertThat(stage.said("the 2 endpoints found last stay")).as("lines").isEqualTo(4);
            assertThat(stage.said("  left ")).isZero();
        }
    }

    @Test
    void aReloadWhileTheNameServerFailsTakesNothingAway() throws Exception {
        try (NamedEndpoints stage = new NamedEndpoints(2)) {
            stage.are(1, 0, 1);
            stage.open("1s", "balance: round-robin");
            Traffic traffic = stage.traffic().withPerSecond(RATE).start();
            traffic.await(RATE / 4);
            stage.dns().fail(DnsServer.SERVFAIL);
            stage.reload("1s", "balance: random");
            traffic.goOn(Duration.ofMillis(500));
            List<Sent> sent = traffic.stop();

            stage.history().holds(sent);
            assertThat(sent).as(Stage.tally(sent)).allMatch(Sent::ok);
        }
    }

    private static void during(NamedEndpoints stage, Runnable fault, String says, int turn) {
        long before = since(stage, "e0") + since(stage, "e1");
        fault.run();
        stage.awaitSaid(says);
        await().until(() -> since(stage, "e0") + since(stage, "e1") > before + RATE / 4);
        stage.dns().recover();
        stage.are(1, 0, 1);
        await().atMost(Duration.ofSeconds(15))
                .until(() -> stage.said("answers again after") == turn);
    }

    private static long since(NamedEndpoints stage, String endpoint) {
        return stage.history().arrivals(endpoint).size();
    }

    @Test
    void slowAnswersHoldUpNoRequest() throws Exception {
        try (NamedEndpoints stage = new NamedEndpoints(2)) {
            stage.are(1, 0);
            stage.open("1s", "balance: round-robin, slow-start: 0s");
            try (Traffic warm = stage.traffic().withPerSecond(RATE).start()) {
                warm.await(RATE);
            }
            stage.dns().delay(Duration.ofSeconds(3));
            stage.are(1, 0, 1);
            int asked = stage.dns().questions().size();
            Traffic traffic = stage.traffic().withPerSecond(RATE).start(1_000_000);
            await().until(() -> stage.dns().questions().size() > asked);
            traffic.goOn(Duration.ofSeconds(2));
            List<Sent> sent = traffic.stop();

            assertThat(stage.said("  joined ")).as("before the answer").isEqualTo(1);
            assertThat(sent).as(Stage.tally(sent)).allMatch(Sent::ok);
            assertThat(Stage.took(sent, 0.95)).isLessThan(Duration.ofMillis(50));
            assertThat(Stage.took(sent, 1)).isLessThan(Duration.ofSeconds(1));
            stage.awaitSaid(stage.endpoint(1).address() + "  joined (dns)");
        }
    }

    @Test
    void aThousandAddressesAreAThousandEndpoints() throws Exception {
        try (NamedEndpoints stage = new NamedEndpoints(0)) {
            String[] thousand =
                    IntStream.range(0, THOUSAND)
                            .mapToObj(i -> "127.0." + i / 200 + "." + (1 + i % 200))
                            .toArray(String[]::new);
            stage.dns().addresses(NamedEndpoints.NAME, 1, "127.0.0.1");
            stage.open("1s", "slow-start: 0s");
            Traffic traffic = stage.traffic().withPerSecond(RATE).start();
            traffic.await(RATE / 2);
            stage.dns().addresses(NamedEndpoints.NAME, 1, thousand);
            stage.awaitSaid("999 endpoints joined (dns), 1000 in all");
            traffic.await(3 * RATE);
            int connections = stage.endpoint(0).connections().open();
            stage.dns().addresses(NamedEndpoints.NAME, 1, "127.0.0.1", "127.0.0.2");
            stage.awaitSaid("998 endpoints left (dns)");
            traffic.await(RATE / 2);
            List<Sent> sent = traffic.stop();

            stage.history().holds(sent);
            assertThat(sent).as(Stage.tally(sent)).allMatch(Sent::ok);
            assertThat(Stage.took(sent, 0.95)).isLessThan(Duration.ofMillis(500));
            assertThat(stage.dns().questions()).anyMatch(DnsServer.Question::overTcp);
            assertThat(connections).as("connections to many of them").isGreaterThan(400);
            await().until(() -> stage.endpoint(0).connections().open() <= 2 * 60);
        }
    }

    @Test
    void aNameThatDoesNotExistYetIsAnswered503UntilItDoes() throws Exception {
        try (NamedEndpoints stage = new NamedEndpoints(1)) {
            stage.open("30s", "health: tcp");
            assertThat(stage.gate().events())
                    .anyMatch(
                            line ->
                                    line.endsWith(
                                            "does not exist (NXDOMAIN): no endpoint is known, requests get 503 no-endpoint"));
            RawResponse refused = stage.gate().get("/");
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.header("Retry-After")).isEqualTo("1");
            stage.are(1, 0);
            await().atMost(Duration.ofSeconds(10))
                    .until(() -> stage.gate().get("/").status() == 200);
            stage.awaitSaid("1 of 1 endpoints up");
        }
    }

    @Test
    void anAddressWhereNobodyListensIsCheckedAtOnce() throws Exception {
        try (NamedEndpoints stage = new NamedEndpoints(2)) {
            stage.are(1, 0);
            stage.open(
                    "1s",
                    "balance: round-robin, slow-start: 0s, health: { protocol: tcp, every: 30s }");
            stage.endpoint(1).kill();
            Traffic traffic = stage.traffic().withGetsOnly().withPerSecond(RATE).start();
            stage.are(1, 0, 1);
            stage.awaitSaid(stage.endpoint(1).address() + "  down  ");
            List<Sent> sent = traffic.stop();
            assertThat(sent).as(Stage.tally(sent)).allMatch(Sent::ok);
        }
    }
}
