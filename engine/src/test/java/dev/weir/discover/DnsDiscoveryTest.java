package dev.weir.discover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.runtime.Clock;
import dev.weir.schema.HostPort;
import dev.weir.service.Listing;
import dev.weir.testkit.DnsServer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DnsDiscoveryTest {
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    /// A tenth of the wait, and the time of a busy machine.
    private static final double LATE_SECONDS = 0.6;

    private final MultiThreadIoEventLoopGroup loop =
            new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final DnsServer dns = DnsServer.start();
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final List<List<Listing>> found = new CopyOnWriteArrayList<>();
    private final List<Discovery> open = new ArrayList<>();

    DnsDiscoveryTest() throws IOException {}

    @AfterEach
    void end() {
        open.forEach(Discovery::close);
        loop.shutdownGracefully().awaitUninterruptibly();
        dns.close();
    }

    private void discover(String name, Duration every) {
        discover(name, every, new HostPort("127.0.0.1", dns.port()));
    }

    private void discover(String name, Duration every, HostPort... nameservers) {
        Discovery discovery =
                new DnsDiscovery(
                        "pages",
                        DiscoverConfig.of(name).withEvery(every).withNameservers(nameservers),
                        loop.next(),
                        Clock.system(),
                        new SplittableRandom(5),
                        lines::add);
        open.add(discovery);
        discovery.start(found::add).join();
    }

    private List<String> names() {
        return found.getLast().stream().map(Listing::name).toList();
    }

    /// Seconds between the questions for A records.
    private List<Double> waits(int count) {
        await().atMost(PATIENCE).until(() -> asked(DnsServer.A).size() > count);
        List<DnsServer.Question> asked = asked(DnsServer.A);
        return IntStream.range(0, count)
                .mapToObj(i -> (asked.get(i + 1).atNanos() - asked.get(i).atNanos()) / 1e9)
                .toList();
    }

    private List<DnsServer.Question> asked(int type) {
        return dns.questions().stream().filter(one -> one.type() == type).toList();
    }

    @Test
    void findsAllAddressesInAnOrderOfTheirOwn() {
        dns.addresses("pages.test", 60, "10.0.1.8", "10.0.1.7", "10.0.1.8");
        discover("Pages.Test:8080", Duration.ofSeconds(30));
        assertThat(names()).containsExactly("10.0.1.7:8080", "10.0.1.8:8080");
        assertThat(asked(DnsServer.AAAA)).isEmpty();
        assertThat(lines).isEmpty();
    }

    @Test
    void takesAaaaWhereThereIsNoA() {
        dns.addresses("pages.test", 60, "fd00::7");
        discover("pages.test:8080", Duration.ofSeconds(30));
        assertThat(names()).containsExactly("[fd00:0:0:0:0:0:0:7]:8080");
    }

    @Test
    void takesNoAddressThatMeansThisMachineOrMany() {
        dns.addresses("pages.test", 60, "0.0.0.0", "224.0.0.1", "10.0.1.7");
        discover("pages.test:8080", Duration.ofSeconds(30));
        assertThat(names()).containsExactly("10.0.1.7:8080");
    }

    @Test
    void asksAgainWhenTheAnswerHoldsNoLonger() {
        dns.addresses("pages.test", 2, "10.0.1.7");
        discover("pages.test:8080", Duration.ofSeconds(30));
        assertThat(waits(2))
                .allSatisfy(wait -> assertThat(wait).isBetween(2.0, 2.2 + LATE_SECONDS));
    }

    @Test
    void asksNotTwiceWithinASecond() {
        dns.addresses("pages.test", 0, "10.0.1.7");
        discover("pages.test:8080", Duration.ofSeconds(30));
        assertThat(waits(2))
                .allSatisfy(wait -> assertThat(wait).isBetween(1.0, 1.1 + LATE_SECONDS));
    }

    @Test
    void asksSoonerThanTheAnswerHoldsIfToldTo() {
        dns.addresses("pages.test", 3600, "10.0.1.7");
        discover("pages.test:8080", Duration.ofSeconds(1));
        assertThat(waits(2))
                .allSatisfy(wait -> assertThat(wait).isBetween(1.0, 1.1 + LATE_SECONDS));
    }

    @Test
    void anAliasHoldsNoLongerThanItSaysItself() {
        dns.alias("pages.test", 1, "canary.test");
        dns.addresses("canary.test", 3600, "10.0.1.7");
        discover("pages.test:8080", Duration.ofSeconds(30));
        assertThat(names()).containsExactly("10.0.1.7:8080");
        assertThat(waits(1))
                .allSatisfy(wait -> assertThat(wait).isBetween(1.0, 1.1 + LATE_SECONDS));
    }

    @Test
    void waitsLongerFromFailureToFailure() {
        dns.fail(DnsServer.SERVFAIL);
        discover("pages.test:8080", Duration.ofSeconds(2));
        List<Double> waits = waits(3);
        assertThat(waits.get(0)).isBetween(1.0, 1.1 + LATE_SECONDS);
        assertThat(waits.get(1)).isBetween(2.0, 2.2 + LATE_SECONDS);
        assertThat(waits.get(2)).as("every").isBetween(2.0, 2.2 + LATE_SECONDS);
        assertThat(lines)
                .containsExactly(
                        "pages  dns  pages.test:8080 got the answer SERVFAIL: no endpoint is known, requests get 503 no-endpoint");
        dns.recover();
        dns.addresses("pages.test", 60, "10.0.1.7");
        await().atMost(PATIENCE).until(() -> !found.isEmpty());
        assertThat(lines).hasSize(2);
        assertThat(lines.getLast()).startsWith("pages  dns  pages.test:8080 answers again after ");
    }

    @Test
    void asksTheNextNameServerWhenOneFails() throws IOException {
        try (DnsServer broken = DnsServer.start()) {
            broken.fail(DnsServer.SERVFAIL);
            dns.addresses("pages.test", 60, "10.0.1.7");
            discover(
                    "pages.test:8080",
                    Duration.ofSeconds(30),
                    new HostPort("127.0.0.1", broken.port()),
                    new HostPort("127.0.0.1", dns.port()));
            assertThat(names()).containsExactly("10.0.1.7:8080");
        }
    }

    @Test
    void followsSrvRecordsToTheirPortsAndWeights() {
        dns.place("_http._tcp.pages.test", 60, 10, 3, 8081, "a.test");
        dns.place("_http._tcp.pages.test", 60, 10, 0, 8082, "b.test");
        dns.place("_http._tcp.pages.test", 60, 20, 1, 8083, "c.test");
        dns.place("_http._tcp.pages.test", 60, 10, 1, 8084, "gone.test");
        dns.addresses("a.test", 60, "10.0.1.1");
        dns.addresses("b.test", 60, "10.0.1.2", "10.0.1.3");
        dns.addresses("c.test", 60, "10.0.1.4");
        discover("_http._tcp.pages.test", Duration.ofSeconds(30));
        assertThat(found.getLast())
                .extracting(Listing::name, Listing::weight, Listing::backup)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("10.0.1.1:8081", 3, false),
                        org.assertj.core.groups.Tuple.tuple("10.0.1.2:8082", 1, false),
                        org.assertj.core.groups.Tuple.tuple("10.0.1.3:8082", 1, false),
                        org.assertj.core.groups.Tuple.tuple("10.0.1.4:8083", 1, true));
    }

    @Test
    void anAliasThatLeadsInACircleIsGivenUp() {
        dns.alias("pages.test", 60, "other.test");
        dns.alias("other.test", 60, "pages.test");
        discover("pages.test:8080", Duration.ofSeconds(30));
        assertThat(found).isEmpty();
        assertThat(lines.getFirst()).contains("has no address");
    }

    @Test
    void saysNothingMoreOnceItIsClosed() {
        dns.fail(DnsServer.NXDOMAIN);
        discover("pages.test:8080", Duration.ofSeconds(1));
        open.forEach(Discovery::close);
        int asked = dns.questions().size();
        await().during(Duration.ofMillis(1500))
                .atMost(PATIENCE)
                .until(() -> dns.questions().size() == asked && lines.size() == 1);
    }
}
