package dev.weir.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.HotSpotDiagnosticMXBean.ThreadDumpFormat;
import dev.weir.runtime.Clock;
import dev.weir.service.Endpoint;
import dev.weir.service.EndpointState;
import dev.weir.service.Service;
import dev.weir.service.ServiceConfig;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
class HealthChecksCloseTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir private Path directory;

    /// The hung check would take ten minutes, the next one of the other is an hour away.
    @Test
    void endsChecksThatRunAndChecksThatWait() throws Exception {
        Lines lines = new Lines();
        try (ScriptedPort hung = ScriptedPort.hanging();
                ScriptedPort lively = ScriptedPort.answering(ScriptedPort.OK)) {
            Service closing =
                    new Service(
                            "closing",
                            ServiceConfig.DEFAULTS.withHealth(
                                    HealthConfig.of("/")
                                            .withTiming(
                                                    Duration.ofHours(1), Duration.ofMinutes(10))),
                            List.of(
                                    endpoint("hung", hung.address(), 0),
                                    endpoint("lively", lively.address(), 1)));
            HealthChecks checks =
                    HealthChecks.start(
                            List.of(closing), lines, Clock.system(), new SplittableRandom(1));
            await().atMost(LONG).until(() -> hung.connections() == 1 && lively.connections() == 1);
            assertThat(threads())
                    .contains("\"health closing hung\"")
                    .contains("\"health closing lively\"")
                    .contains("\"health deadlines\"");

            checks.close();

            String after = threads();
            assertThat(after).doesNotContain("\"health closing");
            await("sockets are closed").atMost(LONG).until(() -> hung.openConnections() == 0);
            await("the deadlines' thread ends")
                    .atMost(LONG)
                    .until(() -> !threads().contains("\"health deadlines\""));
            assertThat(closing.members().usable()).as("a cut check says nothing").hasSize(2);
            assertThat(checks.of(closing.endpoints().getFirst()).orElseThrow().state())
                    .isEqualTo(EndpointHealth.State.UNKNOWN);
            assertThat(lines.said()).isEmpty();
        }
    }

    @Test
    void mayBeClosedTwice() {
        HealthChecks checks =
                HealthChecks.start(List.of(), new Lines(), Clock.system(), new SplittableRandom(1));
        checks.close();
        checks.close();

        assertThat(checks.nextCheck(new Service("none", ServiceConfig.DEFAULTS, List.of())))
                .isZero();
    }

    /// All threads of the process, virtual ones too, each on a line with its name in quotes.
    private String threads() throws IOException {
        Path dump = directory.resolve("threads");
        Files.deleteIfExists(dump);
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                .dumpThreads(dump.toString(), ThreadDumpFormat.TEXT_PLAIN);
        return Files.readString(dump);
    }

    private static Endpoint endpoint(String name, InetSocketAddress address, int position) {
        return new Endpoint(name, address, position, 1, new EndpointState());
    }
}
