package dev.weir;

import dev.weir.admin.Gateway;
import dev.weir.admin.Resource;
import dev.weir.admin.RuntimeState;
import dev.weir.admin.Steering;
import dev.weir.balance.Outlook;
import dev.weir.config.Origins;
import dev.weir.health.EndpointHealth;
import dev.weir.health.Health;
import dev.weir.listen.Listener;
import dev.weir.metrics.Tallies;
import dev.weir.runtime.Clock;
import dev.weir.runtime.HandOver;
import dev.weir.service.Endpoint;
import dev.weir.service.Orders;
import dev.weir.service.Service;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.Map;
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
            Changeover changeover,
            Vitals vitals,
            LiveExplainer explainer,
            Supplier<Resource.Phase> phase,
            Versions versions,
            Runnable drain,
            Replacement replacement) {}

    @Override
    public Setup setup() {
        Generation now = parts.changeover.now();
        Origins origins = now.origins();
        Steering.Version version = parts.versions.current();
        return new Setup(
                now.config(), origins, version.number(), version.since(), version.source());
    }

    @Override
    public Resource.Phase phase() {
        return parts.phase.get();
    }

    @Override
    public Collection<Listener> listeners() {
        return parts.changeover.now().listeners().values();
    }

    @Override
    public List<Service> services() {
        return parts.changeover.now().snapshot().services().stream().map(this::newest).toList();
    }

    /// A reload may take it away while somebody looks.
    private Service newest(Service service) {
        Renewal.Current now = renewal.find(service);
        return now == null ? service : now.service();
    }

    @Override
    public int waiting(Service service) {
        Renewal.Current now = renewal.find(service);
        return now == null ? 0 : now.shared().places().waiting();
    }

    @Override
    public Map<String, Outlook> outlooks(List<Service> services) {
        return parts.explainer.outlooks(services);
    }

    @Override
    public Optional<EndpointHealth> checked(Endpoint endpoint) {
        return health.checked(endpoint);
    }

    @Override
    public Tallies tallies() {
        return parts.vitals.tallies();
    }

    @Override
    public List<RuntimeState.LoopState> loops() {
        return parts.vitals.loops();
    }

    @Override
    public RuntimeState runtime() {
        return parts.vitals.runtime();
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
        return parts.changeover.order(
                service, endpoint, new Renewal.Order(mode, weight, clock.millis(), by));
    }

    @Override
    public boolean replaced() {
        return parts.replacement.underWay();
    }

    @Override
    public void drain(String by) {
        parts.drain.run();
    }

    @Override
    public HandOver.Outcome upgrade(String by) {
        return parts.replacement.begin(by);
    }

    @Override
    public Optional<Steering> steering() {
        return Optional.of(parts.versions);
    }
}
