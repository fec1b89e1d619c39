package dev.weir;

import dev.weir.admin.Admin;
import dev.weir.admin.AdminConfig;
import dev.weir.admin.Gateway;
import dev.weir.admin.Operation;
import dev.weir.admin.Resource;
import dev.weir.admin.SocketPlace;
import dev.weir.admin.Steering;
import dev.weir.config.ConfigFile;
import dev.weir.config.Origins;
import dev.weir.config.ProblemReport;
import dev.weir.config.Reading;
import dev.weir.discover.Discoveries;
import dev.weir.explain.ExplainOperations;
import dev.weir.explain.Recorder;
import dev.weir.health.Health;
import dev.weir.listen.Listener;
import dev.weir.listen.Worker;
import dev.weir.metrics.MetricsPage;
import dev.weir.observe.AccessLog;
import dev.weir.observe.EventRing;
import dev.weir.runtime.Clock;
import dev.weir.runtime.DrainConfig;
import dev.weir.runtime.HandOver;
import dev.weir.runtime.Inherited;
import dev.weir.runtime.Loop;
import dev.weir.runtime.LoopWatch;
import dev.weir.runtime.Transport;
import dev.weir.schema.HostPort;
import dev.weir.schema.Problem;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

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
    private static final Duration ADMIN_WITHIN = Duration.ofSeconds(5);
    private static final Duration SUCCESSOR_WITHIN = Duration.ofSeconds(60);
    private static final Duration FAREWELL = Duration.ofSeconds(1);

    private final Clock clock;
    private final Transport transport;
    private final MultiThreadIoEventLoopGroup loops;
    private final Loops workers;
    private final Health health;
    private final Renewal renewal;
    private final Discoveries discoveries;
    private final Changeover changeover;
    private final LoopWatch watch;
    private final Versions versions;
    private final LiveExplainer explainer;
    private final Optional<Recorder> recorder;
    private @Nullable MetricsPage metrics;
    private volatile Resource.Phase phase = Resource.Phase.STARTING;
    private volatile Optional<Admin> admin = Optional.empty();
    private volatile boolean closed;
    private int cut;

    /// With nothing in force yet.
    ///
    /// @param records whether somebody can ask what became of requests
    private Weir(WeirOptions options, Transport transport, Clock clock, boolean records) {
        SplittableRandom random = new SplittableRandom(new SecureRandom().nextLong());
        this.clock = clock;
        this.transport = transport;
        this.health = Health.start(List.of(), options.events(), clock, random.split());
        int count =
                options.loops() > 0 ? options.loops() : Runtime.getRuntime().availableProcessors();
        this.loops = new MultiThreadIoEventLoopGroup(count, transport.handler());
        Map<EventLoop, Worker> all = new IdentityHashMap<>();
        for (EventExecutor executor : loops) {
            EventLoop loop = (EventLoop) executor;
            Loop own = new Loop(loop, clock, random.split(), Long.MAX_VALUE);
            all.put(loop, new Worker(own, Generation.NONE.snapshot(), List.of(), _ -> {}));
        }
        this.workers = new Loops(all);
        this.renewal = new Renewal(all, health, options.events());
        this.discoveries =
                new Discoveries(renewal::renew, options.events(), clock, new SecureRandom());
        this.explainer = new LiveExplainer(this::inForce, workers);
        this.recorder = records ? Optional.of(explainer.recorder(clock)) : Optional.empty();
        this.changeover =
                new Changeover(
                        options,
                        clock,
                        transport,
                        loops,
                        workers,
                        health,
                        renewal,
                        discoveries,
                        recorder);
        this.versions = new Versions(changeover, options, clock);
        this.watch = LoopWatch.start(List.copyOf(all.keySet()), clock, options.events());
    }

    private Generation inForce() {
        return changeover.now();
    }

    /// Starts what a file says. It serves when this returns.
    ///
    /// @throws InvalidConfiguration with all mistakes; nothing was started
    /// @throws IOException if an address cannot be bound; nothing was started
    public static Weir start(Path file) throws InvalidConfiguration, IOException {
        return switch (ConfigFile.read(file, System::getenv)) {
            case Reading.Loaded loaded ->
                    start(
                            loaded,
                            WeirOptions.DEFAULTS.withDirectory(loaded.directory()).withFile(file));
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
        Weir weir = start(config, Origins.NONE, ConfigFile.validate(config), options);
        weir.versions.said(config);
        return weir;
    }

    /// Starts what was read from a file, as [#start(WeirConfig, WeirOptions)] does, and does not look for its mistakes a second
    /// time.
    ///
    /// @throws InvalidConfiguration with what only a start can find; nothing was started
    /// @throws IOException if an address cannot be bound; nothing was started
    /// @throws IllegalArgumentException if a transport is asked for that this machine does not offer
    public static Weir start(Reading.Loaded read, WeirOptions options)
            throws InvalidConfiguration, IOException {
        Weir weir = start(read.config(), read.origins(), List.of(), options);
        weir.versions.read(read);
        return weir;
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
        Weir weir = new Weir(options, transport, clock, ring.isPresent());
        Optional<Path> from = options.takeOver();
        try (Inherited inherited =
                from.isPresent() ? Inherited.from(from.get(), transport) : Inherited.NONE) {
            weir.changeover.to(
                    config,
                    origins,
                    known,
                    inherited,
                    () -> {
                        // The one before still has the address of the admin API.
                        if (ring.isPresent() && from.isEmpty()) {
                            weir.openAdmin(config, ring.get(), options);
                        }
                    });
            weir.phase = Resource.Phase.SERVING;
            if (from.isPresent()) {
                HandOver.serves(from.get());
                if (ring.isPresent()) {
                    weir.openAdminAfterTheOther(config, ring.get(), options);
                }
            }
        } catch (InvalidConfiguration | IOException | RuntimeException e) {
            weir.close();
            throw e;
        } catch (InterruptedException e) {
            weir.close();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while starting", e);
        }
        return weir;
    }

    /// Puts another configuration in force, all of it or nothing: on return, every request that begins knows nothing but the new one,
    /// and those under way end by the one before. What stays as it was goes on: sockets, connections, health, what was learned and
    /// counted.
    ///
    /// @throws InvalidConfiguration with all mistakes; nothing has changed
    /// @throws IOException if an address cannot be bound; nothing has changed
    /// @throws InterruptedException if the waiting thread is interrupted; nothing has changed
    public void reload(WeirConfig config)
            throws InvalidConfiguration, IOException, InterruptedException {
        changeover.to(config, Origins.NONE, ConfigFile.validate(config), Inherited.NONE, () -> {});
        versions.said(config);
    }

    /// Puts what was read from a file in force, as [#reload(WeirConfig)] does, and does not look for its mistakes a second time.
    ///
    /// @throws InvalidConfiguration with what only a start can find; nothing has changed
    /// @throws IOException if an address cannot be bound; nothing has changed
    /// @throws InterruptedException if the waiting thread is interrupted; nothing has changed
    public void reload(Reading.Loaded read)
            throws InvalidConfiguration, IOException, InterruptedException {
        changeover.to(read.config(), read.origins(), List.of(), Inherited.NONE, () -> {});
        versions.read(read);
    }

    /// How its configuration is read again, changed and taken back.
    public Steering steering() {
        return versions;
    }

    /// Reads the file again soon, on another thread; what comes of it is said. Wishes that come while it is read are heeded together.
    ///
    /// @param by who wishes it: `HUP`
    public void reloadSoon(String by) {
        versions.reloadSoon(by);
    }

    /// Reads the files again whenever one has changed, until it is closed.
    public AutoCloseable watch() {
        return FileWatch.start(versions);
    }

    /// The configuration in force.
    public WeirConfig config() {
        return changeover.now().config();
    }

    private static AdminConfig admin(WeirConfig config, WeirOptions options) {
        return config.admin().orElse(options.usualAdmin() ? AdminConfig.DEFAULTS : AdminConfig.OFF);
    }

    private void openAdmin(WeirConfig config, EventRing ring, WeirOptions options)
            throws IOException {
        Inside inside =
                new Inside(
                        new Gateway.Process(options.version(), transport.name(), clock.now()),
                        clock,
                        health,
                        renewal,
                        new Inside.Parts(
                                clock.now(),
                                clock.nanos(),
                                changeover::now,
                                new Vitals(workers, watch, changeover),
                                explainer,
                                () -> phase,
                                versions,
                                options.stop().orElse(this::drainAside)));
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
                                        clock,
                                        changeover.tail(),
                                        this::metrics,
                                        operations())));
    }

    /// The process before closes its own in a moment.
    private void openAdminAfterTheOther(WeirConfig config, EventRing ring, WeirOptions options)
            throws IOException, InterruptedException {
        long deadline = System.nanoTime() + ADMIN_WITHIN.toNanos();
        Optional<HostPort> at = admin(config, options).listen().at();
        while (at.isPresent() && taken(at.get()) && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
        openAdmin(config, ring, options);
    }

    private static boolean taken(HostPort at) {
        try (ServerSocket probe = new ServerSocket()) {
            probe.bind(
                    at.host().isEmpty()
                            ? new InetSocketAddress(at.port())
                            : new InetSocketAddress(at.host(), at.port()));
            return false;
        } catch (IOException _) {
            return true;
        }
    }

    /// Hands all listeners over to another process, which is to be started with [WeirOptions#withTakeOver]. When that serves, this one
    /// accepts no more and every answer ends its connection; it is to be drained then. If the other one does not come to it, all stays
    /// as it was.
    ///
    /// @param start starts the other process, which is to look at this path
    /// @return whether the other process serves
    /// @throws IOException if the other process cannot be started, or sockets cannot be handed over here
    public boolean handOver(Successor start) throws IOException, InterruptedException {
        List<Integer> descriptors = new ArrayList<>();
        for (Listener listener : listeners().values()) {
            descriptors.add(
                    listener.descriptor()
                            .orElseThrow(
                                    () ->
                                            new IOException(
                                                    "transport "
                                                            + transport.name()
                                                            + " cannot hand sockets over; epoll can")));
        }
        try (HandOver offer = HandOver.offer()) {
            Process other = start.start(offer.path());
            long deadline = System.nanoTime() + SUCCESSOR_WITHIN.toNanos();
            boolean serves =
                    offer.give(descriptors, () -> other.isAlive() && System.nanoTime() < deadline);
            if (!serves) {
                other.destroy();
                return false;
            }
        }
        phase = Resource.Phase.DRAINING;
        admin.ifPresent(Admin::close);
        admin = Optional.empty();
        changeover.closeListeners();
        workers.each(Worker::drain);
        // Clients that keep connections hear with their next answer that it is the last.
        TimeUnit.NANOSECONDS.sleep(FAREWELL.toNanos());
        return true;
    }

    /// Starts the process that takes over.
    @FunctionalInterface
    public interface Successor {
        Process start(Path takeOver) throws IOException;
    }

    /// What other rooms let people do with the process.
    private List<Operation> operations() {
        return recorder.map(all -> new ExplainOperations(all, explainer::explain, clock).all())
                .orElse(List.of());
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

    /// The port that a listener has, for `listen: 0` the one it was given.
    ///
    /// @throws IllegalArgumentException if no listener has this name
    public int port(String listener) {
        Listener found = listeners().get(listener);
        if (found == null) {
            throw new IllegalArgumentException(
                    "no listener is called " + listener + "; there are " + listeners().keySet());
        }
        return found.address().getPort();
    }

    /// Where each listener listens, in the order of the configuration.
    public Map<String, InetSocketAddress> addresses() {
        Map<String, InetSocketAddress> addresses = new LinkedHashMap<>();
        listeners().forEach((name, listener) -> addresses.put(name, listener.address()));
        return addresses;
    }

    private Map<String, Listener> listeners() {
        return changeover.now().listeners();
    }

    /// The page that Prometheus reads. What is needed for it is loaded with the first call.
    public synchronized MetricsPage metrics() {
        MetricsPage page = metrics;
        if (page == null) {
            page =
                    new MetricsPage(
                            new Readings(
                                    new Readings.Sources(
                                            workers,
                                            changeover,
                                            health,
                                            watch,
                                            changeover.reloads(),
                                            Build.read().version(),
                                            transport.name())));
            metrics = page;
        }
        return page;
    }

    /// Whether every event loop gets to new work within this time; waits for it.
    public boolean answers(Duration within) {
        return workers.each(_ -> {}, within);
    }

    /// Goes on, in a moment, with new log files: after those before were given other names to be put away. Does nothing with a log
    /// that is no file.
    public void reopenLogs() {
        changeover.now().accessLog().ifPresent(AccessLog::reopen);
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
        workers.each(Worker::drain);
        DrainConfig drain = config().drain();
        TimeUnit.NANOSECONDS.sleep(drain.delay().toNanos());
        changeover.closeListeners();
        workers.each(Worker::closeIdle);
        long deadline = System.nanoTime() + drain.timeout().toNanos();
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
        workers.each(
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
        changeover.closeListeners();
        AtomicInteger busy = new AtomicInteger();
        workers.each(
                worker -> {
                    busy.addAndGet(worker.cut());
                    worker.close();
                });
        awaitClosed();
        discoveries.close();
        watch.close();
        health.close();
        var _ =
                loops.shutdownGracefully(0, CUT_WITHIN.toMillis(), TimeUnit.MILLISECONDS)
                        .awaitUninterruptibly(CUT_WITHIN.toMillis() * 2);
        changeover.close();
        admin.ifPresent(Admin::close);
        cut = busy.get();
        return cut;
    }
}
