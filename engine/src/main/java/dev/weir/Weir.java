package dev.weir;

import dev.weir.admin.Admin;
import dev.weir.admin.AdminConfig;
import dev.weir.admin.Gateway;
import dev.weir.admin.Resource;
import dev.weir.admin.SocketPlace;
import dev.weir.config.ConfigFile;
import dev.weir.config.Origins;
import dev.weir.config.ProblemReport;
import dev.weir.config.Reading;
import dev.weir.discover.DiscoverConfig;
import dev.weir.discover.Discoveries;
import dev.weir.exchange.Exchange;
import dev.weir.forward.ServiceOnLoop;
import dev.weir.health.Health;
import dev.weir.listen.Listener;
import dev.weir.listen.Snapshot;
import dev.weir.listen.Worker;
import dev.weir.observe.AccessLog;
import dev.weir.observe.EventRing;
import dev.weir.observe.Events;
import dev.weir.runtime.Clock;
import dev.weir.runtime.Loop;
import dev.weir.runtime.Transport;
import dev.weir.schema.ByteSize;
import dev.weir.schema.Problem;
import dev.weir.service.Service;
import dev.weir.tls.TlsFiles;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.internal.PlatformDependent;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/// Weir, running:
///
/// ```java
/// try (Weir weir = Weir.start(Path.of("weir.yaml"))) {
///     URI.create("http://localhost:" + weir.port("web") + "/");
/// }
/// ```
///
/// Thread-safe. All methods may block; none is called on an event loop.
public final class Weir implements AutoCloseable {
    private static final Duration CUT_WITHIN = Duration.ofSeconds(2);

    private final WeirConfig config;
    private final Transport transport;
    private final MultiThreadIoEventLoopGroup loops;
    private final Map<EventLoop, Worker> workers;
    private final Map<String, Listener> listeners;
    private final Health health;
    private final Optional<Discoveries> discoveries;
    private final Optional<AccessLog> accessLog;
    private final TlsFiles tlsFiles;
    private volatile Resource.Phase phase = Resource.Phase.STARTING;
    private volatile Optional<Admin> admin = Optional.empty();
    private volatile boolean closed;
    private int cut;

    private Weir(
            WeirConfig config,
            Transport transport,
            MultiThreadIoEventLoopGroup loops,
            Map<EventLoop, Worker> workers,
            Map<String, Listener> listeners,
            Health health,
            Optional<Discoveries> discoveries,
            Optional<AccessLog> accessLog,
            TlsFiles tlsFiles) {
        this.config = config;
        this.transport = transport;
        this.loops = loops;
        this.workers = workers;
        this.listeners = listeners;
        this.health = health;
        this.discoveries = discoveries;
        this.accessLog = accessLog;
        this.tlsFiles = tlsFiles;
    }

    /// Starts what a file says. It serves when this returns.
    ///
    /// @throws InvalidConfiguration with all mistakes; nothing was started
    /// @throws IOException if an address cannot be bound; nothing was started
    public static Weir start(Path file) throws InvalidConfiguration, IOException {
        return switch (ConfigFile.read(file, System::getenv)) {
            case Reading.Loaded loaded ->
                    start(loaded, WeirOptions.DEFAULTS.withDirectory(loaded.directory()));
            case Reading.Refused refused ->
                    throw new InvalidConfiguration(
                            new ProblemReport(refused.sources(), false)
                                    .render(refused.problems(), "nothing was started."),
                            refused.problems());
        };
    }

    /// Starts what Java code says. It serves when this returns.
    public static Weir start(WeirConfig config) throws InvalidConfiguration, IOException {
        return start(config, WeirOptions.DEFAULTS);
    }

    /// Starts. It serves when this returns: endpoints with health checks have had a first one, or
    /// were given the time for it.
    ///
    /// @throws InvalidConfiguration with all mistakes; nothing was started
    /// @throws IOException if an address cannot be bound; nothing was started
    /// @throws IllegalArgumentException if a transport is asked for that this machine does not offer
    public static Weir start(WeirConfig config, WeirOptions options)
            throws InvalidConfiguration, IOException {
        return start(config, Origins.NONE, ConfigFile.validate(config), options);
    }

    /// Starts what was read from a file, as [#start(WeirConfig, WeirOptions)] does, and does not look for its mistakes a second
    /// time.
    ///
    /// @throws InvalidConfiguration with what only a start can find; nothing was started
    /// @throws IOException if an address cannot be bound; nothing was started
    /// @throws IllegalArgumentException if a transport is asked for that this machine does not offer
    public static Weir start(Reading.Loaded read, WeirOptions options)
            throws InvalidConfiguration, IOException {
        return start(read.config(), read.origins(), List.of(), options);
    }

    private static Weir start(
            WeirConfig config, Origins origins, List<Problem> known, WeirOptions asked)
            throws InvalidConfiguration, IOException {
        Clock clock = Clock.system();
        Optional<EventRing> ring =
                admin(config, asked).on()
                        ? Optional.of(new EventRing(asked.events(), clock))
                        : Optional.empty();
        WeirOptions options = ring.map(asked::withEvents).orElse(asked);
        Transport transport = Transport.choose(options.transport());
        Assembly assembly = Assembly.of(config, known, options, clock);
        Optional<AccessLog> accessLog = assembly.accessLog();
        SplittableRandom random = new SplittableRandom(new SecureRandom().nextLong());
        Health health =
                Health.start(
                        assembly.snapshot().services(), options.events(), clock, random.split());
        MultiThreadIoEventLoopGroup loops =
                new MultiThreadIoEventLoopGroup(
                        options.loops() > 0
                                ? options.loops()
                                : Runtime.getRuntime().availableProcessors(),
                        transport.handler());
        long memory = config.limits().memory().map(ByteSize::bytes).orElseGet(Weir::usualMemory);
        Map<EventLoop, Worker> workers = new IdentityHashMap<>();
        for (EventExecutor executor : loops) {
            EventLoop loop = (EventLoop) executor;
            workers.put(
                    loop,
                    worker(
                            new Loop(loop, clock, random.split(), memory / loops.executorCount()),
                            assembly,
                            health,
                            transport,
                            accessLog,
                            options.events()));
        }
        Map<String, Listener> listeners = new LinkedHashMap<>();
        Renewal renewal = new Renewal(workers, health, options.events());
        Optional<Discoveries> discoveries = discoveries(assembly, renewal, options.events(), clock);
        Weir weir =
                new Weir(
                        config,
                        transport,
                        loops,
                        workers,
                        listeners,
                        health,
                        discoveries,
                        accessLog,
                        assembly.tlsFiles());
        try {
            if (ring.isPresent()) {
                weir.openAdmin(
                        ring.get(),
                        options,
                        weir.inside(
                                origins, assembly.snapshot().services(), renewal, options, clock));
            }
            if (discoveries.isPresent()) {
                var _ = discoveries.get().awaitFirst(assembly.firstLists());
            }
            health.awaitFirstResults(assembly.firstChecks());
            for (Listener listener : assembly.listeners()) {
                workers.values().forEach(worker -> worker.serve(listener));
                listener.bind(transport, loops, workers);
                listeners.put(listener.name(), listener);
            }
            weir.phase = Resource.Phase.SERVING;
        } catch (IOException | RuntimeException e) {
            weir.close();
            throw e;
        } catch (InterruptedException e) {
            weir.close();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while starting", e);
        }
        return weir;
    }

    private static AdminConfig admin(WeirConfig config, WeirOptions options) {
        return config.admin().orElse(options.usualAdmin() ? AdminConfig.DEFAULTS : AdminConfig.OFF);
    }

    private Inside inside(
            Origins origins,
            List<Service> services,
            Renewal renewal,
            WeirOptions options,
            Clock clock) {
        return new Inside(
                new Gateway.Process(options.version(), transport.name(), clock.now()),
                clock,
                health,
                renewal,
                new Inside.Parts(
                        clock.now(),
                        clock.nanos(),
                        () -> config,
                        origins,
                        origins.equals(Origins.NONE) ? "Java code" : origins.at("weir").file(),
                        () -> phase,
                        () ->
                                phase == Resource.Phase.STARTING
                                        ? List.of()
                                        : List.copyOf(listeners.values()),
                        () -> services,
                        options.stop().orElse(this::drainAside)));
    }

    private void openAdmin(EventRing ring, WeirOptions options, Inside inside) throws IOException {
        admin =
                Optional.of(
                        Admin.start(
                                admin(config, options),
                                config.admin().isPresent(),
                                SocketPlace.usual(System::getenv),
                                options.directory(),
                                new Admin.Rooms(
                                        inside,
                                        ring,
                                        inside.clock(),
                                        Optional.empty(),
                                        List.of())));
    }

    /// Drains while whoever asked for it goes on.
    private void drainAside() {
        Thread.ofVirtual()
                .name("weir-drain")
                .start(
                        () -> {
                            try {
                                var _ = drain();
                            } catch (InterruptedException _) {
                                Thread.currentThread().interrupt();
                            }
                        });
    }

    /// The admin API, if there is one.
    public Optional<Admin> admin() {
        return admin;
    }

    private static Optional<Discoveries> discoveries(
            Assembly assembly, Renewal renewal, Events events, Clock clock) {
        List<Service> services = assembly.snapshot().services();
        for (int i = 0; i < services.size(); i++) {
            renewal.began(i, services.get(i), assembly.shared(services.get(i)));
        }
        Map<String, DiscoverConfig> discovered = assembly.discovered();
        if (discovered.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                Discoveries.start(discovered, renewal::renew, events, clock, new SecureRandom()));
    }

    /// Half of what the JVM may use of heap or direct memory, whichever is scarcer: the rest is for everything else, and for what
    /// allocators keep.
    private static long usualMemory() {
        return Math.min(Runtime.getRuntime().maxMemory(), PlatformDependent.maxDirectMemory()) / 2;
    }

    private static Worker worker(
            Loop loop,
            Assembly assembly,
            Health health,
            Transport transport,
            Optional<AccessLog> accessLog,
            Events events) {
        Snapshot snapshot = assembly.snapshot();
        List<ServiceOnLoop> services =
                snapshot.services().stream()
                        .map(
                                service ->
                                        new ServiceOnLoop(
                                                loop,
                                                service,
                                                assembly.shared(service),
                                                health,
                                                snapshot.limits(),
                                                transport))
                        .toList();
        Consumer<Exchange> ended =
                accessLog.map(log -> written(log.lane(), events)).orElse(_ -> {});
        return new Worker(loop, snapshot, services, ended);
    }

    /// A line that cannot be written is a bug, and no reason to lose an answer.
    private static Consumer<Exchange> written(AccessLog.Lane lane, Events events) {
        return exchange -> {
            try {
                lane.write(exchange);
            } catch (RuntimeException e) {
                events.say("internal error in the access log, request " + exchange.id() + ": " + e);
            }
        };
    }

    /// The port that a listener has, for `listen: 0` the one it was given.
    ///
    /// @throws IllegalArgumentException if no listener has this name
    public int port(String listener) {
        Listener found = listeners.get(listener);
        if (found == null) {
            throw new IllegalArgumentException(
                    "no listener is called " + listener + "; there are " + listeners.keySet());
        }
        return found.address().getPort();
    }

    /// Where each listener listens, in the order of the configuration.
    public Map<String, InetSocketAddress> addresses() {
        Map<String, InetSocketAddress> addresses = new LinkedHashMap<>();
        listeners.forEach((name, listener) -> addresses.put(name, listener.address()));
        return addresses;
    }

    /// What it runs on.
    public Transport transport() {
        return transport;
    }

    /// Stops in order: every answer from now on ends its connection; after `drain.delay` nothing new is accepted and
    /// idle connections close; requests in flight have `drain.timeout`, then they are cut.
    ///
    /// @return whether nothing was cut
    /// @throws InterruptedException if the waiting thread is interrupted; Weir then still runs
    public boolean drain() throws InterruptedException {
        phase = Resource.Phase.DRAINING;
        onEveryLoop(Worker::drain);
        TimeUnit.NANOSECONDS.sleep(config.drain().delay().toNanos());
        listeners.values().forEach(Listener::close);
        onEveryLoop(Worker::closeIdle);
        long deadline = System.nanoTime() + config.drain().timeout().toNanos();
        while (!closed && connected() && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
        return stop() == 0;
    }

    /// Connections close on their loops, which must not end before.
    private void awaitClosed() {
        long deadline = System.nanoTime() + CUT_WITHIN.toNanos();
        try {
            while (connected() && System.nanoTime() < deadline) {
                TimeUnit.MILLISECONDS.sleep(5);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean connected() {
        AtomicInteger open = new AtomicInteger();
        onEveryLoop(
                worker -> {
                    if (worker.hasConnections()) {
                        open.incrementAndGet();
                    }
                });
        return open.get() > 0;
    }

    /// Cuts what is in flight and releases everything. Does nothing the second time.
    @Override
    public void close() {
        stop();
    }

    /// Returns how many requests were cut, also when somebody else has stopped it.
    private synchronized int stop() {
        if (closed) {
            return cut;
        }
        closed = true;
        listeners.values().forEach(Listener::close);
        AtomicInteger busy = new AtomicInteger();
        onEveryLoop(
                worker -> {
                    busy.addAndGet(worker.cut());
                    worker.close();
                });
        awaitClosed();
        discoveries.ifPresent(Discoveries::close);
        health.close();
        var _ =
                loops.shutdownGracefully(0, CUT_WITHIN.toMillis(), TimeUnit.MILLISECONDS)
                        .awaitUninterruptibly(CUT_WITHIN.toMillis() * 2);
        tlsFiles.close();
        accessLog.ifPresent(AccessLog::close);
        admin.ifPresent(Admin::close);
        cut = busy.get();
        return cut;
    }

    /// Runs something on every loop and waits for it.
    private void onEveryLoop(Consumer<Worker> action) {
        CountDownLatch done = new CountDownLatch(workers.size());
        workers.forEach(
                (loop, worker) -> {
                    try {
                        loop.execute(
                                () -> {
                                    try {
                                        action.accept(worker);
                                    } finally {
                                        done.countDown();
                                    }
                                });
                    } catch (RejectedExecutionException _) {
                        // The loop has ended, and with it everything on it.
                        done.countDown();
                    }
                });
        try {
            var _ = done.await(CUT_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
