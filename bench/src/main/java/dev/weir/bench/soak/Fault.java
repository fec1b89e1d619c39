package dev.weir.bench.soak;

import java.util.SplittableRandom;

/// Something that goes wrong for a while, and what may become of requests meanwhile. Immutable.
///
/// @param row of the fault matrix
/// @param name as `--faults` takes it
/// @param does what goes wrong, for the report
record Fault(int row, String name, String does, Act act, Allowed allowed) {
    /// Makes it go wrong, and right again.
    @FunctionalInterface
    interface Act {
        /// Returns when the fault is over.
        ///
        /// @param random the only source of chance
        /// @param millis how long it is to last
        /// @return what it saw itself, or an empty text
        String go(Stage stage, SplittableRandom random, long millis) throws Exception;
    }

    /// Which bad ends of requests belong to the fault.
    @FunctionalInterface
    interface Allowed {
        /// None: requests do not notice.
        Allowed NOTHING = (_, _) -> false;

        boolean of(Ask ask, Outcome outcome);

        /// What this allows, and what that does.
        default Allowed or(Allowed other) {
            return (ask, outcome) -> of(ask, outcome) || other.of(ask, outcome);
        }

        /// An answer of Weir's own with this status, from this service.
        static Allowed byWeir(String service, int status) {
            return (ask, outcome) ->
                    ask.service().equals(service) && outcome.byWeir() && outcome.status() == status;
        }

        /// The same, but only for what may not be sent a second time.
        static Allowed byWeirOnce(String service, int status) {
            Allowed any = byWeir(service, status);
            return (ask, outcome) -> !ask.repeatable() && any.of(ask, outcome);
        }

        /// An answer that had begun and was cut; a request that was pipelined behind it is lost with it.
        static Allowed cut(String service) {
            return (ask, outcome) ->
                    ask.service().equals(service) && outcome.kind() == Outcome.Kind.CUT
                            || lostBehind(ask, outcome);
        }

        /// No room: 503, and the connection closes, so that what was pipelined behind it is lost.
        static Allowed overloaded() {
            return (ask, outcome) ->
                    outcome.byWeir() && outcome.status() == 503 || lostBehind(ask, outcome);
        }

        private static boolean lostBehind(Ask ask, Outcome outcome) {
            return ask.way() == Ask.Way.PIPELINED && outcome.kind() == Outcome.Kind.LOST;
        }
    }
}
