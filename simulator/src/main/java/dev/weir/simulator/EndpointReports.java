package dev.weir.simulator;

import java.util.function.LongSupplier;

/// What the endpoints of a simulation tell those who ask. Confined to one thread.
///
/// @param nowNanos virtual time
record EndpointReports(Machine[] machines, Estimates estimates, LongSupplier nowNanos)
        implements Balancing.Reports {
    @Override
    public int inFlight(int endpoint) {
        return machines[endpoint].jobs();
    }

    @Override
    public double done(int endpoint) {
        return machines[endpoint].done(nowNanos.getAsLong());
    }

    @Override
    public long answered(int endpoint) {
        return estimates.answered(endpoint);
    }

    @Override
    public double latencyNanos(int endpoint) {
        return estimates.latencyNanos(endpoint, machines[endpoint].jobs());
    }
}
