package dev.weir.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.runtime.Clock;
import dev.weir.testkit.ManualClock;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class EventPrinterTest {
    private final ManualClock manual = new ManualClock();
    private final Clock clock = Clock.of(manual::nanos, manual::millis);
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    @Test
    void printsTheLocalTimeBeforeEachLine() {
        try (EventPrinter events = printer(bytes)) {
            manual.advance(java.time.Duration.ofMillis(59_120));
            events.say("users  127.0.0.1:8081  down");
            events.say("b\u00fccher  up");
        }

        assertThat(bytes.toString(StandardCharsets.UTF_8).lines())
                .containsExactly(
                        "01:00:59.120  users  127.0.0.1:8081  down",
                        "01:00:59.120  b\u00fccher  up");
    }

    @Test
    void keepsALineOneLine() {
        try (EventPrinter events = printer(bytes)) {
            events.say("a\r\n00:00:00.000  forged\u001b[2J");
        }

        assertThat(bytes.toString(StandardCharsets.UTF_8).lines())
                .containsExactly("01:00:00.000  a  00:00:00.000  forged [2J");
    }

    @Test
    @Timeout(20)
    void neverWaitsForAStuckStreamAndSaysWhatIsMissing() {
        CountDownLatch stuck = new CountDownLatch(1);
        OutputStream stalled =
                new OutputStream() {
                    @Override
                    public void write(int b) {
                        await();
                        bytes.write(b);
                    }

                    @Override
                    public void write(byte[] from, int at, int length) {
                        await();
                        bytes.write(from, at, length);
                    }

                    private void await() {
                        try {
                            stuck.await();
                        } catch (InterruptedException e) {
                            throw new AssertionError(e);
                        }
                    }
                };
        int said = EventPrinter.MOST_WAITING + 100;
        try (EventPrinter events = printer(stalled)) {
            for (int i = 0; i < said; i++) {
                events.say("line");
            }
            stuck.countDown();
        }

        String printed = bytes.toString(StandardCharsets.UTF_8);
        long lines = printed.lines().filter(line -> line.endsWith("  line")).count();
        assertThat(lines).isBetween((long) EventPrinter.MOST_WAITING, (long) said - 1);
        assertThat(printed)
                .contains((said - lines) + " lines were left out here: too many at once");
    }

    private EventPrinter printer(OutputStream out) {
        return new EventPrinter(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                clock,
                ZoneId.of("Europe/Berlin"));
    }
}
