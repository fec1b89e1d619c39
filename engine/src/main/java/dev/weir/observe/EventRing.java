package dev.weir.observe;

import dev.weir.runtime.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/// Keeps the last lines that Weir said to the person who runs it, passes each on, and tells those who listen. Thread-safe; holds its
/// lock for no longer than an array takes.
public final class EventRing implements Events {
    /// Two screens of a busy day; more is in the log.
    private static final int MOST = 512;

    private final Events next;
    private final Clock clock;
    private final Deque<Said> last = new ArrayDeque<>();
    private final List<Consumer<Said>> listeners = new CopyOnWriteArrayList<>();
    private long count;

    /// A line and when it was said.
    ///
    /// @param number counts from 1, without gaps
    public record Said(long number, long atMillis, String line) {}

    /// @param next gets each line first
    public EventRing(Events next, Clock clock) {
        this.next = next;
        this.clock = clock;
    }

    @Override
    public void say(String line) {
        next.say(line);
        Said said;
        synchronized (last) {
            said = new Said(++count, clock.millis(), line);
            if (last.size() == MOST) {
                last.removeFirst();
            }
            last.addLast(said);
        }
        listeners.forEach(listener -> listener.accept(said));
    }

    /// The lines that are kept, the oldest first.
    public List<Said> last() {
        synchronized (last) {
            return new ArrayList<>(last);
        }
    }

    /// Tells somebody of each line from now on.
    ///
    /// @param listener does not block and does not throw
    /// @return ends it
    public Runnable listen(Consumer<Said> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }
}
