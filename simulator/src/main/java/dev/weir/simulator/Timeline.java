package dev.weir.simulator;

/// What time it is, and what is still to come. What nearly never happens has a list of its own for each length of time, because that costs
/// less than a place in the queue. Confined to one thread.
final class Timeline {
    final EventQueue events = new EventQueue();

    /// Of the gateways, over all attempts.
    final Deadlines deadlines = new Deadlines();

    /// Of the clients.
    final Deadlines patience = new Deadlines();

    /// Of single attempts.
    final Deadlines tries = new Deadlines();

    private long nowNanos;

    /// Where what comes next is to be taken from.
    enum Next {
        EVENT,
        DEADLINE,
        PATIENCE,
        TRY
    }

    long now() {
        return nowNanos;
    }

    /// Goes on to what comes next. Of the same moment, first what was to happen then, and last what was to be over by then.
    Next next() {
        long next = events.time();
        long triesNanos = tries.time();
        if (deadlines.time() < next
                && deadlines.time() <= triesNanos
                && deadlines.time() <= patience.time()) {
            nowNanos = deadlines.time();
            return Next.DEADLINE;
        }
        if (patience.time() < next && patience.time() <= triesNanos) {
            nowNanos = patience.time();
            return Next.PATIENCE;
        }
        if (triesNanos < next) {
            nowNanos = triesNanos;
            return Next.TRY;
        }
        nowNanos = next;
        return Next.EVENT;
    }
}
