package dev.weir.listen;

import dev.weir.WeirConfig;
import dev.weir.exchange.Exchange;
import dev.weir.exchange.Failure;
import dev.weir.exchange.Reply;
import dev.weir.exchange.TlsFacts;
import dev.weir.filter.Filter;
import dev.weir.filter.FilterChain;
import dev.weir.filter.FilterSite;
import dev.weir.filter.Verdict;
import dev.weir.http.Method;
import dev.weir.http.Parsed;
import dev.weir.http.Provenance;
import dev.weir.http.RequestHead;
import dev.weir.http.RequestParser;
import dev.weir.http.ResponseHead;
import dev.weir.preamble.Ends;
import dev.weir.route.Action;
import dev.weir.route.RedirectTarget;
import dev.weir.route.Refusal;
import dev.weir.route.Rewrite;
import dev.weir.route.RouteConfig;
import dev.weir.route.RouteTable;
import dev.weir.route.Splitter;
import dev.weir.runtime.Clock;
import dev.weir.tls.ClientAuthConfig;
import dev.weir.tls.TlsConfig;
import io.netty.buffer.Unpooled;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;

/// The way of a request without sockets, loops and endpoints: the steps of [Way] with the same parser, table, filters and answers. Filters are made
/// anew for each request, so that none sees what another one spent. Confined to one thread, which is no event loop.
public final class Trial {
    /// What becomes of a request.
    public sealed interface Outcome {
        /// Weir answers.
        ///
        /// @param route that took it, -1 if none did
        /// @param filter of the route that answered, by its place; -1 if none did
        /// @param head of the answer
        record Answered(int route, int filter, Reply reply, ResponseHead head) implements Outcome {}

        /// It is sent on.
        ///
        /// @param services one of which gets it
        /// @param path that the endpoint gets
        /// @param head of an answer without any field but those that Weir sets
        record Forwarded(int route, List<String> services, String path, ResponseHead head)
                implements Outcome {}

        /// A filter waits for something outside, so nobody can tell.
        record Open(int route, int filter) implements Outcome {}

        /// The route that took it, -1 if none did.
        int route();
    }

    private final WeirConfig config;
    private final RouteTable table;
    private final Provenance provenance;
    private final Path directory;
    private final Clock clock;
    private final SplittableRandom random = new SplittableRandom(0);
    private Exchange exchange = new Exchange();

    /// @param directory where relative file names in the configuration start
    public Trial(WeirConfig config, Path directory, Clock clock) {
        this.config = config;
        this.table = new RouteTable(config.routes());
        this.provenance = new Provenance(config.trustedProxies(), config.forwardedHeaders());
        this.directory = directory;
        this.clock = clock;
    }

    /// Takes a request as far as it goes.
    public Outcome run(TestConfig test) {
        exchange = new Exchange();
        RequestHead head = exchange.request();
        Parsed parsed = parse(test, head);
        if (parsed != Parsed.COMPLETE) {
            exchange.id(Provenance.newId(random));
            return answer(Reply.of(Http1Connection.whyRefused(parsed)));
        }
        Optional<String> listener = listener(test);
        come(test, listener.orElse(""));
        if (head.knownMethod() == Method.TRACE || head.knownMethod() == Method.CONNECT) {
            return answer(Reply.of(Failure.METHOD_NOT_ALLOWED).with("Allow", ""));
        }
        Optional<ListenerConfig.Redirect> redirect =
                listener.flatMap(
                        name ->
                                Optional.ofNullable(config.listeners().get(name))
                                        .flatMap(ListenerConfig::redirect));
        if (redirect.isPresent() && !exchange.scheme().equals("https")) {
            int port = redirect.get().port().orElseGet(this::securePort);
            return answer(new HttpsRedirect(() -> port).answer(exchange));
        }
        int position = table.find(exchange);
        if (position < 0) {
            Set<String> allowed = table.allowedMethods(exchange);
            return answer(
                    allowed.isEmpty()
                            ? Reply.of(Failure.NO_ROUTE)
                            : Reply.of(Failure.METHOD_NOT_ALLOWED)
                                    .with("Allow", String.join(", ", allowed)));
        }
        return take(position, config.routes().get(position));
    }

    /// Why a route does not match the request that was run last; empty if it does, whoever took it.
    ///
    /// @param route its place in the configuration
    public Optional<String> refusal(int route) {
        return table.refusal(route, exchange).map(Refusal::says);
    }

    private Parsed parse(TestConfig test, RequestHead head) {
        RequestLine line = test.request();
        StringBuilder text = new StringBuilder();
        text.append(line.method()).append(' ').append(line.target()).append(" HTTP/1.1\r\n");
        if (test.headers().keySet().stream().noneMatch("host"::equalsIgnoreCase)) {
            text.append("Host: ").append(line.authority()).append("\r\n");
        }
        test.headers()
                .forEach(
                        (name, value) ->
                                text.append(name).append(": ").append(value).append("\r\n"));
        byte[] bytes = text.append("\r\n").toString().getBytes(StandardCharsets.UTF_8);
        return new RequestParser(config.limits()).parse(Unpooled.wrappedBuffer(bytes), head);
    }

    /// The name of the listener that the request comes by; empty if none takes requests.
    public Optional<String> listener(TestConfig test) {
        return test.listener()
                .or(
                        () ->
                                firstListener(test.request().secure())
                                        .or(() -> firstListener(!test.request().secure())));
    }

    private Optional<String> firstListener(boolean tls) {
        return config.listeners().entrySet().stream()
                .filter(one -> one.getValue().tcp().isEmpty())
                .filter(one -> one.getValue().tls().isPresent() == tls)
                .map(Map.Entry::getKey)
                .findFirst();
    }

    private int securePort() {
        return firstListener(true)
                .map(name -> config.listeners().getOrDefault(name, ListenerConfig.DEFAULTS))
                .map(secure -> secure.listen().port())
                .orElse(443);
    }

    /// Who asks, as the first step of the way finds out.
    private void come(TestConfig test, String listener) {
        InetAddress address = InetAddress.ofLiteral(test.clientIp());
        InetSocketAddress source = new InetSocketAddress(address, 50_000);
        Provenance.Peer peer = provenance.peer(new Ends(source, source));
        RequestHead head = exchange.request();
        boolean tls = test.request().secure();
        String scheme = provenance.scheme(head, peer, tls);
        InetAddress client = provenance.write(head, peer, tls, random);
        clientFields(listener).write(head.headers(), TlsFacts.Client.NONE, peer.trusted());
        exchange.ends(peer.ends());
        exchange.cameFrom(address, client, listener, scheme);
    }

    /// No client of a test shows a certificate.
    private ClientFields clientFields(String listener) {
        Set<String> all = new HashSet<>();
        config.listeners().values().forEach(one -> all.addAll(told(one).keySet()));
        return new ClientFields(
                all, told(config.listeners().getOrDefault(listener, ListenerConfig.DEFAULTS)));
    }

    private static Map<String, TlsFacts.OfClient> told(ListenerConfig listener) {
        return listener.tls()
                .flatMap(TlsConfig::clientAuth)
                .map(ClientAuthConfig::forward)
                .orElse(Map.of());
    }

    private Outcome take(int position, RouteConfig route) {
        FilterSite site =
                new FilterSite(
                        route.name().orElse("route-" + (position + 1)),
                        directory,
                        clock,
                        random.nextLong(),
                        _ -> {});
        List<Filter> filters = route.filters().stream().map(one -> one.build(site)).toList();
        FilterChain chain = new FilterChain(filters);
        return switch (chain.onRequest(exchange)) {
            case Verdict.Wait _ -> new Outcome.Open(position, exchange.filtersAsked() - 1);
            case Verdict.Answer answer ->
                    answer(position, exchange.filtersAsked() - 1, answer.reply(), chain);
            case Verdict.Pass _ -> arrive(position, route, chain);
        };
    }

    private Outcome arrive(int position, RouteConfig route, FilterChain chain) {
        return switch (route.action()) {
            case Action.Respond respond ->
                    answer(
                            position,
                            -1,
                            Reply.of(respond.status(), respond.contentType(), respond.body()),
                            chain);
            case Action.Redirect redirect -> {
                String location = RedirectTarget.of(redirect, route.match()).location(exchange);
                Reply reply =
                        location == null
                                ? Reply.of(Failure.BAD_REQUEST)
                                : Reply.of(redirect.status()).with("Location", location);
                yield answer(position, -1, reply, chain);
            }
            case Action.To to -> {
                Rewrite.of(route).apply(exchange);
                ResponseHead head = exchange.response();
                head.start(200, ResponseHead.NO_BODY);
                chain.onResponse(exchange, head);
                yield new Outcome.Forwarded(
                        position, Splitter.of(to).services(), exchange.request().sentPath(), head);
            }
        };
    }

    private Outcome answer(Reply reply) {
        return answer(-1, -1, reply, FilterChain.EMPTY);
    }

    private Outcome answer(int route, int filter, Reply reply, FilterChain chain) {
        var _ = Answers.write(exchange, reply);
        chain.onResponse(exchange, exchange.response());
        chain.onEnd(exchange);
        return new Outcome.Answered(route, filter, reply, exchange.response());
    }
}
