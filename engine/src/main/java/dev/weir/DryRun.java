package dev.weir;

import dev.weir.config.Origins;
import dev.weir.config.Reading;
import dev.weir.explain.Arrivals;
import dev.weir.explain.Explainer;
import dev.weir.explain.Explanation;
import dev.weir.explain.Handshakes;
import dev.weir.explain.Question;
import dev.weir.explain.Trial;
import dev.weir.forward.ServiceOnLoop;
import dev.weir.listen.Listener;
import dev.weir.listen.ListenerConfig;
import dev.weir.listen.Walk;
import dev.weir.observe.Events;
import dev.weir.runtime.Clock;
import dev.weir.runtime.Loop;
import dev.weir.runtime.Transport;
import dev.weir.service.Watch;
import dev.weir.tls.ServerTls;
import dev.weir.tls.TlsConfig;
import dev.weir.tls.TlsLibrary;
import dev.weir.tls.TlsSite;
import io.netty.channel.DefaultEventLoop;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/// A configuration put together without a socket, so that it can be asked what would become of a request:
///
/// ```java
/// try (DryRun dry = DryRun.of(read)) {
///     dry.walk(Question.of("GET", "https://shop.example.com/api/orders/7", List.of()));
/// }
/// ```
///
/// No name is resolved, nothing is bound, checked or logged; certificates are read where a question hangs on them. Thread-safe; methods may block.
public final class DryRun implements AutoCloseable {
    private static final long MEMORY = 1 << 20;

    private final DefaultEventLoop executor =
            new DefaultEventLoop(new DefaultThreadFactory("dry run", true));

    private final Map<String, ServerTls> certificates = new ConcurrentHashMap<>();
    private final Explainer explainer;
    private final Path directory;
    private final Clock clock = Clock.system();

    private DryRun(WeirConfig config, Origins origins, Path directory) throws InvalidConfiguration {
        Events nobody = _ -> {};
        WeirOptions options = WeirOptions.DEFAULTS.withDirectory(directory).withEvents(nobody);
        Assembly assembly = Assembly.dry(config, options, clock);
        SplittableRandom random = new SplittableRandom();
        Loop loop = new Loop(executor, clock, random.split(), MEMORY);
        Transport transport = Transport.choose(Transport.Choice.NIO);
        List<ServiceOnLoop> services =
                assembly.snapshot().services().stream()
                        .map(
                                service ->
                                        new ServiceOnLoop(
                                                loop,
                                                service,
                                                Objects.requireNonNull(
                                                        assembly.fresh().get(service)),
                                                Watch.NONE,
                                                config.limits(),
                                                transport))
                        .toList();
        this.directory = directory;
        List<Listener> listeners = List.copyOf(assembly.terms().keySet());
        this.explainer =
                new Explainer(
                        config,
                        origins,
                        new Walk(assembly.snapshot(), random),
                        new Arrivals(config, listeners),
                        new Handshakes(config, origins, this::certificates),
                        new LoopLookout(executor, services::get),
                        false);
    }

    /// Read when something hangs on them.
    private ServerTls certificates(Listener listener) {
        return certificates.computeIfAbsent(listener.name(), this::read);
    }

    private ServerTls read(String name) {
        ListenerConfig listener =
                explainer.config().listeners().getOrDefault(name, ListenerConfig.DEFAULTS);
        TlsConfig tls = listener.tls().orElseThrow();
        TlsLibrary library = TlsLibrary.choose(TlsLibrary.Choice.JDK);
        TlsSite site = new TlsSite(directory, clock, _ -> {}, library, new SecureRandom());
        return ServerTls.open(name, tls, List.of(), site);
    }

    /// @throws InvalidConfiguration with what only putting together can find
    public static DryRun of(Reading.Loaded read) throws InvalidConfiguration {
        return new DryRun(read.config(), read.origins(), read.directory());
    }

    /// What would become of a request, and why.
    ///
    /// @throws IllegalArgumentException with a sentence for the user, if the question names a listener that takes no requests
    public Explanation explain(Question question) {
        return explainer.explain(question);
    }

    /// How far a request would come: which route takes it, and how that ends.
    ///
    /// @throws IllegalArgumentException as [#explain]
    public Walk.Walked walk(Question question) {
        return explainer.walk(question);
    }

    /// Runs the tests of the configuration.
    public Trial trial() {
        Arrivals arrivals = explainer.arrivals();
        return new Trial(
                arrivals.config(), explainer.walk().snapshot(), arrivals, directory, clock);
    }

    @Override
    public void close() {
        certificates.values().forEach(ServerTls::close);
        var _ = executor.shutdownGracefully(0, 0, TimeUnit.SECONDS);
    }
}
