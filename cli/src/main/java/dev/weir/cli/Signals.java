package dev.weir.cli;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import sun.misc.Signal;

/// The signals of the process, taken from the system, which would end it at them, for the rest of its life.
///
/// TERM and INT are counted: the first asks to stop, the second to cut, the third ends the process at once. Handlers instead of a
/// shutdown hook, because a hook cannot choose the exit code. QUIT stays the JVM's own (a thread dump). Others are handed on to whoever
/// says what they do; one that comes before that waits for it. One that the JVM needs itself is left to it: it stops threads with
/// USR2 while a flight recording runs, fifty times a second, unless `_JAVA_SR_SIGNUM` names another. The launchers do.
///
/// Thread-safe; the JVM runs a handler on a thread of its own.
public final class Signals {
    static final String OF_THE_JVM = "_JAVA_SR_SIGNUM";
    private static final String ELSE_OF_THE_JVM = "USR2";

    private static final List<String> STOPPING = List.of("TERM", "INT");

    private final CountDownLatch first = new CountDownLatch(1);
    private final AtomicInteger count = new AtomicInteger();
    private final Map<String, Wish> others;
    private volatile Runnable cut = () -> {};

    /// What a signal asks for, and whether anybody does it.
    private static final class Wish {
        private Optional<Runnable> done = Optional.empty();
        private boolean waits;

        void comes() {
            Optional<Runnable> now;
            synchronized (this) {
                now = done;
                waits = now.isEmpty();
            }
            now.ifPresent(Runnable::run);
        }

        void by(Runnable does) {
            boolean now;
            synchronized (this) {
                done = Optional.of(does);
                now = waits;
                waits = false;
            }
            if (now) {
                does.run();
            }
        }
    }

    private Signals(Set<String> others) {
        this.others = others.stream().collect(Collectors.toMap(name -> name, _ -> new Wish()));
    }

    /// Takes TERM and INT, and others.
    ///
    /// @param others as [#on] names them
    public static Signals take(String... others) {
        Signals signals = new Signals(Set.of(others));
        STOPPING.forEach(name -> Signal.handle(new Signal(name), _ -> signals.stops()));
        signals.others.forEach(
                (name, wish) -> {
                    Signal signal = new Signal(name);
                    if (!ofTheJvm(signal)) {
                        Signal.handle(signal, _ -> wish.comes());
                    }
                });
        return signals;
    }

    private static boolean ofTheJvm(Signal signal) {
        String number = System.getenv(OF_THE_JVM);
        return number == null
                ? signal.getName().equals(ELSE_OF_THE_JVM)
                : number.equals(Integer.toString(signal.getNumber()));
    }

    private void stops() {
        switch (count.incrementAndGet()) {
            case 1 -> first.countDown();
            case 2 -> {
                cut.run();
                System.exit(ExitCode.CUT);
            }
            default -> Runtime.getRuntime().halt(ExitCode.CUT);
        }
    }

    /// Says what a signal does from now on.
    ///
    /// @param name of one that was taken: `HUP`
    /// @param does must not wait
    void on(String name, Runnable does) {
        Wish wish = others.get(name);
        if (wish == null) {
            throw new IllegalArgumentException("the signal " + name + " was not taken");
        }
        wish.by(does);
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
