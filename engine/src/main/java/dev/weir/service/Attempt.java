package dev.weir.service;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// One try to get the response from one endpoint, as those see it who learn from it: balancing, passive health, limits.
/// Used again and again; confined to one event loop. Times are nanoseconds of the loop's clock; 0 = did not happen.
public final class Attempt {
    /// How it went.
    public enum Outcome {
        /// Not known yet.
        OPEN,
        /// The head of an answer came; [#status] says which.
        ANSWERED,
        /// The answer began and broke off.
        CUT,
        /// No connection: refused, unreachable, or not accepted in time.
        CONNECT_FAILED,
        /// The connection broke, or closed, before an answer.
        RESET,
        /// The endpoint said that it has done nothing with the request, and will not (RFC 9113 §8.7).
        REFUSED,
        /// What came is not HTTP.
        BAD_ANSWER,
        /// No answer in time.
        TIMED_OUT,
        /// Nobody wants the answer any more: the client is gone, or another attempt was faster. Says nothing of the endpoint but
        /// that it took at least so long.
        CANCELLED,
        /// Weir had no descriptor or port to ask with, or no way to ask for a WebSocket. Says nothing of the endpoint.
        LACKED;

        /// Its name in metrics and traces: `connect-failed`.
        public String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    private @Nullable Endpoint endpoint;
    private Outcome outcome = Outcome.OPEN;
    private int status;
    private int othersInFlight;
    private long beganNanos;
    private long sentNanos;
    private long judgedNanos;
    private boolean uploading;

    /// Takes a place at an endpoint; to be given back by [#end].
    public void begin(Endpoint endpoint, long nowNanos) {
        this.endpoint = endpoint;
        outcome = Outcome.OPEN;
        status = 0;
        beganNanos = nowNanos;
        sentNanos = judgedNanos = 0;
        uploading = false;
        othersInFlight = endpoint.state().begin();
    }

    /// The request is on its way, as far as it is here, on a connection that stands. Again, when the last of it is.
    public void sent(long nowNanos) {
        sentNanos = nowNanos;
        uploading = false;
    }

    /// The rest of the request still comes from the client, so that the time until an answer is not the endpoint's alone.
    public void uploading() {
        uploading = true;
    }

    /// Whether the client had sent only a part of the request when it was known how it went.
    public boolean uploaded() {
        return !uploading;
    }

    /// The head of the final answer has come.
    public void answered(int status, long nowNanos) {
        this.status = status;
        judged(Outcome.ANSWERED, nowNanos);
    }

    /// It is known how it went. To be followed by telling those who learn.
    public void judged(Outcome outcome, long nowNanos) {
        this.outcome = outcome;
        judgedNanos = nowNanos;
    }

    /// Gives the place at the endpoint back.
    public void end() {
        endpoint().state().end();
    }

    /// Where it goes or went, until the next one begins.
    public Endpoint endpoint() {
        Endpoint here = endpoint;
        if (here == null) {
            throw new IllegalStateException("no attempt");
        }
        return here;
    }

    public Outcome outcome() {
        return outcome;
    }

    /// Of the final answer, or 0.
    public int status() {
        return status;
    }

    /// Requests in flight at the endpoint when this one came.
    public int othersInFlight() {
        return othersInFlight;
    }

    /// From sending, or from beginning if nothing was sent, until it was known how it went.
    public long latencyNanos() {
        return judgedNanos - (sentNanos == 0 ? beganNanos : sentNanos);
    }

    public long beganNanos() {
        return beganNanos;
    }

    public long judgedNanos() {
        return judgedNanos;
    }
}
