package dev.weir.balance;

import dev.weir.service.Attempt;
import dev.weir.service.Endpoint;

/// The latency to be expected: [PeakLatencies] × (requests in flight + 1), for the weight, times the attempts that a success
/// costs ([Failures]). An endpoint of which nothing is known comes first while it is idle, so that one request finds out, and
/// counts as one of 30 ms until then.
///
/// Idle endpoints are compared by latency alone, because choices draw by weight already: were an idle one's load for its
/// weight too, the heaviest of a quiet service would get every request.
///
/// Confined to one event loop; what loops share is passed in.
final class PeakEwma implements Metric {
    static final float UNKNOWN_NANOS = 30e6f;

    private final PeakLatencies latencies;
    private final Failures failures;
    private final Neglect neglect;
    private final double heaviest;

    /// @param heaviest the largest weight of the service
    PeakEwma(PeakLatencies latencies, Failures failures, Neglect neglect, int heaviest) {
        this.latencies = latencies;
        this.failures = failures;
        this.neglect = neglect;
        this.heaviest = heaviest;
    }

    Neglect neglect() {
        return neglect;
    }

    @Override
    public double load(Endpoint endpoint, long nowNanos) {
        int position = endpoint.position();
        long known = latencies.known(position);
        boolean nothing = known == Stamped.NOTHING;
        int inFlight = endpoint.state().inFlight();
        double attempts = failures.factor(position, nowNanos);
        if (nothing && inFlight <= 0 && attempts <= 1) {
            return 0;
        }
        double cost =
                (nothing ? UNKNOWN_NANOS : Stamped.value(known))
                        * neglect.left(
                                position,
                                nothing ? Long.MAX_VALUE : Stamped.age(known, nowNanos),
                                nowNanos)
                        * attempts;
        return inFlight <= 0 ? cost / heaviest : cost * (inFlight + 1) / endpoint.weight();
    }

    @Override
    public void picked(Endpoint endpoint, long nowNanos) {
        neglect.asked(endpoint.position(), nowNanos);
    }

    /// A failure or a cancelled attempt never makes an endpoint look fast, but one that took long is known to be slow.
    @Override
    public void learn(Attempt attempt) {
        failures.learn(attempt);
        switch (attempt.outcome()) {
            case ANSWERED, CONNECT_FAILED, RESET, BAD_ANSWER, TIMED_OUT, CANCELLED ->
                    latencies.sample(
                            attempt.endpoint().position(),
                            attempt.latencyNanos(),
                            attempt.outcome() == Attempt.Outcome.ANSWERED && attempt.status() < 500,
                            attempt.judgedNanos());
            case OPEN, CUT, REFUSED, LACKED -> {}
        }
    }

    @Override
    public String rule() {
        return "the lower latency for its requests in flight";
    }

    @Override
    public String score(Endpoint endpoint, long nowNanos) {
        return Outlook.millis(load(endpoint, nowNanos));
    }

    @Override
    public String says(Endpoint endpoint, long nowNanos) {
        int position = endpoint.position();
        long known = latencies.known(position);
        int inFlight = Math.max(0, endpoint.state().inFlight());
        double attempts = failures.factor(position, nowNanos);
        if (known == Stamped.NOTHING && inFlight == 0 && attempts <= 1) {
            return "nothing is known of it, so one request finds out";
        }
        String latency =
                known == Stamped.NOTHING
                        ? Outlook.millis(UNKNOWN_NANOS) + " until it is known"
                        : "peak EWMA " + Outlook.millis(Stamped.value(known));
        return "cost %s: %s%s"
                .formatted(
                        score(endpoint, nowNanos),
                        latency,
                        attempts > 1 ? " × %.1f attempts per success".formatted(attempts) : "");
    }
}
