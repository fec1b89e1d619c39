package dev.weir.explain;

import dev.weir.schema.Says;
import java.time.Instant;
import java.util.List;

/// What became of a request that is kept: who asked, where it went, and how long each part of it took. Texts are empty where there is
/// nothing to say. Immutable.
public record Passage(
        @Says("The request id, as in the access log.") String id,
        @Says("When its first byte came.") Instant time,
        @Says("Why it is kept.") Kept kept,
        @Says("The client's address.") String client,
        @Says("The listener it came by.") String listener,
        @Says("Its method.") String method,
        @Says("The host it asked for.") String host,
        @Says("Path and query, without secrets.") String path,
        @Says("The version of HTTP.") String protocol,
        @Says("The answer's status; 0 if there was none.") int status,
        @Says("The route that took it.") String route,
        @Says("The service it went to.") String service,
        @Says("The endpoint of the last attempt.") String endpoint,
        @Says("How many attempts were made.") int attempts,
        @Says("Whether there was no other attempt because the retry budget was spent.")
                boolean retryBudgetSpent,
        @Says("Who ended it.") EndedBy endedBy,
        @Says("The reason of a failure, as in the access log.") String reason,
        @Says("What that reason means.") String says,
        @Says("Bytes of the request's body.") long bytesIn,
        @Says("Bytes of the answer's body.") long bytesOut,
        @Says("From the first byte to the end.") double totalMs,
        @Says("Its parts, in the order in which they began.") List<Span> spans) {
    public Passage {
        spans = List.copyOf(spans);
    }

    /// Why a request is kept.
    public enum Kept {
        /// It was one of the slowest of its route in its minute.
        SLOW,
        /// It was one of the first in its minute that failed so.
        FAILED,
        /// It was sent with a token that asks for it.
        ASKED
    }

    /// Who ended a request.
    public enum EndedBy {
        CLIENT,
        ENDPOINT,
        WEIR
    }

    /// What a part of a request's time is.
    public enum Part {
        /// From the first byte to the end of the head.
        HEAD,
        /// Filters, and the wait for a place at the service.
        QUEUE,
        /// An attempt that failed and was not the last.
        FAILED_ATTEMPT,
        /// The wait before the next attempt.
        PAUSE,
        /// Until there is a connection to the endpoint.
        CONNECT,
        /// From there to the first byte of the answer, or to the end if there was none.
        ENDPOINT,
        /// From the first byte of the answer to its end.
        ANSWER
    }

    /// A part of a request's time.
    public record Span(
            @Says("What it is.") Part part,
            @Says("The endpoint, if it is about one.") String endpoint,
            @Says("How it went wrong, if it did.") String reason,
            @Says("Where it begins, from the first byte of the request.") double fromMs,
            @Says("Where it ends.") double toMs) {}
}
