package dev.weir;

import dev.weir.admin.Resource;
import dev.weir.listen.Listener;
import dev.weir.runtime.HandOver;
import dev.weir.runtime.HandOver.Outcome;
import dev.weir.runtime.Transport;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/// Puts another process in the place of this one without losing a request: it gets the listening sockets, and when it serves, this one
/// leaves. If it does not come to serve, all stays as it was.
///
/// Thread-safe; one at a time.
final class Replacement {
    private static final Duration SERVES_WITHIN = Duration.ofSeconds(60);
    private static final Duration FAREWELL = Duration.ofSeconds(1);

    private final WeirOptions options;
    private final Transport transport;
    private final Leaving leaving;
    private final AtomicBoolean underWay = new AtomicBoolean();

    /// What this process does.
    ///
    /// @param orders what the operator has said, for the new process; see [Heirloom]
    /// @param accepts makes it accept no more, and every answer end its connection
    /// @param ends begins to drain and end it; returns at once
    record Leaving(
            Supplier<Resource.Phase> phase,
            Supplier<Collection<Listener>> listeners,
            Supplier<String> orders,
            Runnable accepts,
            Runnable ends) {}

    Replacement(WeirOptions options, Transport transport, Leaving leaving) {
        this.options = options;
        this.transport = transport;
        this.leaving = leaving;
    }

    /// Starts another process and waits until it serves, or will not come to it. This one leaves on another thread then, so that
    /// whoever asked for it hears of it.
    ///
    /// @param by who wants it: `USR2`, `the socket`
    Outcome begin(String by) {
        if (underWay.getAndSet(true)) {
            return said(new Outcome.Impossible("one is under way already"));
        }
        Outcome outcome = said(replaced(by));
        if (outcome instanceof Outcome.Serves serves) {
            Thread.ofVirtual().name("weir-take-over").start(() -> leave(serves.pid()));
        } else {
            underWay.set(false);
        }
        return outcome;
    }

    /// Whether a process that is to take the place of this one has begun to start, and has not failed.
    boolean underWay() {
        return underWay.get();
    }

    private Outcome said(Outcome outcome) {
        options.events()
                .say(
                        switch (outcome) {
                            case Outcome.Serves serves ->
                                    "take-over  the new process serves (%d); this one drains"
                                            .formatted(serves.pid());
                            case Outcome.Failed failed ->
                                    "take-over  the new process did not come to serve, and this one goes on: "
                                            + failed.why()
                                                    .lines()
                                                    .findFirst()
                                                    .orElse("it has not said why");
                            case Outcome.Impossible impossible ->
                                    "take-over  not possible: " + impossible.why();
                        });
        return outcome;
    }

    private Outcome replaced(String by) {
        Successor successor = options.successor().orElse(null);
        if (successor == null) {
            return new Outcome.Impossible(
                    "this gateway is part of another program, which starts it");
        }
        if (leaving.phase.get() != Resource.Phase.SERVING) {
            return new Outcome.Impossible("it does not serve, or is draining already");
        }
        List<Integer> descriptors = new ArrayList<>();
        for (Listener listener : leaving.listeners.get()) {
            OptionalInt descriptor = listener.descriptor();
            if (transport.adopting().isEmpty() || descriptor.isEmpty()) {
                return new Outcome.Impossible(
                        "transport %s cannot hand sockets over; epoll can"
                                .formatted(transport.name()));
            }
            descriptors.add(descriptor.getAsInt());
        }
        return replaced(successor, descriptors, by);
    }

    private Outcome replaced(Successor successor, List<Integer> descriptors, String by) {
        Optional<Process> started = Optional.empty();
        Outcome outcome;
        try (HandOver offer = HandOver.offer()) {
            Process other = successor.start(offer.path());
            started = Optional.of(other);
            options.events()
                    .say("take-over  process %d is starting (by %s)".formatted(other.pid(), by));
            long deadline = System.nanoTime() + SERVES_WITHIN.toNanos();
            outcome =
                    offer.give(
                                    descriptors,
                                    leaving.orders,
                                    () -> other.isAlive() && System.nanoTime() < deadline)
                            .orElseGet(() -> new Outcome.Failed(silent(other)));
        } catch (IOException e) {
            outcome = new Outcome.Failed(String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            outcome = new Outcome.Failed("interrupted");
        }
        if (!(outcome instanceof Outcome.Serves)) {
            started.ifPresent(Process::destroy);
        }
        return outcome;
    }

    private static String silent(Process other) {
        return other.isAlive()
                ? "it did not come to serve within " + SERVES_WITHIN.toSeconds() + " s"
                : "it ended with exit code "
                        + other.exitValue()
                        + "; what it said is where this process says its own";
    }

    private void leave(long pid) {
        options.successor().ifPresent(successor -> successor.serves(pid));
        leaving.accepts.run();
        try {
            // Clients that keep connections hear with their next answer that it is the last.
            TimeUnit.NANOSECONDS.sleep(FAREWELL.toNanos());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        leaving.ends.run();
    }
}
