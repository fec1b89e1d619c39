package dev.weir.bench.soak;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;

/// Which fault comes next, for how long, and with which randomness: every fault once in an order drawn by the seed,
/// then all again in another order. The same seed gives the same schedule. Confined to one thread.
final class Schedule {
    private static final int LEAST_MILLIS = 5_000;
    private static final int MOST_MILLIS = 8_000;

    /// The fault that every run must have, however short, comes among the first so many.
    private static final int FIRST = 3;

    private static final String NEVER_LEFT_OUT = "big";

    private final List<Fault> faults;
    private final Random random;
    private final Deque<Planned> round = new ArrayDeque<>();

    /// One fault to come.
    ///
    /// @param seed of the fault's own randomness
    record Planned(Fault fault, long millis, long seed) {
        SplittableRandom random() {
            return new SplittableRandom(seed);
        }
    }

    /// @param faults at least one
    Schedule(long seed, List<Fault> faults) {
        this.faults = List.copyOf(faults);
        this.random = new Random(seed);
    }

    Planned next() {
        if (round.isEmpty()) {
            List<Fault> order = new ArrayList<>(faults);
            Collections.shuffle(order, random);
            for (int i = FIRST; i < order.size(); i++) {
                if (order.get(i).name().equals(NEVER_LEFT_OUT)) {
                    Collections.swap(order, i, random.nextInt(FIRST));
                }
            }
            for (Fault fault : order) {
                long millis = random.nextInt(LEAST_MILLIS, MOST_MILLIS);
                round.add(new Planned(fault, millis, random.nextLong()));
            }
        }
        return round.remove();
    }
}
