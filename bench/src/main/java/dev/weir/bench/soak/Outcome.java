package dev.weir.bench.soak;

/// What became of a request, as its client saw it. Immutable.
///
/// @param answer what came, as far as it came
/// @param error what the client's system said, or empty
record Outcome(Kind kind, Answer answer, String error, long beganNanos, long endedNanos) {
    /// How it ended.
    enum Kind {
        /// An answer, from its first byte to its last.
        WHOLE,
        /// An answer that broke off.
        CUT,
        /// The connection ended before an answer.
        LOST,
        /// No answer within the client's patience.
        LATE,
        /// No connection.
        UNCONNECTED,
        /// The client itself broke off.
        ABANDONED
    }

    /// An answer.
    ///
    /// @param status 0 if there was none
    /// @param id of the request that it says it answers; empty in answers that Weir made
    /// @param length bytes of its body
    /// @param sha256 of its body
    /// @param saidLength what the endpoint said that it has
    /// @param saidSha256 what the endpoint said; empty in an answer to HEAD or where it came in a trailer that is missing
    /// @param retryAfter whether it says when to come again
    record Answer(
            int status,
            String id,
            long length,
            String sha256,
            long saidLength,
            String saidSha256,
            boolean retryAfter) {
        static final Answer NONE = new Answer(0, "", 0, "", 0, "", false);
    }

    int status() {
        return answer.status;
    }

    /// Whether Weir made the answer.
    boolean byWeir() {
        return kind == Kind.WHOLE && answer.id.isEmpty();
    }

    /// Whether it is what should become of the request when nothing is wrong.
    boolean good(Ask ask) {
        if (ask.abandoned()) {
            return kind == Kind.ABANDONED;
        }
        if (ask.refused()) {
            return byWeir() && status() / 100 == 4;
        }
        return kind == Kind.WHOLE && status() == 200 && !byWeir();
    }

    double millis() {
        return (endedNanos - beganNanos) / 1e6;
    }

    /// For the report: `200`, `503 by Weir`, `CUT`.
    String says() {
        return switch (kind) {
            case WHOLE -> status() + (byWeir() ? " by Weir" : "");
            case CUT -> "answer cut";
            case LOST -> "lost";
            case LATE -> "late";
            case UNCONNECTED -> "not connected";
            case ABANDONED -> "broken off by the client";
        };
    }
}
