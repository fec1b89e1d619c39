package dev.weir.simulator;

import dev.weir.exchange.Priority;
import dev.weir.limit.Waiter;
import dev.weir.service.Endpoint;
import dev.weir.service.Tried;
import org.jspecify.annotations.Nullable;

/// A client's request on its way through one gateway. Used again and again; confined to one thread.
final class Call {
    /// Its place among all calls.
    final int id;

    /// The attempt, and the one beside it if that is slow.
    final Try first = new Try(this, 0);

    final Try second = new Try(this, 1);
    final Tried tried = new Tried();

    /// Counts its uses, so that what was meant for an earlier one is known.
    int use;

    Gateway gateway;
    int loop;

    /// Where it is at the gateway's door.
    Door.Stay stay = Door.Stay.OUTSIDE;

    /// As long as it waits there.
    @Nullable Waiter waiter;

    long key;
    Priority priority = Priority.NORMAL;

    /// When the client sent it first, and when this time.
    long beganNanos;

    long sentNanos;

    /// When the gateway began with its attempts.
    long forwardedNanos;

    long workNanos;
    int attempts;

    /// Attempts that found no connection.
    int unsent;

    /// Whether a retry of it is under way that the budget counts.
    boolean owesRetry;

    /// Whether a second attempt is under way that the budget of these counts.
    boolean owesHedge;

    /// When there is to be a second attempt; [Gateway#NEVER] for none.
    long hedgeNanos = Gateway.NEVER;

    /// Where the next attempt goes, and when; null while none is laid down.
    @Nullable Endpoint next;

    long nextNanos;

    /// How often the client has sent it before.
    int repeated;

    Call(int id, Gateway gateway) {
        this.id = id;
        this.gateway = gateway;
    }

    /// What a client says of its request.
    ///
    /// @param beganNanos when it sent it for the first time
    void ask(long beganNanos, long workNanos, long key, Priority priority) {
        this.beganNanos = beganNanos;
        this.workNanos = workNanos;
        this.key = key;
        this.priority = priority;
    }

    /// For a place in a list of what is to come.
    long ticket() {
        return (long) id << 32 | use & 0xffff_ffffL;
    }
}
