package dev.weir.simulator;

import dev.weir.balance.Balancer;
import dev.weir.balance.Balancers;
import dev.weir.service.Service;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/// Where a simulated gateway gets its balancers from. Thread-safe.
public interface Balancing {
    /// Weir's own, as the service's configuration says: the very code of the proxy.
    Balancing WEIR =
            (service, reports) -> {
                Balancers balancers = new Balancers(service);
                return random -> balancers.forLoop(random, new ReportProber(reports));
            };

    /// Called once for each gateway; the function once for each of its event loops.
    Function<RandomGenerator, Balancer> on(Service service, Reports reports);

    /// What endpoints tell those who ask: for rules that do not go by what one gateway sees alone.
    interface Reports {
        /// Whether an endpoint answers those who ask.
        boolean answers(int endpoint);

        /// Requests that an endpoint has from all gateways together.
        int inFlight(int endpoint);

        /// Seconds of a processor that it has used since the beginning.
        double done(int endpoint);

        /// Good answers that it has given since the beginning.
        long answered(int endpoint);

        /// How long answers took of late with as many requests there as now, in nanoseconds; 0 if none did.
        double latencyNanos(int endpoint);
    }
}
