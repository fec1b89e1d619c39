package dev.weir.simulator;

/// The kinds of events, packed with whom they concern into one number. Stateless.
enum Happening {
    /// The next request comes.
    REQUEST,
    /// A worker is ready with a job; whose number it is.
    JOB_READY,
    /// A machine that works on all jobs at once is ready with one; or was, before others came.
    MACHINE_DUE,
    /// The neighbours of an endpoint's machine become quiet or busy.
    NEIGHBOURS,
    /// A fault begins or is over.
    FAULT,
    /// An endpoint is checked.
    CHECK,
    /// A check's result is known.
    CHECKED,
    /// A gateway lets time pass for its passive health.
    TICK,
    /// A call's next attempt begins.
    AGAIN,
    /// A call may have a second attempt beside the first.
    HEDGE,
    /// A gateway looks at the line of those that wait for a place.
    LINE,
    /// A call has heard what came of its wait.
    TURN;

    private static final int BITS = 28;
    private static final Happening[] ALL = values();

    int of(int whom) {
        return ordinal() << BITS | whom;
    }

    static Happening kind(int event) {
        return ALL[event >>> BITS];
    }

    static int whom(int event) {
        return event & (1 << BITS) - 1;
    }
}
