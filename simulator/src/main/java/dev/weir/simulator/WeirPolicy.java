package dev.weir.simulator;

import dev.weir.balance.Balance;
import dev.weir.balance.Balancer;
import dev.weir.balance.Balancers;
import dev.weir.service.Service;
import dev.weir.service.ServiceConfig;
import java.util.Locale;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/// One of Weir's own policies, run by the engine's own code. Immutable.
record WeirPolicy(String name, Balance balance) implements Policy {
    WeirPolicy(Balance balance) {
        this(balance.name().toLowerCase(Locale.ROOT).replace('_', '-'), balance);
    }

    @Override
    public ServiceConfig said(ServiceConfig service) {
        return service.withBalance(balance);
    }

    @Override
    public Function<RandomGenerator, Balancer> on(Service service, Reports reports) {
        return new Balancers(service)::forLoop;
    }
}
