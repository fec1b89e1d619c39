package dev.weir.bench.load;

import java.util.concurrent.CompletableFuture;

/// Takes so many steps, a few at once, so that a listener's backlog does not overflow. Confined to the generator's loop.
final class Batch {
    private static final int AT_ONCE = 64;

    /// Begins the step of this number and runs `done` when it is over, however it ended.
    @FunctionalInterface
    interface Step {
        void begin(int number, Runnable done);
    }

    private final int total;
    private final Step step;
    private final CompletableFuture<Void> over = new CompletableFuture<>();
    private int begun;
    private int ended;

    Batch(int total, Step step) {
        this.total = total;
        this.step = step;
    }

    /// @return completes on the loop when all steps are over
    CompletableFuture<Void> run() {
        if (total == 0) {
            over.complete(null);
        }
        for (int i = 0; i < AT_ONCE; i++) {
            next();
        }
        return over;
    }

    private void next() {
        if (begun < total) {
            step.begin(begun++, this::ended);
        }
    }

    private void ended() {
        if (++ended == total) {
            over.complete(null);
        } else {
            next();
        }
    }
}
