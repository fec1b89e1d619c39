package dev.weir.route;

import dev.weir.exchange.Exchange;
import dev.weir.http.RequestHead;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Which route takes a request. Built once from a configuration, off the event loops; immutable, and asked by all of
/// them. Asking compares bytes of the request: it makes no `String` and allocates nothing unless a route asks for fields, query
/// parameters, cookies, addresses or a regular expression, and costs the same for ten routes as for ten thousand.
///
/// Of the routes that match, the host decides first (exact, then the longest wildcard, then none), then [Precedence]. Where a
/// more precise route fails on any of its conditions, the next one is tried, from an exact host on to wildcards and to routes
/// without host. What counts of a segment is its name: `;parameters` are forwarded, but not matched and no part of `{name}`.
/// The path of `OPTIONS *` matches only routes that say nothing about the path.
public final class RouteTable {
    private final HostTable hosts;
    private final List<RouteConfig> routes;

    public RouteTable(List<RouteConfig> routes) {
        this.routes = List.copyOf(routes);
        this.hosts = new HostTable(routes);
    }

    /// The order in which routes are preferred that could take one request: by host (exact, the longest wildcard, none), then
    /// [Precedence]. A route with several hosts stands where the most precise of them puts it. For people, not for the way of a
    /// request.
    ///
    /// @return places in the list
    public static List<Integer> order(List<RouteConfig> routes) {
        return Arrays.stream(Precedence.order(routes))
                .boxed()
                .sorted(
                        Comparator.comparingInt(
                                number -> -hostPrecision(routes.get(number).match().host())))
                .toList();
    }

    private static int hostPrecision(List<HostPattern> hosts) {
        return hosts.stream()
                .mapToInt(host -> host.wildcard() ? host.name().length() : Integer.MAX_VALUE)
                .max()
                .orElse(0);
    }

    /// The route for a request, and tells the exchange where its named segments are. Called on event loops.
    ///
    /// @return its place in the list that the table was built from, or -1 if none matches
    public int find(Exchange exchange) {
        RankedRoute route = ranked(exchange);
        if (route == null) {
            return -1;
        }
        route.named().tell(exchange);
        return route.number();
    }

    private @Nullable RankedRoute ranked(Exchange exchange) {
        RequestHead head = exchange.request();
        RankedRoute route = find(hosts.exact(head), exchange);
        int dot = route == null ? hosts.nextDot(head, head.hostStart()) : -1;
        while (dot >= 0 && route == null) {
            route = find(hosts.wildcard(head, dot), exchange);
            dot = hosts.nextDot(head, dot + 1);
        }
        return route == null ? hosts.none().find(exchange) : route;
    }

    private static @Nullable RankedRoute find(@Nullable PathTrie trie, Exchange exchange) {
        return trie == null ? null : trie.find(exchange);
    }

    /// The methods of the routes that match a request but for its method, for `Allow` of a 405 answer; empty
    /// if there is no such route, for a 404. Called when [#find] returned -1.
    public Set<String> allowedMethods(Exchange exchange) {
        Set<String> methods = new LinkedHashSet<>();
        for (HostTable.Under under : hosts.all(exchange.request())) {
            under.trie()
                    .matching(
                            exchange.request(),
                            route -> {
                                if (route.conditions().holdButForMethod(exchange)) {
                                    methods.addAll(route.conditions().methods());
                                }
                            });
        }
        return methods;
    }

    /// The routes whose conditions are looked at for a request, in the order in which they are: [#find] takes the first one without a
    /// refusal. The others fail by host or path, see [#refusal]. For explanations, not for the way of a request.
    public List<Candidate> candidates(Exchange exchange) {
        List<Candidate> candidates = new ArrayList<>();
        Set<Integer> seen = new HashSet<>();
        for (HostTable.Under under : hosts.all(exchange.request())) {
            List<RankedRoute> here = new ArrayList<>();
            under.trie().matching(exchange.request(), here::add);
            here.sort(Comparator.comparingInt(RankedRoute::rank));
            for (RankedRoute route : here) {
                if (seen.add(route.number())) {
                    candidates.add(
                            new Candidate(
                                    route.number(),
                                    under.host(),
                                    route.conditions().refusal(exchange)));
                }
            }
        }
        return candidates;
    }

    /// What makes a candidate come before another one, as a part of a sentence about it: `it has a path, and this one none`.
    public String why(Candidate first, Candidate second) {
        if (!first.host().equals(second.host())) {
            return second.host().isEmpty()
                    ? "it names a host"
                    : first.host().startsWith("*")
                            ? "its wildcard host is longer"
                            : "its host is exact";
        }
        return Precedence.why(
                routes.get(first.route()).match(), routes.get(second.route()).match());
    }

    /// Why a route does not match a request: the first of its conditions that fails; empty if all hold, whether or not a more precise
    /// route takes the request. For explanations, not for the way of a request.
    ///
    /// @param route its place in the list that the table was built from
    public Optional<Refusal> refusal(int route, Exchange exchange) {
        MatchConfig match = routes.get(route).match();
        RequestHead head = exchange.request();
        String host = head.host();
        if (!match.host().isEmpty() && match.host().stream().noneMatch(h -> h.matches(host))) {
            String wanted =
                    String.join(" or ", match.host().stream().map(HostPattern::toString).toList());
            return Optional.of(
                    Refusal.of(
                            "host",
                            host.isEmpty()
                                    ? "there is no host, not " + wanted
                                    : "the host is " + host + ", not " + wanted));
        }
        if (match.path().isPresent() && !match.path().get().matches(head)) {
            return Optional.of(
                    Refusal.of(
                            "path", "the path is " + head.path() + ", not " + match.path().get()));
        }
        return Conditions.of(match).refusal(exchange);
    }
}
