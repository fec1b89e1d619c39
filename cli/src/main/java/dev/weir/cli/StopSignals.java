package dev.weir.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import sun.misc.Signal;

/// TERM and INT, counted: the first asks to stop, the second to cut, the third ends the process at once.
///
/// Handlers instead of a shutdown hook, because a hook cannot choose the exit code. QUIT stays the JVM's
/// own (a thread dump). Thread-safe; the JVM runs a handler on a thread of its own.
public final class StopSignals {
    private final CountDownLatch first = new CountDownLatch(1);
    private final AtomicInteger count = new AtomicInteger();
    private volatile Runnable cut = () -> {};

    private StopSignals() {}

    /// Takes both signals from the JVM for the rest of the process's life.
    public static StopSignals take() {
        StopSignals signals = new StopSignals();
        Signal.handle(new Signal("TERM"), signal -> signals.arrived());
        Signal.handle(new Signal("INT"), signal -> signals.arrived());
        return signals;
    }

    private void arrived() {
        switch (count.incrementAndGet()) {
            case 1 -> first.countDown();
            case 2 -> {
                cut.run();
                System.exit(ExitCode.CUT);
            }
            default -> Runtime.getRuntime().halt(ExitCode.CUT);
        }
    }

    /// What the second signal does before the process ends with [ExitCode#CUT].
    public void onSecond(Runnable cut) {
        this.cut = cut;
    }

    /// Stops as if the first signal had come.
    public void stop() {
        if (count.compareAndSet(0, 1)) {
            first.countDown();
        }
    }

    /// Returns when the process has been asked to stop.
    public void await() throws InterruptedException {
        first.await();
    }
}
