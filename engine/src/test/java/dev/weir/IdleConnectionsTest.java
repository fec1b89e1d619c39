package dev.weir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.weir.runtime.Transport;
import dev.weir.testkit.Behaviours;
import dev.weir.testkit.RawClient;
import dev.weir.testkit.ScriptedEndpoint;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Ten thousand clients that keep their connections and ask for nothing.
class IdleConnectionsTest {
    private static final int CONNECTIONS = 10_000;
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final String ANSWER_END = "Response from: a";

    /// Design aim for one idle connection (benchmark.md).
    private static final long MOST_HEAP_BYTES = 2500;

    /// The allocator takes memory in pieces of up to this size, whatever is asked of it. A buffer of the smallest size
    /// for each connection would be 20 of them.
    private static final long ONE_CHUNK = 1 << 20;

    /// Longest answer to an active client while thousands of idle connections are closed.
    private static final Duration NO_SPIKE = Duration.ofMillis(250);

    @TempDir Path folder;

    @BeforeEach
    void enoughDescriptors() {
        assumeThat(ManagementFactory.getOperatingSystemMXBean())
                .isInstanceOfSatisfying(
                        UnixOperatingSystemMXBean.class,
                        system ->
                                assumeThat(system.getMaxFileDescriptorCount())
                                        .as(
                                                "the limit of open files (ulimit -Hn), for client and Weir")
                                        .isGreaterThan(CONNECTIONS + 500));
    }

    @ParameterizedTest
    @EnumSource(names = {"EPOLL", "IO_URING"})
    void anIdleConnectionHoldsFewBytesOfHeapAndNoBuffer(Transport.Choice transport)
            throws Exception {
        Transports.assumeOffered(transport);
        try (var endpoint = ScriptedEndpoint.start(Behaviours.ok("a"));
                var weir = SmallWeir.start(folder, Gate.to(endpoint.address()), 64, transport)) {
            try (var warmUp = ManyClients.connect(weir.port(), 200)) {
                warmUp.exchange(ANSWER_END);
            }
            try (RawClient first = RawClient.connect(weir.port())) {
                assertThat(first.send(GET).readResponse().status()).isEqualTo(200);
                SmallWeir.Inside before = weir.inside();
                Map<String, Long> classesBefore = bytesByClass(weir.histogram());
                try (var idle = ManyClients.connect(weir.port(), CONNECTIONS)) {
                    idle.exchange(ANSWER_END);
                    SmallWeir.Inside with = weir.inside();
                    String grown = growth(classesBefore, bytesByClass(weir.histogram()));
                    long heap =
                            (with.heapAfterCollection() - before.heapAfterCollection())
                                    / CONNECTIONS;
                    long direct = with.direct() - before.direct();
                    System.out.println(
                            transport
                                    + ": "
                                    + heap
                                    + " B of heap, "
                                    + direct
                                    + " B direct for all\n"
                                    + grown);
                    assertThat(heap)
                            .as("bytes of heap of an idle connection:\n" + grown)
                            .isPositive()
                            .isLessThanOrEqualTo(MOST_HEAP_BYTES);
                    assertThat(direct).as("of all together").isLessThan(ONE_CHUNK);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"EPOLL", "IO_URING"})
    void thatAllIdleConnectionsExpireAtOnceIsNotFeltByAnActiveClient(Transport.Choice transport)
            throws Exception {
        Transports.assumeOffered(transport);
        String limits = "limits: { header-timeout: 60s, keep-alive: 10s }\n";
        try (var endpoint = ScriptedEndpoint.start(Behaviours.ok("a"));
                var weir =
                        SmallWeir.start(
                                folder, limits + Gate.to(endpoint.address()), 64, transport);
                var idle = ManyClients.connect(weir.port(), CONNECTIONS);
                var active = RawClient.connect(weir.port())) {
            idle.exchange(ANSWER_END);
            Duration longest = Duration.ZERO;
            long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
            long look = 0;
            int closed = 0;
            while (closed < CONNECTIONS) {
                long began = System.nanoTime();
                assertThat(began).as(closed + " closed, one minute later").isLessThan(end);
                assertThat(active.send(GET).readResponse().status()).isEqualTo(200);
                Duration took = Duration.ofNanos(System.nanoTime() - began);
                longest = took.compareTo(longest) > 0 ? took : longest;
                if (began > look) {
                    closed = idle.closedByPeer();
                    look = System.nanoTime() + Duration.ofMillis(500).toNanos();
                }
            }
            System.out.println(transport + ": longest answer " + longest);
            assertThat(longest).isLessThan(NO_SPIKE);
        }
    }

    private static Map<String, Long> bytesByClass(String histogram) {
        Map<String, Long> bytes = new HashMap<>();
        Matcher line =
                Pattern.compile("^ *\\d+: +\\d+ +(\\d+) +(\\S+)", Pattern.MULTILINE)
                        .matcher(histogram);
        while (line.find()) {
            bytes.merge(line.group(2), Long.parseLong(line.group(1)), Long::sum);
        }
        return bytes;
    }

    /// Bytes that each connection adds, by class, those that add less than one left out.
    private static String growth(Map<String, Long> before, Map<String, Long> after) {
        StringBuilder text = new StringBuilder();
        after.entrySet().stream()
                .map(
                        entry ->
                                Map.entry(
                                        entry.getKey(),
                                        (entry.getValue() - before.getOrDefault(entry.getKey(), 0L))
                                                / CONNECTIONS))
                .filter(entry -> entry.getValue() > 0)
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                .forEach(
                        entry ->
                                text.append(
                                        "%6d  %s%n".formatted(entry.getValue(), entry.getKey())));
        return text.toString();
    }
}
