package dev.weir.simulator;

import dev.weir.service.Attempt;
import org.jspecify.annotations.Nullable;

/// One of the two attempts that a call may have under way at once, and what a machine does for it. Used again and again; confined to one
/// thread.
final class Try {
    final Call call;
    final Attempt attempt = new Attempt();
    private final int number;

    /// Whether the attempt holds a place at an endpoint.
    boolean underWay;

    @Nullable Job job;

    /// Counts its uses, so that what was meant for an earlier one is known.
    private int begun;

    /// @param number 0 or 1
    Try(Call call, int number) {
        this.call = call;
        this.number = number;
    }

    void begins() {
        begun++;
        underWay = true;
    }

    /// The call's other one.
    Try other() {
        return number == 0 ? call.second : call.first;
    }

    /// For a place in a list of what is to come.
    long ticket() {
        return (2L * call.id + number) << 32 | begun & 0xffff_ffffL;
    }

    /// The one that had this ticket, if nothing has begun there since.
    static @Nullable Try of(long ticket, Calls calls) {
        int place = (int) (ticket >>> 32);
        Call call = calls.call(place / 2);
        Try found = place % 2 == 0 ? call.first : call.second;
        return found.ticket() == ticket && found.underWay ? found : null;
    }
}
