package dev.weir.simulator;

import dev.weir.balance.Balancer;
import dev.weir.service.Service;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/// A way to balance, as a simulation tries it. Immutable.
interface Policy {
    /// Its name in tables.
    String name();

    /// What is said of the service for it to balance so.
    dev.weir.service.ServiceConfig said(dev.weir.service.ServiceConfig service);

    /// Made once for each gateway; the function once for each of its event loops.
    Function<RandomGenerator, Balancer> on(Service service, Reports reports);

    /// What endpoints tell those who ask: for rules that do not go by what the gateway sees alone.
    interface Reports {
        /// Requests that an endpoint has from all gateways together.
        int inFlight(int endpoint);

        /// Seconds of work that it has done since the beginning.
        double done(int endpoint);
    }
}
