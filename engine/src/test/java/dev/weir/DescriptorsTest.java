package dev.weir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.runtime.Transport;
import dev.weir.testkit.Behaviours;
import dev.weir.testkit.RawClient;
import dev.weir.testkit.RawResponse;
import dev.weir.testkit.ScriptedEndpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Weir in a process that may open 256 files, and more clients than that.
class DescriptorsTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final int CLIENTS = 400;
    private static final Duration WATCHED = Duration.ofSeconds(5);

    @TempDir Path folder;

    @ParameterizedTest
    @EnumSource(names = {"EPOLL", "IO_URING", "NIO"})
    void withoutDescriptorsAcceptingPausesAndResumesAndCostsNothing(Transport.Choice transport)
            throws Exception {
        Transports.assumeOffered(transport);
        try (var endpoint = ScriptedEndpoint.start(Behaviours.ok("a"));
                var weir = fewDescriptors(Gate.to(endpoint.address()), transport)) {
            long began = System.nanoTime();
            try (RawClient before = RawClient.connect(weir.port())) {
                assertThat(before.send(GET).readResponse().status()).isEqualTo(200);
                List<RawClient> crowd = crowd(weir);
                await().until(() -> !complaints().isEmpty());
                Duration cpu = weir.cpu();
                await().pollDelay(WATCHED).until(() -> true);
                assertThat(weir.cpu().minus(cpu)).isLessThan(WATCHED.dividedBy(5));
                assertThat(before.send(GET).readResponse().status())
                        .as("a connection that is open is served")
                        .isEqualTo(200);
                for (RawClient member : crowd) {
                    member.close();
                }
            }
            await().atMost(Duration.ofSeconds(10))
                    .ignoreExceptions()
                    .until(
                            () -> {
                                try (RawClient after = RawClient.connect(weir.port())) {
                                    return after.send(GET).readResponse().status() == 200;
                                }
                            });
            Duration took = Duration.ofNanos(System.nanoTime() - began);
            assertThat(complaints()).hasSizeLessThanOrEqualTo((int) took.toSeconds() + 1);
            assertThat(said()).as("lines of any kind").hasSizeLessThan(20);
        }
    }

    @Test
    void withoutDescriptorsEndpointsStayUp() throws Exception {
        try (var endpoint = ScriptedEndpoint.start(Behaviours.ok("a"));
                var weir =
                        fewDescriptors(
                                Gate.to(endpoint.address())
                                        .replace(
                                                "balance: round-robin",
                                                "health: { protocol: tcp, every: 100ms }"),
                                Transport.Choice.AUTO);
                RawClient before = RawClient.connect(weir.port())) {
            assertThat(before.send(GET).readResponse().status()).isEqualTo(200);
            List<RawClient> crowd = crowd(weir);
            // Time for twenty checks, of which three bad ones would take the endpoint down.
            for (int i = 0; i < 20; i++) {
                assertThat(before.send(GET).readResponse().status()).isEqualTo(200);
                await().pollDelay(Duration.ofMillis(100)).until(() -> true);
            }
            for (RawClient member : crowd) {
                member.close();
            }
            assertThat(said())
                    .anyMatch(line -> line.contains("cannot accept"))
                    .noneMatch(line -> line.contains("  down  "));
        }
    }

    @Test
    void withoutDescriptorsARequestThatNeedsOneIsToldThatItIsWeirsFault() throws Exception {
        try (var endpoint = ScriptedEndpoint.start(Behaviours.closeDelimited("a"));
                var weir =
                        fewDescriptors(
                                """
                                routes: [{ match: { path: /dead }, to: dead }, { to: all }]
                                services: { all: { endpoints: [%s] }, dead: { endpoints: ["127.0.0.1:%d"] } }
                                """
                                        .formatted(endpoint.address(), ScriptedEndpoint.deadPort()),
                                Transport.Choice.AUTO);
                RawClient before = RawClient.connect(weir.port())) {
            assertThat(before.send(GET).readResponse().status()).isEqualTo(200);
            String toNobody = GET.replace("GET /", "GET /dead");
            assertThat(before.send(toNobody).readResponse().status()).isEqualTo(502);
            // Classes are loaded from files, for which there will be no descriptor either.
            try (RawClient wrong = RawClient.connect(weir.port())) {
                assertThat(wrong.send("wrong\r\n\r\n").readResponse().status()).isEqualTo(400);
            }
            endpoint.kill();
            assertThat(before.send(GET).readResponse().status()).isEqualTo(502);
            endpoint.revive();
            assertThat(before.send(GET).readResponse().status()).isEqualTo(200);
            List<RawClient> crowd = crowd(weir);
            await().until(() -> !complaints().isEmpty());
            RawResponse refused = before.send(GET).readResponse();
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.text()).contains("no room");
            for (RawClient member : crowd) {
                member.close();
            }
            await().atMost(Duration.ofSeconds(10))
                    .until(() -> before.send(GET).readResponse().status() == 200);
        }
    }

    private SmallWeir fewDescriptors(String yaml, Transport.Choice transport) throws IOException {
        return SmallWeir.start(folder, yaml, 64, transport, "prlimit", "--nofile=256");
    }

    private static List<RawClient> crowd(SmallWeir weir) throws IOException {
        List<RawClient> crowd = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            crowd.add(RawClient.connect(weir.port()));
        }
        return crowd;
    }

    private List<String> complaints() throws IOException {
        return said().stream().filter(line -> line.contains("cannot accept")).toList();
    }

    private List<String> said() throws IOException {
        return Files.readAllLines(folder.resolve("small.err"));
    }
}
