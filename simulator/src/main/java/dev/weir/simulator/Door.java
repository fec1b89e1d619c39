package dev.weir.simulator;

import dev.weir.exchange.Failure;
import dev.weir.limit.InFlightLimit;
import dev.weir.limit.Places;
import dev.weir.limit.Refusals;
import dev.weir.limit.Waiter;
import dev.weir.limit.WaitingLine;
import dev.weir.service.ConnectionsConfig;
import org.jspecify.annotations.Nullable;

/// The door of one simulated gateway: the route's `concurrency-limit`, then a place at the service or a wait for one, by the engine's own
/// classes, as the proxy's `Way` and `Admission` ask them. Confined to one thread.
final class Door {
    /// Where a call is.
    enum Stay {
        OUTSIDE,
        WAITING,
        /// It has been given a place, and does not know yet.
        CALLED,
        /// It has waited in vain, and does not know yet.
        SENT_AWAY,
        INSIDE
    }

    private final int gateway;
    private final InFlightLimit[] limits;
    private final @Nullable Places places;
    private final EventQueue events;
    private long nowNanos;

    /// When the line is to be looked at next.
    private long dueNanos = WaitingLine.NEVER;

    /// @param gateway its place among all gateways
    Door(int gateway, GatewayLimits config, EventQueue events) {
        this.gateway = gateway;
        this.limits =
                config.concurrency().stream()
                        .map(each -> each.limit(0))
                        .toArray(InFlightLimit[]::new);
        this.places = config.connections().map(Door::places).orElse(null);
        this.events = events;
    }

    private static Places places(ConnectionsConfig config) {
        return new Places(
                config.max(),
                config.pending(),
                config.maxWait().toNanos(),
                new Refusals("simulated", config.max(), _ -> {}));
    }

    /// A call comes. Where it stays is written in it: outside if there is no room, and one that waits hears by [Happening#TURN].
    void enter(Call call, long now) {
        nowNanos = now;
        for (int i = 0; i < limits.length; i++) {
            if (limits[i].enter(call.priority, now) != null) {
                leaveLimits(i);
                return;
            }
        }
        if (places == null || places.tryEnter()) {
            call.stay = Stay.INSIDE;
            return;
        }
        Waiter waiter = new Waiter(call.priority, new Turn(call));
        switch (places.await(waiter, now)) {
            case ADMITTED -> call.stay = Stay.INSIDE;
            case WAITING -> {
                call.stay = Stay.WAITING;
                call.waiter = waiter;
                look(now);
            }
            case FULL -> leaveLimits(limits.length);
        }
    }

    /// A second attempt takes a place of its own, if one is free; to be given back by [#leaveBeside].
    boolean enterBeside() {
        return places == null || places.tryEnter();
    }

    void leaveBeside(long now) {
        nowNanos = now;
        if (places != null) {
            places.leave(now);
        }
    }

    /// The line is to be looked at, if that was not put off.
    void due(long now) {
        if (now == dueNanos) {
            dueNanos = WaitingLine.NEVER;
            look(now);
        }
    }

    private void look(long now) {
        nowNanos = now;
        long due = places == null ? WaitingLine.NEVER : places.expire(now);
        if (due != WaitingLine.NEVER && due != dueNanos) {
            dueNanos = due;
            events.add(due, Happening.LINE.of(gateway));
        }
    }

    /// The answer to a call begins, whoever gives it.
    void answered(Call call, int status, long now) {
        if (call.stay != Stay.OUTSIDE) {
            for (InFlightLimit limit : limits) {
                limit.answered(status, now - call.sentNanos, now);
            }
        }
    }

    /// A call is over, wherever it was.
    void leave(Call call, long now) {
        nowNanos = now;
        Stay stay = call.stay;
        Waiter waiter = call.waiter;
        call.stay = Stay.OUTSIDE;
        call.waiter = null;
        if (stay == Stay.OUTSIDE) {
            return;
        }
        leaveLimits(limits.length);
        if (places != null) {
            if (stay == Stay.WAITING && waiter != null) {
                places.cancel(waiter);
            } else if (stay == Stay.INSIDE || stay == Stay.CALLED) {
                places.leave(now);
            }
        }
    }

    private void leaveLimits(int count) {
        for (int i = 0; i < count; i++) {
            limits[i].leave();
        }
    }

    /// What the line says to one call, who hears it when what happens now is over.
    private final class Turn implements Waiter.Owner {
        private final Call call;

        Turn(Call call) {
            this.call = call;
        }

        @Override
        public void admitted() {
            told(Stay.CALLED);
        }

        @Override
        public void refused(Failure why) {
            told(Stay.SENT_AWAY);
        }

        private void told(Stay what) {
            call.waiter = null;
            call.stay = what;
            events.add(nowNanos, Happening.TURN.of(call.id));
        }
    }
}
