package dev.weir.tls;

import dev.weir.observe.Events;
import dev.weir.runtime.Clock;
import java.lang.ref.Cleaner;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/// Looks every two seconds after all that is read from files for TLS, on a virtual thread of its own. Thread-safe.
public final class TlsFiles implements AutoCloseable {
    private static final long EVERY_NANOS = Duration.ofSeconds(2).toNanos();

    /// Of all time, looking takes this part at most, however many files there are.
    private static final int REST = 99;

    private static final long CLOSE_WITHIN_MILLIS = 2_000;

    private final Cleaner unused = Cleaner.create();
    private volatile List<Kept> kept = List.of();
    private final Clock clock;
    private final Events events;
    private final Thread thread;

    /// Something that is read from files and kept up to date. Called on one thread at a time.
    interface Kept {
        /// Looks after the files. Blocks.
        void look();

        /// Lets go of what was read, which is not to be used after. Holds nothing of this object itself.
        Runnable release();

        /// The certificates that are shown now. Called by anybody.
        List<Validity> certificates();
    }

    /// Nothing is looked after yet.
    public TlsFiles(Clock clock, Events events) {
        this.clock = clock;
        this.events = events;
        this.thread = Thread.ofVirtual().name("tls files").unstarted(this::lookAgainAndAgain);
    }

    /// Looks after these from now on, and after no others. What is looked after no more is let go of when the last connection and the
    /// last request that could need it are gone.
    public synchronized void watch(
            Collection<ServerTls> listeners, Collection<EndpointTls> services) {
        List<Kept> next = new ArrayList<>(listeners);
        next.addAll(services);
        for (Kept one : kept) {
            if (!next.contains(one)) {
                unused.register(one, one.release());
            }
        }
        kept = List.copyOf(next);
        if (!next.isEmpty() && thread.getState() == Thread.State.NEW) {
            thread.start();
        }
    }

    /// The certificates in use.
    public List<Validity> certificates() {
        return kept.stream().flatMap(one -> one.certificates().stream()).toList();
    }

    private void lookAgainAndAgain() {
        while (!thread.isInterrupted()) {
            long begun = clock.nanos();
            for (Kept one : kept) {
                try {
                    one.look();
                } catch (RuntimeException bug) {
                    // To look no more would let certificates grow old in silence.
                    events.say("internal error in the look at TLS files: " + bug);
                }
            }
            long took = clock.nanos() - begun;
            LockSupport.parkNanos(this, Math.max(EVERY_NANOS, REST * took));
        }
    }

    /// Looks no more, and lets go of all that was read. To be called when no connection can arrive any more.
    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join(CLOSE_WITHIN_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        kept.forEach(one -> one.release().run());
    }
}
