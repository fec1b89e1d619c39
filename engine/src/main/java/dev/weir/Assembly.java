package dev.weir;

import dev.weir.config.Origins;
import dev.weir.config.ProblemReport;
import dev.weir.config.Sources;
import dev.weir.discover.DiscoverConfig;
import dev.weir.exchange.Reply;
import dev.weir.filter.Filter;
import dev.weir.filter.FilterChain;
import dev.weir.filter.FilterConfig;
import dev.weir.filter.FilterSite;
import dev.weir.forward.ForwardRules;
import dev.weir.forward.ServiceOnLoop;
import dev.weir.health.HealthConfig;
import dev.weir.http.Provenance;
import dev.weir.listen.Listener;
import dev.weir.listen.ListenerConfig;
import dev.weir.listen.Snapshot;
import dev.weir.observe.AccessLog;
import dev.weir.otlp.Delivery;
import dev.weir.otlp.Envelope;
import dev.weir.otlp.OtlpConfig;
import dev.weir.retry.HedgeRules;
import dev.weir.retry.RetryRules;
import dev.weir.retry.TimeoutConfig;
import dev.weir.route.Action;
import dev.weir.route.RedirectTarget;
import dev.weir.route.Rewrite;
import dev.weir.route.Route;
import dev.weir.route.Route.Destination;
import dev.weir.route.RouteConfig;
import dev.weir.route.RouteTable;
import dev.weir.route.Splitter;
import dev.weir.route.Upgrade;
import dev.weir.runtime.Clock;
import dev.weir.schema.HostPort;
import dev.weir.schema.Location;
import dev.weir.schema.Problem;
import dev.weir.service.Endpoint;
import dev.weir.service.EndpointConfig;
import dev.weir.service.EndpointState;
import dev.weir.service.Listing;
import dev.weir.service.Orders;
import dev.weir.service.Service;
import dev.weir.service.ServiceConfig;
import dev.weir.tls.EndpointTls;
import dev.weir.tls.EndpointTlsConfig;
import dev.weir.tls.ServerTls;
import dev.weir.tls.TlsConfig;
import dev.weir.tls.TlsLibrary;
import dev.weir.tls.TlsSite;
import dev.weir.trace.TracesConfig;
import dev.weir.trace.Tracing;
import dev.weir.tunnel.Tunnel;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/// Makes from a configuration what requests need: the one place that knows every room of the house. What stays as it was in the
/// configuration before is not made anew, but goes on. Used once, on one thread; binds and starts nothing, and changes nothing that
/// runs.
final class Assembly {
    private static final Duration TELLING = Duration.ofMillis(500);

    /// A WebSocket's ends both close, each when it has seen the other's close frame (RFC 6455 §7.1.1); a direction that ends without
    /// that is a peer that has gone.
    private static final Duration WEBSOCKET_ENDING = Duration.ofSeconds(10);

    private static final Duration MOST_WAIT = Duration.ofSeconds(3);
    private static final int HTTPS_PORT = 443;

    private final WeirConfig config;
    private final WeirOptions options;
    private final Clock clock;
    private final SecureRandom seeds = new SecureRandom();
    private final Generation before;
    private final @Nullable Renewal renewal;
    private final List<Problem> problems = new ArrayList<>();
    private final List<Service> services = new ArrayList<>();
    private final Map<String, Integer> positions = new HashMap<>();
    private final Map<Service, ServiceOnLoop.Shared> fresh = new LinkedHashMap<>();
    private final List<Service> renewed = new ArrayList<>();
    private final Map<Generation.Place, Filter> filters = new HashMap<>();
    private final Map<String, Listener> listeners = new LinkedHashMap<>();
    private final Map<Listener, Listener.Terms> terms = new LinkedHashMap<>();
    private final Map<String, ServerTls> tls = new LinkedHashMap<>();
    private final Map<String, EndpointTls> endpointTls = new LinkedHashMap<>();
    private boolean dry;
    private @Nullable Snapshot snapshot;
    private Optional<AccessLog> accessLog = Optional.empty();
    private Optional<AccessLog> logExport = Optional.empty();
    private Optional<Tracing> tracing = Optional.empty();

    private Assembly(
            WeirConfig config,
            Generation before,
            @Nullable Renewal renewal,
            WeirOptions options,
            Clock clock) {
        this.config = config;
        this.before = before;
        this.renewal = renewal;
        this.options = options;
        this.clock = clock;
    }

    /// @param known what is known to be wrong with the configuration
    /// @param before what is in force
    /// @param renewal knows its services as they are now
    /// @throws InvalidConfiguration with all that is wrong; nothing of it is left
    static Assembly of(
            WeirConfig config,
            List<Problem> known,
            Generation before,
            Renewal renewal,
            WeirOptions options,
            Clock clock)
            throws InvalidConfiguration {
        Assembly assembly = new Assembly(config, before, renewal, options, clock);
        assembly.problems.addAll(known);
        if (assembly.problems.isEmpty()) {
            assembly.openTls();
            assembly.compile();
            assembly.openAccessLog();
            assembly.openLogExport();
            assembly.openTracing();
            assembly.listeners();
        }
        return assembly.whole();
    }

    /// Puts together what can be asked but not run: no certificate is read, no name resolved and no file written.
    ///
    /// @throws InvalidConfiguration with all that is wrong
    static Assembly dry(WeirConfig config, WeirOptions options, Clock clock)
            throws InvalidConfiguration {
        Assembly assembly = new Assembly(config, Generation.NONE, null, options, clock);
        assembly.dry = true;
        assembly.compile();
        assembly.listeners();
        assembly.terms.forEach(Listener::adopt);
        return assembly.whole();
    }

    private void compile() {
        services();
        snapshot =
                new Snapshot(
                        new RouteTable(config.routes()),
                        routes(),
                        services,
                        new Provenance(config.trustedProxies(), config.forwardedHeaders()),
                        config.limits());
    }

    private Assembly whole() throws InvalidConfiguration {
        if (!problems.isEmpty()) {
            discard();
            String tail =
                    before == Generation.NONE
                            ? "nothing was started."
                            : "the running configuration was not changed.";
            throw new InvalidConfiguration(
                    new ProblemReport(Sources.NONE, false).render(problems, tail), problems);
        }
        return this;
    }

    /// Lets go of what was opened for this configuration alone, where it is not to be used.
    void discard() {
        tls.values().stream()
                .filter(one -> !before.tls().containsValue(one))
                .forEach(ServerTls::close);
        endpointTls.values().stream()
                .filter(one -> !before.endpointTls().containsValue(one))
                .forEach(EndpointTls::close);
        accessLog.filter(log -> !before.accessLog().equals(accessLog)).ifPresent(AccessLog::close);
        logExport.filter(log -> !before.logExport().equals(logExport)).ifPresent(AccessLog::close);
        tracing.filter(one -> !before.tracing().equals(tracing)).ifPresent(Tracing::close);
    }

    /// All that was made.
    ///
    /// @param origins where its settings stand
    /// @param now the services as they are now, in the order of the file
    Generation generation(Origins origins, List<Service> now) {
        Snapshot made = snapshot();
        return new Generation(
                config,
                origins,
                new Snapshot(made.table(), made.routes(), now, made.provenance(), made.limits()),
                listeners,
                tls,
                endpointTls,
                filters,
                accessLog,
                logExport,
                tracing);
    }

    Snapshot snapshot() {
        if (snapshot == null) {
            throw new IllegalStateException("not assembled");
        }
        return snapshot;
    }

    /// Services that nothing is known of yet, with what all loops have of them together.
    Map<Service, ServiceOnLoop.Shared> fresh() {
        return fresh;
    }

    /// Services that go on with another list of endpoints.
    List<Service> renewed() {
        return renewed;
    }

    /// What each listener is to do; those that are not bound yet are new.
    Map<Listener, Listener.Terms> terms() {
        return terms;
    }

    private void listeners() {
        Set<String> clientFields = clientFields();
        for (Map.Entry<String, ListenerConfig> entry : config.listeners().entrySet()) {
            Listener.Terms does =
                    Listener.Terms.of(
                            entry.getKey(),
                            config.limits().connections(),
                            entry.getValue(),
                            tls.get(entry.getKey()),
                            clientFields);
            HostPort listen = entry.getValue().listen();
            Listener goesOn = before.listener(entry.getKey(), listen);
            Listener listener =
                    goesOn == null
                            ? new Listener(listen.socketAddress(), does, options.events())
                            : goesOn;
            listeners.put(entry.getKey(), listener);
            terms.put(listener, does);
        }
        config.listeners()
                .forEach(
                        (name, listener) ->
                                listener.redirect().ifPresent(to -> redirect(name, to)));
    }

    private Set<String> clientFields() {
        Set<String> names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        for (ListenerConfig listener : config.listeners().values()) {
            listener.tls()
                    .flatMap(TlsConfig::clientAuth)
                    .ifPresent(auth -> names.addAll(auth.forward().keySet()));
        }
        return names;
    }

    private void redirect(String from, ListenerConfig.Redirect redirect) {
        Listener listener = Objects.requireNonNull(listeners.get(from));
        Listener secure =
                config.listeners().entrySet().stream()
                        .filter(one -> one.getValue().tls().isPresent())
                        .findFirst()
                        .map(one -> listeners.get(one.getKey()))
                        .orElse(null);
        IntSupplier port;
        if (redirect.port().isPresent() || secure == null) {
            int said = redirect.port().orElse(HTTPS_PORT);
            port = () -> said;
        } else {
            port = () -> secure.address().getPort();
        }
        terms.computeIfPresent(listener, (_, does) -> does.redirecting(port));
    }

    private void openTls() {
        TlsSite site = null;
        for (Map.Entry<String, ListenerConfig> one : config.listeners().entrySet()) {
            Optional<TlsConfig> settings = one.getValue().tls();
            if (settings.isPresent()) {
                TlsSite here = site = site == null ? tlsSite() : site;
                openTls(
                        "listeners \"" + one.getKey() + "\" › tls",
                        () -> tls.put(one.getKey(), serverTls(one.getKey(), one.getValue(), here)));
            }
        }
        for (Map.Entry<String, ServiceConfig> one : config.services().entrySet()) {
            Optional<EndpointTlsConfig> settings = one.getValue().tlsInUse();
            if (settings.isPresent()) {
                TlsSite here = site = site == null ? tlsSite() : site;
                openTls(
                        "services \"" + one.getKey() + "\" › tls",
                        () ->
                                endpointTls.put(
                                        one.getKey(),
                                        endpointTls(one.getKey(), one.getValue(), here)));
            }
        }
    }

    private ServerTls serverTls(String name, ListenerConfig listener, TlsSite site) {
        ListenerConfig was = before.config().listeners().get(name);
        ServerTls open = before.tls().get(name);
        return open != null
                        && was != null
                        && was.tls().equals(listener.tls())
                        && alpn(was).equals(alpn(listener))
                ? open
                : ServerTls.open(name, listener.tls().orElseThrow(), alpn(listener), site);
    }

    private EndpointTls endpointTls(String name, ServiceConfig service, TlsSite site) {
        ServiceConfig was = before.config().services().get(name);
        EndpointTls open = before.endpointTls().get(name);
        return open != null
                        && was != null
                        && was.tlsInUse().equals(service.tlsInUse())
                        && was.protocol() == service.protocol()
                ? open
                : EndpointTls.open(
                        name,
                        service.tlsInUse().orElseThrow(),
                        service.protocol() == ServiceConfig.Protocol.H2,
                        site);
    }

    /// What is offered by ALPN, preferred first.
    private static List<String> alpn(ListenerConfig listener) {
        List<String> offered = new ArrayList<>();
        if (listener.speaks(ListenerConfig.Protocol.H2)) {
            offered.add("h2");
        }
        if (listener.speaks(ListenerConfig.Protocol.H1)) {
            offered.add("http/1.1");
        }
        return offered;
    }

    private TlsSite tlsSite() {
        return new TlsSite(
                options.directory(),
                clock,
                options.events(),
                TlsLibrary.choose(options.tls()),
                seeds);
    }

    private void openTls(String path, Runnable opening) {
        try {
            opening.run();
        } catch (IllegalArgumentException e) {
            problem(path, String.valueOf(e.getMessage()), null);
        }
    }

    /// How long to wait for first health checks: as long as the slowest may take, and a little for telling. An endpoint
    /// with a very patient check does not hold up the start; it counts as up until it has been checked.
    Duration firstChecks() {
        Duration longest =
                config.services().values().stream()
                        .flatMap(service -> service.health().stream())
                        .map(HealthConfig::timeout)
                        .max(Duration::compareTo)
                        .orElse(Duration.ZERO);
        Duration wait = longest.plus(TELLING);
        return wait.compareTo(MOST_WAIT) < 0 ? wait : MOST_WAIT;
    }

    /// How long to wait for the first lists of endpoints that are not in the file.
    Duration firstLists() {
        return MOST_WAIT;
    }

    /// The services whose lists of endpoints are not in the file, in its order.
    Map<String, DiscoverConfig> discovered() {
        Map<String, DiscoverConfig> discovered = new LinkedHashMap<>();
        config.services()
                .forEach(
                        (name, service) ->
                                service.discover().ifPresent(how -> discovered.put(name, how)));
        return discovered;
    }

    private void services() {
        for (Map.Entry<String, ServiceConfig> entry : config.services().entrySet()) {
            Service goesOn = continued(entry.getKey(), entry.getValue());
            positions.put(entry.getKey(), services.size());
            services.add(goesOn == null ? fresh(entry.getKey(), entry.getValue()) : goesOn);
        }
    }

    /// The service that was in force, if nothing but its list of endpoints is another one now, or null.
    private @Nullable Service continued(String name, ServiceConfig wanted) {
        Service old = before.service(name);
        if (old == null
                || renewal == null
                || !config.zone().equals(before.config().zone())
                || !Objects.equals(before.endpointTls().get(name), endpointTls.get(name))) {
            return null;
        }
        Service now = renewal.now(old).service();
        if (now.config().equals(wanted)) {
            return now;
        }
        if (!now.config().equals(wanted.withEndpoints(now.config().endpoints()))) {
            return null;
        }
        Service next = now.with(wanted, listings(name, wanted));
        renewed.add(next);
        return next;
    }

    private Service fresh(String name, ServiceConfig config) {
        List<Listing> listings = listings(name, config);
        listings.addAll(found(name, config));
        List<Endpoint> endpoints = new ArrayList<>();
        for (Listing listing : listings) {
            EndpointState state = new EndpointState();
            state.orders(orders(name, listing.address()));
            endpoints.add(listing.heeding(state.orders()).at(endpoints.size(), state));
        }
        Service service =
                new Service(
                        name,
                        config,
                        this.config.zone().orElse(""),
                        Optional.ofNullable(endpointTls.get(name)),
                        endpoints);
        fresh.put(service, ServiceOnLoop.Shared.of(service, secret(), options.events()));
        return service;
    }

    /// What was found where this service looks, by the service that looked there before: until there is an answer again, that is better
    /// than nobody.
    private List<Listing> found(String name, ServiceConfig config) {
        Service old = before.service(name);
        return old == null
                        || renewal == null
                        || config.discover().isEmpty()
                        || !old.config().discover().equals(config.discover())
                ? List.of()
                : renewal.now(old).service().endpoints().stream().map(Listing::listed).toList();
    }

    /// What the operator has said of an endpoint, which holds whatever becomes of the settings of its service.
    private Orders orders(String name, InetSocketAddress address) {
        Service old = before.service(name);
        if (old != null && renewal != null) {
            for (Endpoint endpoint : renewal.now(old).service().endpoints()) {
                if (endpoint.address().equals(address)) {
                    return endpoint.state().orders();
                }
            }
        }
        return Orders.NONE;
    }

    private List<Listing> listings(String name, ServiceConfig config) {
        List<Listing> listings = new ArrayList<>();
        for (EndpointConfig endpoint : config.endpoints()) {
            HostPort at = endpoint.address().at();
            InetSocketAddress address =
                    dry
                            ? InetSocketAddress.createUnresolved(at.host(), at.port())
                            : at.socketAddress();
            if (address.isUnresolved() && !dry) {
                problem(
                        "services \"" + name + "\" › endpoints",
                        "the name " + at.host() + " is not known here",
                        "expected: an address, or a name that resolves when the file is read");
            }
            listings.add(
                    new Listing(
                            at.toString(),
                            address,
                            endpoint.weight(),
                            endpoint.backup(),
                            endpoint.zone().orElse("")));
        }
        return listings;
    }

    private byte[] secret() {
        byte[] secret = new byte[32];
        seeds.nextBytes(secret);
        return secret;
    }

    private List<Route> routes() {
        List<Route> routes = new ArrayList<>();
        for (RouteConfig route : config.routes()) {
            String name = route.name().orElse("route-" + (routes.size() + 1));
            List<Filter> chain = new ArrayList<>();
            for (FilterConfig filter : route.filters()) {
                try {
                    chain.add(filter(route, name, filter));
                } catch (IllegalArgumentException e) {
                    problem(
                            "routes \"" + name + "\" › filters",
                            Optional.ofNullable(e.getMessage()).orElse("cannot be built"),
                            null);
                }
            }
            routes.add(
                    new Route(
                            name,
                            new FilterChain(chain),
                            destination(route),
                            rules(route),
                            route.priority()));
        }
        return routes;
    }

    /// The filter of the configuration before, if it stood at the same place and may go on.
    private Filter filter(RouteConfig route, String name, FilterConfig settings) {
        Object of = route.name().isPresent() ? name : route.match();
        int occurrence = 0;
        Generation.Place place = new Generation.Place(of, settings, occurrence);
        while (filters.containsKey(place)) {
            place = new Generation.Place(of, settings, ++occurrence);
        }
        Filter known = settings.lasting() ? before.filters().get(place) : null;
        Filter filter = known == null ? settings.build(site(name)) : known;
        filters.put(place, filter);
        return filter;
    }

    private ForwardRules rules(RouteConfig route) {
        TimeoutConfig timeout = route.timeout();
        long firstByte = timeout.firstByte().toNanos();
        return new ForwardRules(
                firstByte,
                timeout.idle().map(Duration::toNanos).orElse(firstByte),
                timeout.request().map(Duration::toNanos).orElse(0L),
                webSockets(route),
                new RetryRules(route.retry()),
                route.hedge().map(HedgeRules::new),
                route.mirror()
                        .map(
                                mirror ->
                                        new ForwardRules.Mirror(
                                                positions.getOrDefault(mirror.to(), 0),
                                                mirror.share().fraction())));
    }

    private static Optional<Tunnel.Patience> webSockets(RouteConfig route) {
        long idle = route.timeout().tunnel().toNanos();
        return route.upgrade().contains(Upgrade.WEBSOCKET)
                ? Optional.of(new Tunnel.Patience(idle, Math.min(idle, WEBSOCKET_ENDING.toNanos())))
                : Optional.empty();
    }

    private FilterSite site(String route) {
        return new FilterSite(
                route, options.directory(), clock, seeds.nextLong(), options.events());
    }

    private Destination destination(RouteConfig route) {
        return switch (route.action()) {
            case Action.Respond respond ->
                    new Destination.Answer(
                            Reply.of(respond.status(), respond.contentType(), respond.body()));
            case Action.Redirect redirect ->
                    new Destination.Elsewhere(
                            redirect.status(), RedirectTarget.of(redirect, route.match()));
            case Action.To to -> {
                Splitter splitter = Splitter.of(to);
                List<Integer> targets =
                        splitter.services().stream()
                                .map(name -> positions.getOrDefault(name, 0))
                                .toList();
                yield new Destination.Services(splitter, targets, Rewrite.of(route));
            }
        };
    }

    private void openAccessLog() {
        if (before.accessLog().isPresent()
                && before.config().logs().access().equals(config.logs().access())) {
            accessLog = before.accessLog();
            return;
        }
        try {
            accessLog =
                    config.logs()
                            .access()
                            .map(
                                    access ->
                                            AccessLog.open(
                                                    access,
                                                    options.directory(),
                                                    clock,
                                                    options.events()));
        } catch (IllegalArgumentException e) {
            problem("logs › access › to", String.valueOf(e.getMessage()), null);
        }
    }

    private void openLogExport() {
        OtlpConfig otlp = config.logs().otlp().orElse(null);
        if (otlp == null) {
            return;
        }
        if (before.logExport().isPresent()
                && before.config().logs().otlp().equals(config.logs().otlp())
                && logName(before.config()).equals(logName(config))) {
            logExport = before.logExport();
            return;
        }
        try {
            Envelope envelope =
                    new Envelope(
                            Envelope.Signal.LOG_RECORDS, logName(config), Build.read().version());
            logExport =
                    Optional.of(
                            AccessLog.export(
                                    Delivery.to(otlp, envelope, site()), clock, options.events()));
        } catch (IllegalArgumentException e) {
            problem("logs › otlp › tls", String.valueOf(e.getMessage()), null);
        }
    }

    private static String logName(WeirConfig config) {
        return config.logs()
                .name()
                .or(() -> config.traces().map(TracesConfig::name))
                .orElse(TracesConfig.DEFAULTS.name());
    }

    private void openTracing() {
        if (before.config().traces().equals(config.traces())) {
            tracing = before.tracing();
            return;
        }
        try {
            tracing = config.traces().map(one -> Tracing.open(one, Build.read().version(), site()));
        } catch (IllegalArgumentException e) {
            problem("traces › otlp › tls", String.valueOf(e.getMessage()), null);
        }
    }

    private Delivery.Site site() {
        return new Delivery.Site(
                options.directory(),
                clock,
                new SplittableRandom(seeds.nextLong()),
                options.events()::say);
    }

    private void problem(String path, String message, @Nullable String hint) {
        problems.add(new Problem(Location.NOWHERE, path, message, hint, 1));
    }
}
