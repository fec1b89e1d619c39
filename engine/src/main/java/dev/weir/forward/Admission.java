package dev.weir.forward;

import dev.weir.exchange.Priority;
import dev.weir.limit.Places;
import dev.weir.limit.Waiter;
import dev.weir.limit.WaitingLine;
import dev.weir.runtime.Loop;
import dev.weir.runtime.Timers;
import org.jspecify.annotations.Nullable;

/// The door of one service, as one loop uses it: requests get a place, wait for one, or hear that there is none. The places and the line
/// belong to all loops; a place that another loop gives up comes as a task on this one. Confined to its loop.
public final class Admission implements Timers.Expiry {
    private final Loop loop;
    private final Places places;

    /// Looks at the line while one of this loop's requests may be in it: nobody else may do so in time.
    private final Timers.Timer timer;

    Admission(Loop loop, Places places) {
        this.loop = loop;
        this.places = places;
        this.timer = loop.timers().timer(this);
    }

    /// Takes a place if one is free and nobody waits; to be given back by [#leave].
    public boolean enter() {
        return places.tryEnter();
    }

    /// Waits for a place.
    ///
    /// @return the turn that the guest will hear of, always later than this call; null if there is no room to wait
    public @Nullable Turn await(Priority priority, Turn.Guest guest) {
        Turn turn = new Turn(loop, this, guest);
        Waiter waiter = new Waiter(priority, turn);
        turn.waits(waiter);
        return switch (places.await(waiter, loop.now())) {
            case ADMITTED -> {
                turn.admitted();
                yield turn;
            }
            case WAITING -> {
                expired();
                yield turn;
            }
            case FULL -> null;
        };
    }

    /// Gives a place back.
    public void leave() {
        places.leave(loop.now());
    }

    void cancel(Waiter waiter) {
        places.cancel(waiter);
    }

    @Override
    public void expired() {
        long due = places.expire(loop.now());
        if (due != WaitingLine.NEVER) {
            timer.at(due);
        }
    }
}
