package dev.weir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// A buffer that was never released fails the tests: those of the class at whose end it is known, which need not be the one that lost it.
/// What is said names who had it. Registered for all tests in `META-INF/services`.
public final class NoLeaks implements BeforeAllCallback, AfterAllCallback {
    private static final Queue<String> FOUND = new ConcurrentLinkedQueue<>();

    static {
        ByteBufUtil.setLeakListener((type, records) -> FOUND.add(type + "\n" + records));
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        // Netty hears of the listener when this class is loaded.
    }

    @Override
    public void afterAll(ExtensionContext context) {
        none();
    }

    /// Looks for buffers that nobody can reach any more. Takes a collection of all memory.
    public static void lookNow() {
        System.gc();
        // What was collected is told by another thread, and Netty asks when it makes a buffer.
        await().pollDelay(Duration.ofMillis(20)).until(() -> true);
        ByteBufAllocator.DEFAULT.buffer().release();
        none();
    }

    private static void none() {
        List<String> found = new ArrayList<>();
        for (String one = FOUND.poll(); one != null; one = FOUND.poll()) {
            found.add(one);
        }
        assertThat(found).as("buffers that were never released").isEmpty();
    }
}
