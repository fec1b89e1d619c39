package dev.weir.fault;

import java.time.Duration;

/// A request that a client of [Traffic] sent, and what became of it.
///
/// @param atNanos when it was sent
/// @param took    until its answer was whole, or it was clear that none comes
record Sent(int id, String method, long atNanos, Duration took, Ending ending) {
    sealed interface Ending {
        /// A whole answer with its own id, and if it is a 200 with exactly its own bytes.
        ///
        /// @param endpoint   who answered, or empty
        /// @param retryAfter whether it says when to come again
        record Answered(int status, String endpoint, boolean retryAfter) implements Ending {}

        /// The head of an answer, and then less than it announced.
        record Cut(String why) implements Ending {}

        /// No answer, or none in time.
        record Lost(String why) implements Ending {}

        /// Another's answer, or one with other bytes.
        record Wrong(String why) implements Ending {}
    }

    /// Whether it can be sent twice without harm.
    boolean idempotent() {
        return !method.equals("POST");
    }

    boolean ok() {
        return status() == 200;
    }

    /// The status, or 0 without a whole answer.
    int status() {
        return ending instanceof Ending.Answered answered ? answered.status() : 0;
    }

    /// Who answered, or empty.
    String endpoint() {
        return ending instanceof Ending.Answered answered ? answered.endpoint() : "";
    }
}
