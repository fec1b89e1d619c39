package dev.weir.simulator;

import java.util.function.LongSupplier;

/// What the endpoints of a simulation tell those who ask. Confined to one thread.
///
/// @param nowNanos virtual time
record EndpointReports(Endpoints endpoints, LongSupplier nowNanos) implements Balancing.Reports {
    @Override
    public boolean answers(int endpoint) {
        Condition condition = endpoints.conditions[endpoint];
        return !condition.refuses && !condition.hangs;
    }

    @Override
    public int inFlight(int endpoint) {
        return endpoints.machines[endpoint].jobs();
    }

    @Override
    public double done(int endpoint) {
        return endpoints.machines[endpoint].done(nowNanos.getAsLong());
    }

    @Override
    public long answered(int endpoint) {
        return endpoints.estimates.answered(endpoint);
    }

    @Override
    public double latencyNanos(int endpoint) {
        return endpoints.estimates.latencyNanos(endpoint, endpoints.machines[endpoint].jobs());
    }
}
