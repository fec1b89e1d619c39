package dev.weir.simulator;

import dev.weir.schema.Key;
import dev.weir.schema.Percent;
import dev.weir.schema.Says;
import dev.weir.schema.Short;
import dev.weir.schema.Within;
import java.time.Duration;

/// How an endpoint's machine works off requests. Immutable.
@Says("How an endpoint's machine works off requests.")
public sealed interface Serves {
    /// How much work it gets done at best, in seconds of work per second.
    double capacity();

    @Short("a number of workers: `8`")
    static Serves of(int workers) {
        if (workers < 1) {
            throw new IllegalArgumentException("expected: at least 1 worker, for example 8");
        }
        return new Workers(workers, Workers.DEFAULTS.queue);
    }

    /// So many requests at a time, first come, first served.
    @Key("workers")
    @Says("So many requests at a time; others wait in the order they came.")
    record Workers(
            @Says("Requests that are worked on at the same time.")
                    @Within(min = "1", max = "1000000")
                    int count,
            @Says("Most requests that wait; one more is answered 503 at once.")
                    @Within(min = "0", max = "1000000000")
                    int queue)
            implements Serves {
        public static final Workers DEFAULTS = new Workers(8, 1_000_000_000);

        @Override
        public double capacity() {
            return count;
        }
    }

    /// Processor sharing with a guaranteed part of a machine, and more while the neighbours on that machine are quiet: the testbed
    /// of the Prequal paper (NSDI'24, §2 and §5.1).
    ///
    /// @param spare what is left over beside quiet neighbours, on average over those endpoints that have any, of what is allotted
    /// @param without the share of endpoints whose neighbours are never quiet
    @Key("shared")
    @Says(
            "All requests at once on an allotted part of a machine, and on more while the neighbours there are quiet.")
    record Shared(
            @Says("Processors allotted to the endpoint; a request uses one at most.")
                    @Within(min = "1", max = "100000")
                    int allotted,
            @Says("What quiet neighbours leave over, on average, of what is allotted.")
                    Percent spare,
            @Says("Share of endpoints whose neighbours are never quiet.") Percent without,
            @Says("How much slower these are, because neighbours fill caches and share cores.")
                    @Within(min = "0%", max = "99%")
                    Percent slowed,
            @Says("How long neighbours stay quiet, on average.") @Within(min = "1ms", max = "1h")
                    Duration quiet,
            @Says("How long neighbours stay busy, on average.") @Within(min = "1ms", max = "1h")
                    Duration busy)
            implements Serves {
        public static final Shared DEFAULTS =
                new Shared(
                        10,
                        Percent.of(100),
                        Percent.of(20),
                        Percent.of(35),
                        Duration.ofMillis(700),
                        Duration.ofMillis(300));

        /// The allotment: what is left over is a gift.
        @Override
        public double capacity() {
            return allotted;
        }
    }
}
