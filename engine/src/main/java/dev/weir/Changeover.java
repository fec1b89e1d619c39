package dev.weir;

import dev.weir.config.Origins;
import dev.weir.discover.DiscoverConfig;
import dev.weir.discover.Discoveries;
import dev.weir.explain.Lane;
import dev.weir.explain.Recorder;
import dev.weir.forward.ServiceOnLoop;
import dev.weir.health.Health;
import dev.weir.listen.Listener;
import dev.weir.listen.Snapshot;
import dev.weir.listen.Worker;
import dev.weir.metrics.LoopTraffic;
import dev.weir.metrics.ReloadCount;
import dev.weir.observe.AccessLog;
import dev.weir.observe.LiveTail;
import dev.weir.runtime.Clock;
import dev.weir.runtime.Inherited;
import dev.weir.runtime.Transport;
import dev.weir.schema.ByteSize;
import dev.weir.schema.Problem;
import dev.weir.service.Endpoint;
import dev.weir.service.EndpointState;
import dev.weir.service.Service;
import dev.weir.tls.TlsFiles;
import dev.weir.trace.Tracing;
import io.netty.util.internal.PlatformDependent;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/// Puts a configuration in force, the first one as any later one: all of it or nothing.
///
/// 1. Everything is made that the configuration asks for and that does not run already; new addresses are bound, new services get
///    their first health checks. Whatever fails here is taken back, and what was in force stays.
/// 2. Each loop takes over, between two requests. A request ends by what it began with.
/// 3. What is not needed any more is let go: listeners accept no more and their connections end, checks and discoveries stop.
///
/// Services that stay as they are keep endpoints, connections, health and all that was learned; so do those of which only the list of
/// endpoints changes. Filters of the same settings in the same route keep what they count.
///
/// Thread-safe; may take seconds, and is called on no loop.
final class Changeover {
    private final WeirOptions options;
    private final Clock clock;
    private final Transport transport;
    private final Loops workers;
    private final Health health;
    private final Renewal renewal;
    private final Discoveries discoveries;
    private final TlsFiles tlsFiles;

    private final LiveTail tail;

    private final Map<Worker, Lane> lanes = new HashMap<>();

    /// What hears of exchanges that are over, by loop.
    private final Map<Worker, Ended> ended = new ConcurrentHashMap<>();

    private volatile Generation now = Generation.NONE;
    private volatile long memory;
    private final ReloadCount reloads = new ReloadCount();

    Changeover(
            WeirOptions options,
            Clock clock,
            Transport transport,
            Loops workers,
            Health health,
            Renewal renewal,
            Discoveries discoveries,
            Optional<Recorder> recorder) {
        this.options = options;
        this.clock = clock;
        this.transport = transport;
        this.workers = workers;
        this.health = health;
        this.renewal = renewal;
        this.discoveries = discoveries;
        this.tlsFiles = new TlsFiles(clock, options.events());
        this.tail = new LiveTail(clock);
        for (Worker worker : workers.all().values()) {
            Lane lane = recorder.map(Recorder::lane).orElse(null);
            if (lane != null) {
                lanes.put(worker, lane);
            }
            ended.put(worker, Ended.without(tail.lane(), lane, options.events()));
        }
    }

    /// What is in force.
    Generation now() {
        return now;
    }

    /// What is read for TLS.
    TlsFiles tlsFiles() {
        return tlsFiles;
    }

    /// How often another configuration was put in force, or could not be.
    ReloadCount reloads() {
        return reloads;
    }

    /// Where requests can be watched as they end.
    LiveTail tail() {
        return tail;
    }

    /// The `limits.memory` in force, in bytes.
    long memory() {
        return memory;
    }

    /// What else has to go well before a configuration can be put in force.
    interface Preparation {
        void run() throws IOException;
    }

    /// Puts a configuration in force.
    ///
    /// @param origins where its settings stand
    /// @param known what is known to be wrong with it
    /// @param inherited sockets that another process has bound
    /// @param also done when the addresses are bound
    /// @throws InvalidConfiguration with all that is wrong; nothing has changed
    /// @throws IOException if an address cannot be bound; nothing has changed
    /// @throws InterruptedException if the waiting thread is interrupted; nothing has changed
    synchronized void to(
            WeirConfig config,
            Origins origins,
            List<Problem> known,
            Inherited inherited,
            Preparation also)
            throws InvalidConfiguration, IOException, InterruptedException {
        boolean first = now == Generation.NONE;
        try {
            change(config, origins, known, inherited, also);
            count(first, true);
        } catch (InvalidConfiguration | IOException | RuntimeException | InterruptedException e) {
            count(first, false);
            throw e;
        }
    }

    /// A start is no reload, whatever comes of it.
    private void count(boolean first, boolean good) {
        if (!first) {
            reloads.count(good);
        }
    }

    private void change(
            WeirConfig config,
            Origins origins,
            List<Problem> known,
            Inherited inherited,
            Preparation also)
            throws InvalidConfiguration, IOException, InterruptedException {
        Assembly next = Assembly.of(config, known, now, renewal, options, clock);
        Generation before = now;
        Generation after;
        List<Listener> bound = new ArrayList<>();
        try {
            for (Listener listener : fresh(next.terms().keySet())) {
                listener.bind(transport, workers.group(), workers.all(), inherited);
                bound.add(listener);
            }
            also.run();
            begin(next);
            after = takeOver(next, origins);
        } catch (IOException | RuntimeException | InterruptedException e) {
            bound.forEach(Listener::close);
            next.fresh().keySet().forEach(this::forget);
            next.discard();
            throw e;
        }
        now = after;
        after.snapshot().services().forEach(Changeover::endOrders);
        next.terms().forEach(Listener::adopt);
        Heirloom.read(inherited.known()).forEach(this::heed);
        bound.forEach(
                listener -> {
                    workers.each(worker -> worker.serve(listener));
                    listener.accept();
                });
        letGo(before, after);
    }

    /// What the operator has said to the process before this one.
    private void heed(Heirloom.Said said) {
        for (Service service : current(now.snapshot().services())) {
            for (Endpoint endpoint : service.endpoints()) {
                if (service.name().equals(said.service())
                        && endpoint.name().equals(said.endpoint())) {
                    var _ =
                            renewal.order(
                                    service,
                                    endpoint,
                                    new Renewal.Order(
                                            Optional.of(said.mode()),
                                            said.weight(),
                                            said.sinceMillis(),
                                            "the process before"));
                }
            }
        }
    }

    /// Takes the operator's word on an endpoint. Waits while another configuration is put in force, which would not hear of it: what he said
    /// before is in what is being put in force.
    ///
    /// @return false if the endpoint has left
    synchronized boolean order(Service of, Endpoint endpoint, Renewal.Order order) {
        for (Service service : current(now.snapshot().services())) {
            for (Endpoint each : service.endpoints()) {
                if (service.name().equals(of.name()) && each.address().equals(endpoint.address())) {
                    return renewal.order(service, each, order);
                }
            }
        }
        return false;
    }

    /// What the operator has said of endpoints, for the process after this one.
    String orders() {
        return Heirloom.write(current(now.snapshot().services()));
    }

    private static void endOrders(Service service) {
        for (Endpoint endpoint : service.endpoints()) {
            EndpointState state = endpoint.state();
            state.orders(state.orders().withoutEnded(endpoint.weight()));
        }
    }

    /// Those that are to be bound, the ones without a port of their own last.
    private List<Listener> fresh(Collection<Listener> all) {
        return all.stream()
                .filter(listener -> !now.listeners().containsValue(listener))
                .sorted(Comparator.comparing(Listener::anyPort))
                .toList();
    }

    /// Looks for the endpoints of new services and at their health, and waits for the first news of both.
    private void begin(Assembly next) throws InterruptedException {
        List<Object> lists = new ArrayList<>();
        next.fresh().forEach(renewal::began);
        health.begin(next.fresh().keySet());
        for (Service service : next.fresh().keySet()) {
            DiscoverConfig discover = service.config().discover().orElse(null);
            if (discover != null) {
                discoveries.begin(service.line(), service.name(), discover);
                lists.add(service.line());
            }
        }
        if (!lists.isEmpty()) {
            var _ = discoveries.awaitFirst(lists, next.firstLists());
        }
        health.awaitFirstResults(next.fresh().keySet(), next.firstChecks());
    }

    /// Each loop takes over, or none does. Lists of endpoints wait meanwhile, so that a loop hears of them in the order in which they
    /// came.
    private Generation takeOver(Assembly next, Origins origins) {
        synchronized (renewal) {
            List<Service> lists =
                    next.renewed().stream().map(one -> renewal.now(one).service()).toList();
            try {
                next.renewed().forEach(service -> renewal.renew("reload", service));
                Generation after = next.generation(origins, current(next.snapshot().services()));
                adopt(after);
                return after;
            } catch (RuntimeException bug) {
                lists.forEach(service -> renewal.renew("reload undone", service));
                adopt(now);
                throw bug;
            }
        }
    }

    private List<Service> current(List<Service> services) {
        return services.stream().map(service -> renewal.now(service).service()).toList();
    }

    /// On all loops.
    private void adopt(Generation after) {
        // Looked up here: a loop that asked would wait for the lock that is held while it is waited
        // for.
        Map<Service, ServiceOnLoop.Shared> shared = new HashMap<>();
        for (Service service : after.snapshot().services()) {
            shared.put(service, renewal.now(service).shared());
        }
        LoopTraffic.Names names = after.names();
        memory = after.config().limits().memory().map(ByteSize::bytes).orElse(usual());
        Queue<RuntimeException> failed = new ConcurrentLinkedQueue<>();
        workers.each(
                worker -> {
                    try {
                        Ended hears =
                                Objects.requireNonNull(ended.get(worker))
                                        .with(after.accessLog(), after.logExport());
                        ended.put(worker, hears);
                        adopt(worker, after, shared, hears);
                        worker.loop().traffic().adopt(names);
                        worker.loop().pressure().limit(memory / workers.all().size());
                    } catch (RuntimeException bug) {
                        failed.add(bug);
                    }
                });
        RuntimeException bug = failed.poll();
        if (bug != null) {
            throw bug;
        }
    }

    /// On the worker's loop.
    private void adopt(
            Worker worker,
            Generation after,
            Map<Service, ServiceOnLoop.Shared> shared,
            Ended hears) {
        worker.adopt(
                after.snapshot(),
                (service, here) ->
                        onLoop(
                                worker,
                                Objects.requireNonNull(shared.get(service)),
                                service,
                                here,
                                after.snapshot()),
                hears);
        Lane inspection = lanes.get(worker);
        if (inspection != null) {
            worker.inspect(inspection);
        }
        worker.trace(after.tracing().map(one -> one.forLoop(worker.loop().random())).orElse(null));
    }

    private ServiceOnLoop onLoop(
            Worker worker,
            ServiceOnLoop.Shared shared,
            Service service,
            @Nullable ServiceOnLoop here,
            Snapshot snapshot) {
        return here != null
                        && here.service().continues(service)
                        && here.limits().equals(snapshot.limits())
                ? here
                : new ServiceOnLoop(
                        worker.loop(), service, shared, health, snapshot.limits(), transport);
    }

    private void letGo(Generation before, Generation after) {
        for (Listener listener : before.listeners().values()) {
            if (!after.listeners().containsValue(listener)) {
                listener.leave();
                workers.each(worker -> worker.leave(listener));
            }
        }
        for (Service service : before.snapshot().services()) {
            if (after.snapshot().services().stream().noneMatch(service::continues)) {
                forget(service);
            }
        }
        tlsFiles.watch(after.tls().values(), after.endpointTls().values());
        if (!before.accessLog().equals(after.accessLog())) {
            before.accessLog().ifPresent(AccessLog::close);
        }
        if (!before.logExport().equals(after.logExport())) {
            before.logExport().ifPresent(AccessLog::close);
        }
        if (!before.tracing().equals(after.tracing())) {
            before.tracing().ifPresent(Tracing::close);
        }
    }

    private void forget(Service service) {
        discoveries.forget(service.line());
        health.forget(service);
        renewal.forget(service);
    }

    /// Accepts no more.
    void closeListeners() {
        now.listeners().values().forEach(Listener::close);
    }

    /// Ends what was begun. To be called when no connection is left.
    void close() {
        tlsFiles.close();
        now.accessLog().ifPresent(AccessLog::close);
        now.logExport().ifPresent(AccessLog::close);
        now.tracing().ifPresent(Tracing::close);
    }

    /// Half of what the JVM may use of heap or direct memory, whichever is scarcer: the rest is for everything else, and for what
    /// allocators keep.
    private static long usual() {
        return Math.min(Runtime.getRuntime().maxMemory(), PlatformDependent.maxDirectMemory()) / 2;
    }
}
