package dev.weir;

import dev.weir.admin.Admin;
import dev.weir.admin.Gateway;
import dev.weir.admin.Operation;
import dev.weir.admin.Resource;
import dev.weir.admin.Steering;
import dev.weir.config.ConfigFile;
import dev.weir.config.Origins;
import dev.weir.config.ProblemReport;
import dev.weir.config.Reading;
import dev.weir.discover.Discoveries;
import dev.weir.explain.ExplainOperations;
import dev.weir.explain.Recorder;
import dev.weir.health.Health;
import dev.weir.listen.Worker;
import dev.weir.metrics.MetricsPage;
import dev.weir.observe.AccessLog;
import dev.weir.observe.EventRing;
import dev.weir.runtime.Clock;
import dev.weir.runtime.HandOver;
import dev.weir.runtime.Inherited;
import dev.weir.runtime.LoopWatch;
import dev.weir.runtime.Transport;
import dev.weir.schema.Problem;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Consumer;
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
    private final Clock clock;
    private final Transport transport;
    private final Loops workers;
    private final Health health;
    private final Renewal renewal;
    private final Discoveries discoveries;
    private final Changeover changeover;
    private final LoopWatch watch;
    private final Versions versions;
    private final LiveExplainer explainer;
    private final Optional<Recorder> recorder;
    private final WeirOptions options;
    private final AdminDoor admin;
    private final Optional<EventRing> ring;
    private final Replacement replacement;
    private final Ending ending;
    private @Nullable MetricsPage metrics;
    private volatile Resource.Phase phase = Resource.Phase.STARTING;

    /// With nothing in force yet.
    ///
    /// @param ring what was said, if somebody can ask for it and for what became of requests
    private Weir(WeirOptions options, AdminDoor admin, Optional<EventRing> ring, Clock clock) {
        SplittableRandom random = new SplittableRandom(new SecureRandom().nextLong());
        this.options = options;
        this.admin = admin;
        this.ring = ring;
        this.clock = clock;
        this.transport = Transport.choose(options.transport());
        this.health = Health.start(List.of(), options.events(), clock, random.split());
        this.workers = Loops.start(options.loops(), transport, clock, random);
        this.renewal = new Renewal(workers.all(), health, options.events());
        this.discoveries =
                new Discoveries(renewal::renew, options.events(), clock, new SecureRandom());
        this.explainer = new LiveExplainer(this::inForce, workers);
        this.recorder = ring.map(_ -> explainer.recorder(clock));
        this.changeover =
                new Changeover(
                        options, clock, transport, workers, health, renewal, discoveries, recorder);
        this.versions = new Versions(changeover, options, clock);
        this.watch = LoopWatch.start(List.copyOf(workers.all().keySet()), clock, options.events());
        this.ending = new Ending(workers, changeover, this::release);
        this.replacement =
                new Replacement(
                        options,
                        transport,
                        new Replacement.Leaving(
                                () -> phase,
                                () -> inForce().listeners().values(),
                                () -> changeover.orders(),
                                this::acceptNoMore,
                                options.stop().orElse(this::drainAside)));
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
        return start(
                config,
                Origins.NONE,
                ConfigFile.validate(config),
                options,
                versions -> versions.said(config));
    }

    /// Starts what was read from a file, as [#start(WeirConfig, WeirOptions)] does, and does not look for its mistakes a second
    /// time.
    ///
    /// @throws InvalidConfiguration with what only a start can find; nothing was started
    /// @throws IOException if an address cannot be bound; nothing was started
    /// @throws IllegalArgumentException if a transport is asked for that this machine does not offer
    public static Weir start(Reading.Loaded read, WeirOptions options)
            throws InvalidConfiguration, IOException {
        return start(
                read.config(), read.origins(), List.of(), options, versions -> versions.read(read));
    }

    private static Weir start(
            WeirConfig config,
            Origins origins,
            List<Problem> known,
            WeirOptions asked,
            Consumer<Versions> first)
            throws InvalidConfiguration, IOException {
        Clock clock = Clock.system();
        Optional<EventRing> ring =
                AdminDoor.wanted(config, asked)
                        ? Optional.of(new EventRing(asked.events(), clock))
                        : Optional.empty();
        WeirOptions options = ring.map(asked::withEvents).orElse(asked);
        Weir weir = new Weir(options, new AdminDoor(config, options), ring, clock);
        try {
            weir.begin(config, origins, known, first);
            return weir;
        } catch (InvalidConfiguration | IOException | RuntimeException e) {
            weir.close();
            throw e;
        } catch (InterruptedException e) {
            weir.close();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while starting", e);
        }
    }

    private void begin(
            WeirConfig config, Origins origins, List<Problem> known, Consumer<Versions> first)
            throws InvalidConfiguration, IOException, InterruptedException {
        Optional<Path> from = options.takeOver();
        try (Inherited inherited =
                from.isPresent() ? Inherited.from(from.get(), transport) : Inherited.NONE) {
            changeover.to(
                    config,
                    origins,
                    known,
                    inherited,
                    () -> {
                        first.accept(versions);
                        // The one before still has the address of the admin API.
                        if (ring.isPresent() && from.isEmpty()) {
                            admin.open(rooms(ring.get()));
                        }
                    });
        }
        phase = Resource.Phase.SERVING;
        if (from.isPresent()) {
            HandOver.serves(from.get());
            if (ring.isPresent()) {
                admin.openAfterTheOther(rooms(ring.get()));
            }
        }
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

    /// What the admin API shows and steers.
    private Admin.Rooms rooms(EventRing ring) {
        Inside inside =
                new Inside(
                        new Gateway.Process(options.version(), transport.name(), clock.now()),
                        clock,
                        health,
                        renewal,
                        new Inside.Parts(
                                clock.now(),
                                clock.nanos(),
                                changeover,
                                new Vitals(workers, watch, changeover),
                                explainer,
                                () -> phase,
                                versions,
                                options.stop().orElse(this::drainAside),
                                replacement));
        List<Operation> others =
                recorder.map(all -> new ExplainOperations(all, explainer::explain, clock).all())
                        .orElse(List.of());
        return new Admin.Rooms(inside, ring, clock, changeover.tail(), this::metrics, others);
    }

    /// Lets another process take the place of this one, as [WeirOptions#withSuccessor] starts it: it gets the listening sockets, so that
    /// nothing is refused. When it serves, this one accepts no more, every answer ends its connection, and it drains and ends as
    /// [WeirOptions#withStop] says. If the other one does not come to it, all stays as it was. What comes of it is said.
    ///
    /// @param by who wants it: `USR2`
    public HandOver.Outcome handOver(String by) {
        return replacement.begin(by);
    }

    private void acceptNoMore() {
        phase = Resource.Phase.DRAINING;
        admin.close();
        changeover.closeListeners();
        workers.each(Worker::drain);
    }

    /// Drains while whoever asked for it goes on.
    private void drainAside() {
        phase = Resource.Phase.DRAINING;
        ending.drainAside(config().drain());
    }

    /// The admin API, if there is one.
    public Optional<Admin> admin() {
        return admin.admin();
    }

    /// The port that a listener has, for `listen: 0` the one it was given.
    ///
    /// @throws IllegalArgumentException if no listener has this name
    public int port(String listener) {
        InetSocketAddress found = addresses().get(listener);
        if (found == null) {
            throw new IllegalArgumentException(
                    "no listener is called " + listener + "; there are " + addresses().keySet());
        }
        return found.getPort();
    }

    /// Where each listener listens, in the order of the configuration.
    public Map<String, InetSocketAddress> addresses() {
        return changeover.now().addresses();
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
        return ending.drain(config().drain());
    }

    /// Cuts what is in flight and releases everything. Does nothing the second time.
    @Override
    public void close() {
        ending.now();
    }

    private void release() {
        discoveries.close();
        watch.close();
        health.close();
        workers.close();
        changeover.close();
        admin.close();
    }
}
