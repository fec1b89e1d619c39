package dev.weir.cli.simulate;

import dev.weir.cli.Terminal;
import dev.weir.simulator.Comparison;
import java.io.PrintWriter;
import java.time.Duration;

/// How far a long run is, in one line that is written over again and again; on a terminal only. Confined to one thread.
final class ProgressBar implements Comparison.Progress {
    /// A run that is over by then needs no bar.
    private static final long FIRST_NANOS = Duration.ofMillis(500).toNanos();

    private static final long BETWEEN_NANOS = Duration.ofMillis(100).toNanos();
    private static final int WIDTH = 30;

    private final PrintWriter to;
    private final boolean shown;
    private long nextNanos = System.nanoTime() + FIRST_NANOS;
    private int longest;

    ProgressBar(PrintWriter to, Terminal terminal) {
        this.to = to;
        this.shown = terminal.err();
    }

    @Override
    public void at(String candidate, int number, int of, double share) {
        long now = System.nanoTime();
        if (!shown || now < nextNanos) {
            return;
        }
        nextNanos = now + BETWEEN_NANOS;
        double all = (number - 1 + Math.min(1, share)) / of;
        int done = (int) (all * WIDTH);
        String line =
                "[%s%s] %2d %%  %s (%d of %d)"
                        .formatted(
                                "#".repeat(done),
                                "-".repeat(WIDTH - done),
                                (int) (100 * all),
                                candidate,
                                number,
                                of);
        longest = Math.max(longest, line.length());
        to.print("\r" + line + " ".repeat(longest - line.length()));
        to.flush();
    }

    /// Leaves an empty line.
    void clear() {
        if (longest > 0) {
            to.print("\r" + " ".repeat(longest) + "\r");
            to.flush();
        }
    }
}
