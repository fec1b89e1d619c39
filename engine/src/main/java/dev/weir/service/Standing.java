package dev.weir.service;

/// Whether an endpoint may get requests, from everything that is known of it: what active checks say, and how it has
/// behaved in traffic. The one place where both meet; [#after] is the whole table. Immutable.
///
/// Checks and traffic each have a say, and the stricter one holds. What neither can do is to undo what the other knows:
/// good checks do not bring back an endpoint that traffic has thrown out, and the end of its ejection does not bring
/// back one that checks hold down.
public enum Standing {
    /// Nothing is known against it. It gets requests.
    UNKNOWN,
    /// It gets requests.
    UP,
    /// Traffic found that it does not work, whatever its checks say: it gets no requests until its time is over.
    EJECTED,
    /// Its ejection is over: it gets a few requests, and how these go decides.
    RETURNING,
    /// Its checks say that it does not work.
    DOWN,
    /// Its checks say so, and it had been ejected: when they bring it up it is tried first.
    DOWN_EJECTED;

    /// What can happen to an endpoint.
    public enum Event {
        /// The checks found that it works.
        CHECKED_UP,
        /// The checks found that it does not.
        CHECKED_DOWN,
        /// Traffic found that it does not work, or one of the requests failed that tried it.
        MISBEHAVED,
        /// The time of its ejection is over.
        TIME_OVER,
        /// The requests that tried it went well.
        PROVED
    }

    /// Where an event leads from here.
    public Standing after(Event event) {
        return switch (event) {
            // from:             UNKNOWN    UP       EJECTED       RETURNING     DOWN  DOWN_EJECTED
            case CHECKED_UP -> to(UP, UP, EJECTED, RETURNING, UP, RETURNING);
            case CHECKED_DOWN -> to(DOWN, DOWN, DOWN_EJECTED, DOWN_EJECTED, DOWN, DOWN_EJECTED);
            case MISBEHAVED -> to(EJECTED, EJECTED, EJECTED, EJECTED, DOWN, DOWN_EJECTED);
            case TIME_OVER -> to(UNKNOWN, UP, RETURNING, RETURNING, DOWN, DOWN_EJECTED);
            case PROVED -> to(UNKNOWN, UP, EJECTED, UP, DOWN, DOWN_EJECTED);
        };
    }

    /// Whether it may get requests while nothing forces Weir to try others.
    public boolean usable() {
        return this == UNKNOWN || this == UP || this == RETURNING;
    }

    /// Whether its checks say that it does not work.
    public boolean down() {
        return this == DOWN || this == DOWN_EJECTED;
    }

    private Standing to(
            Standing unknown,
            Standing up,
            Standing ejected,
            Standing returning,
            Standing down,
            Standing downEjected) {
        return switch (this) {
            case UNKNOWN -> unknown;
            case UP -> up;
            case EJECTED -> ejected;
            case RETURNING -> returning;
            case DOWN -> down;
            case DOWN_EJECTED -> downEjected;
        };
    }
}
