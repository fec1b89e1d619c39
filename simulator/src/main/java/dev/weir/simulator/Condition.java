package dev.weir.simulator;

/// What the faults of the moment make of one endpoint. Confined to one thread.
final class Condition {
    int slower = 1;
    double fails;
    boolean refuses;
    boolean hangs;

    void heal() {
        slower = 1;
        fails = 0;
        refuses = hangs = false;
    }

    /// Adds a fault; of several the worst counts.
    void suffer(FaultConfig fault) {
        slower = Math.max(slower, fault.slower());
        fails = Math.max(fails, fault.fails().fraction());
        refuses |= fault.refuses();
        hangs |= fault.hangs();
    }
}
