package dev.weir.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.NoLeaks;
import java.io.File;
import java.time.Duration;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// Invariant I6, as far as it can be seen when Weir has stopped: descriptors, event loops and buffers are given back.
final class ReturnsToBaseline implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback {
    /// Class files, fonts of the JDK and the like, which stay open once they were needed.
    private static final int OTHERS = 24;

    /// Requests after which most code is compiled.
    private static final int WARM = 4000;

    private int descriptors;
    private long loops;

    /// How many descriptors this process has open.
    static int descriptors() {
        String[] open = new File("/proc/self/fd").list();
        return open == null ? 0 : open.length;
    }

    private static long loops() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getClass().getName().startsWith("io.netty."))
                .count();
    }

    /// Code that runs for the first time takes longer than what the tests measure.
    @Override
    public void beforeAll(ExtensionContext context) throws Exception {
        try (Stage stage = Stage.of(2, "balance: round-robin");
                Traffic traffic = stage.traffic().start()) {
            traffic.await(WARM);
        }
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        descriptors = descriptors();
        loops = loops();
    }

    @Override
    public void afterEach(ExtensionContext context) {
        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(
                        () -> {
                            assertThat(descriptors())
                                    .as("descriptors")
                                    .isLessThanOrEqualTo(descriptors + OTHERS);
                            assertThat(loops()).as("threads").isLessThanOrEqualTo(loops);
                        });
        NoLeaks.lookNow();
    }
}
