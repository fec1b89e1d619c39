package dev.weir.simulator;

import dev.weir.balance.ProbeAnswer;
import dev.weir.balance.Prober;
import dev.weir.service.Endpoint;

/// Asks the endpoints of a simulation, which answer at once, or never. Confined to one thread.
///
/// @param reports what they tell
record ReportProber(Balancing.Reports reports) implements Prober {
    @Override
    public boolean ask(Endpoint endpoint, Answers answers, long nowNanos) {
        int place = endpoint.position();
        if (!reports.answers(place)) {
            answers.unanswered(endpoint, "it does not answer", nowNanos);
            return true;
        }
        double latency = reports.latencyNanos(place);
        answers.answered(
                endpoint,
                new ProbeAnswer(
                        reports.inFlight(place),
                        latency == 0 ? ProbeAnswer.UNKNOWN : (long) latency),
                nowNanos);
        return true;
    }
}
