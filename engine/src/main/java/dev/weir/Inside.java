package dev.weir;

import dev.weir.admin.Gateway;
import dev.weir.admin.Resource;
import dev.weir.admin.Steering;
import dev.weir.config.Origins;
import dev.weir.health.EndpointHealth;
import dev.weir.health.Health;
import dev.weir.listen.Listener;
import dev.weir.runtime.Clock;
import dev.weir.service.Endpoint;
import dev.weir.service.Orders;
import dev.weir.service.Service;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// The running process as the admin API sees and steers it. Thread-safe.
///
/// @param parts what it looks at, asked anew each time
record Inside(Process process, Clock clock, Health health, Renewal renewal, Parts parts)
        implements Gateway {

    /// What changes while the process runs. Each may be asked on any thread.
    ///
    /// @param began one moment on both clocks, so that another one is always the same
    record Parts(
            Instant began,
            long beganNanos,
            Supplier<WeirConfig> config,
            Origins origins,
            String source,
            Supplier<Resource.Phase> phase,
            Supplier<Collection<Listener>> listeners,
            Supplier<List<Service>> services,
            Runnable drain) {}

    @Override
    public Setup setup() {
        return new Setup(parts.config.get(), parts.origins, 1, process.since(), parts.source);
    }

    @Override
    public Resource.Phase phase() {
        return parts.phase.get();
    }

    @Override
    public Collection<Listener> listeners() {
        return parts.listeners.get();
    }

    @Override
    public List<Service> services() {
        return parts.services.get().stream().map(renewal::now).toList();
    }

    @Override
    public int waiting(Service service) {
        return renewal.waiting(service);
    }

    @Override
    public Optional<EndpointHealth> checked(Endpoint endpoint) {
        return health.checked(endpoint);
    }

    @Override
    public Instant when(long nanos) {
        return parts.began
                .plus(Duration.ofNanos(nanos - parts.beganNanos))
                .truncatedTo(ChronoUnit.MILLIS);
    }

    @Override
    public boolean order(
            Service service, Endpoint endpoint, Optional<Orders.Mode> mode, int weight, String by) {
        return renewal.order(
                service, endpoint, new Renewal.Order(mode, weight, clock.millis(), by));
    }

    @Override
    public void drain(String by) {
        parts.drain.run();
    }

    @Override
    public Optional<Steering> steering() {
        return Optional.empty();
    }
}
