package dev.weir.simulator.rules;

import dev.weir.balance.Balancer;
import dev.weir.service.Endpoint;
import dev.weir.service.Service;
import dev.weir.service.Tried;
import dev.weir.simulator.Balancing;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// The paper's weighted round robin: an endpoint's weight is its good answers per second of work done, looked at every few seconds,
/// so that all endpoints are busy to the same part of what they were allotted. Confined to one thread.
public final class WeightedByUse implements Balancer {
    private static final long EVERY_NANOS = 2_000_000_000;

    /// How much of the old weight stays.
    private static final double INERTIA = 0.5;

    private final Service service;
    private final Balancing.Reports reports;
    private final double[] weights;
    private final double[] credits;
    private final double[] doneBefore;
    private final long[] answeredBefore;
    private long nextNanos;

    public WeightedByUse(Service service, Balancing.Reports reports, RandomGenerator random) {
        int count = service.endpoints().size();
        this.service = service;
        this.reports = reports;
        this.weights = new double[count];
        this.credits = new double[count];
        this.doneBefore = new double[count];
        this.answeredBefore = new long[count];
        Arrays.fill(weights, 1);
        // Gateways neither begin with the same endpoint nor ask at the same moment.
        Arrays.setAll(credits, i -> random.nextDouble());
        this.nextNanos = random.nextLong(EVERY_NANOS);
    }

    private void weigh() {
        double[] fresh = new double[weights.length];
        double sum = 0;
        for (int i = 0; i < fresh.length; i++) {
            double done = reports.done(i);
            long answered = reports.answered(i);
            double work = done - doneBefore[i];
            // An endpoint that has done nothing must not weigh without end.
            double use = Math.max(1e-3, work);
            double good = answered - answeredBefore[i];
            fresh[i] = good == 0 ? weights[i] : good / use;
            doneBefore[i] = done;
            answeredBefore[i] = answered;
            sum += fresh[i];
        }
        for (int i = 0; i < fresh.length; i++) {
            weights[i] = INERTIA * weights[i] + (1 - INERTIA) * fresh[i] * fresh.length / sum;
        }
    }

    @Override
    public @Nullable Endpoint pick(long key, Tried tried, long nowNanos) {
        if (nowNanos >= nextNanos) {
            nextNanos = nowNanos + EVERY_NANOS;
            weigh();
        }
        Endpoint best = null;
        double total = 0;
        for (Endpoint each : service.members().usable()) {
            int place = each.position();
            credits[place] += weights[place];
            total += weights[place];
            if (!tried.contains(each)
                    && (best == null || credits[place] > credits[best.position()])) {
                best = each;
            }
        }
        if (best != null) {
            credits[best.position()] -= total;
        }
        return best;
    }
}
