package dev.weir.simulator;

import dev.weir.limit.Waiter;
import dev.weir.service.Attempt;
import dev.weir.service.Endpoint;
import dev.weir.service.Tried;
import org.jspecify.annotations.Nullable;

/// A client's request on its way through one gateway. Used again and again; confined to one thread.
final class Call {
    /// Its place among all calls.
    final int id;

    final Attempt attempt = new Attempt();
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

    /// When the client sent it first, and when this time.
    long beganNanos;

    long sentNanos;

    /// When the gateway began with its attempts.
    long forwardedNanos;

    long workNanos;
    int attempts;

    /// Whether the attempt holds a place at an endpoint.
    boolean trying;

    /// Attempts that found no connection.
    int unsent;

    /// Attempts of all uses, so that what was meant for an earlier one is known.
    int begun;

    /// Whether a retry of it is under way that the budget counts.
    boolean owesRetry;

    /// Where the next attempt goes, and when; null while none is laid down.
    @Nullable Endpoint next;

    long nextNanos;

    /// How often the client has sent it before.
    int repeated;

    @Nullable Job job;

    Call(int id, Gateway gateway) {
        this.id = id;
        this.gateway = gateway;
    }

    /// For a place in a list of what is to come for its attempt.
    long attemptTicket() {
        return (long) id << 32 | begun & 0xffff_ffffL;
    }

    /// For a place in a list of what is to come.
    long ticket() {
        return (long) id << 32 | use & 0xffff_ffffL;
    }
}
