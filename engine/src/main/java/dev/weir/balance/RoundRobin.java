package dev.weir.balance;

import dev.weir.service.Endpoint;
import dev.weir.service.Service;
import dev.weir.service.Succession;
import dev.weir.service.Tried;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Each endpoint in turn, weights interleaved smoothly; see [Turns]. One instance per service in the whole process,
/// used by all event loops, so that requests alternate strictly on whatever loop they arrive. Thread-safe; picks
/// take no lock and allocate nothing unless the usable endpoints have changed.
///
/// The turns of all endpoints, usable or not, are laid down once. A [Round] is what is left of them without the turns of
/// endpoints that are down, and a new one goes on behind the turn last taken. So in one pass through all turns an endpoint that
/// stays up gets exactly its own, however often others come and go: a list that flaps favours nobody.
///
/// An endpoint that was tried loses the turn: the next one in the round takes it.
public final class RoundRobin implements Balancer {
    private final Service service;

    /// Positions of the endpoints.
    private final int[] turns;

    private volatile Round round;

    /// The turns of the endpoints that were usable together. Immutable but for the position.
    private static final class Round {
        private final Endpoint[] usable;

        /// Who has a turn, and which turn of all it is.
        private final Endpoint[] order;

        private final int[] turn;

        /// The turn taken last before this round began, or -1.
        private final int after;

        /// How many turns have been taken since, and where the first one was.
        private final AtomicLong taken = new AtomicLong();

        private final int start;

        Round(Endpoint[] usable, Endpoint[] order, int[] turn, int after) {
            this.usable = usable;
            this.order = order;
            this.turn = turn;
            this.after = after;
            int first = 0;
            while (first < turn.length && turn[first] <= after) {
                first++;
            }
            start = first == turn.length ? 0 : first;
        }

        int place(long number) {
            return (int) ((start + number) % order.length);
        }

        int last() {
            long count = taken.get();
            return count == 0 ? after : turn[place(count - 1)];
        }
    }

    public RoundRobin(Service service) {
        this(service, -1);
    }

    /// @param after the turn that was taken last, or -1
    private RoundRobin(Service service, int after) {
        this.service = service;
        this.turns = Turns.of(service.endpoints());
        for (int i = 0; i < turns.length; i++) {
            turns[i] = service.endpoints().get(turns[i]).position();
        }
        this.round = round(service.members().usable(), after);
    }

    /// The turns of another list of endpoints, from where these are: behind the turn taken last, or the last one before it of an
    /// endpoint that stays.
    RoundRobin next(Succession change) {
        RoundRobin first = new RoundRobin(change.after());
        int last = round.last();
        while (last >= 0 && !change.stays(turns[last])) {
            last--;
        }
        if (last < 0) {
            return first;
        }
        int nth = 0;
        for (int i = 0; i < last; i++) {
            nth += turns[i] == turns[last] ? 1 : 0;
        }
        return new RoundRobin(change.after(), first.turn(turns[last], nth));
    }

    /// Which turn of all is the n-th one of an endpoint, from 0; its last one if it has fewer.
    private int turn(int position, int nth) {
        int found = -1;
        int seen = 0;
        for (int i = 0; i < turns.length && seen <= nth; i++) {
            if (turns[i] == position) {
                found = i;
                seen++;
            }
        }
        return found;
    }

    @Override
    public @Nullable Endpoint pick(long key, Tried tried, long nowNanos) {
        Round now = round;
        if (now.usable != service.members().usable()) {
            now = renewed();
        }
        Endpoint[] order = now.order;
        if (order.length == 0) {
            return null;
        }
        int place = now.place(now.taken.getAndIncrement());
        Endpoint endpoint = order[place];
        return tried.contains(endpoint) ? untried(order, place, tried) : endpoint;
    }

    @Override
    public Outlook outlook(OptionalLong key, Tried tried, long nowNanos) {
        String rule = "each in turn, weights interleaved";
        Round now = round.usable == service.members().usable() ? round : renewed();
        if (now.order.length == 0) {
            return Outlook.nobody(rule);
        }
        int place = now.place(now.taken.get());
        Endpoint due = now.order[place];
        Endpoint next = tried.contains(due) ? untried(now.order, place, tried) : due;
        return next == null
                ? Outlook.nobody(rule)
                : Outlook.certain(
                        rule, next, "it has turn %d of %d".formatted(place + 1, now.order.length));
    }

    /// Under a lock, so that one loop does the work and the turn last taken is passed on once.
    private synchronized Round renewed() {
        Endpoint[] usable = service.members().usable();
        if (round.usable != usable) {
            round = round(usable, round.last());
        }
        return round;
    }

    private static @Nullable Endpoint untried(Endpoint[] order, int place, Tried tried) {
        for (int i = 1; i < order.length; i++) {
            Endpoint endpoint = order[(place + i) % order.length];
            if (!tried.contains(endpoint)) {
                return endpoint;
            }
        }
        return null;
    }

    private Round round(Endpoint[] usable, int after) {
        Endpoint[] byPlace = new Endpoint[service.slots()];
        for (Endpoint endpoint : usable) {
            byPlace[endpoint.position()] = endpoint;
        }
        int count = 0;
        for (int place : turns) {
            count += byPlace[place] == null ? 0 : 1;
        }
        Endpoint[] order = new Endpoint[count];
        int[] turn = new int[count];
        int next = 0;
        for (int i = 0; i < turns.length; i++) {
            Endpoint endpoint = byPlace[turns[i]];
            if (endpoint != null) {
                order[next] = endpoint;
                turn[next++] = i;
            }
        }
        return new Round(usable, order, turn, after);
    }
}
