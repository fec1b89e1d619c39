package dev.weir.fuzz;

import dev.weir.exchange.Exchange;
import dev.weir.route.NaiveRoutes;
import dev.weir.route.PathPattern;
import dev.weir.route.RouteCases;
import dev.weir.route.RouteConfig;
import dev.weir.route.RouteTable;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/// Which route takes a request, what its named segments are, and what `Allow` says. Every byte is a choice: of the routes, then
/// of requests to them.
public final class RouteTableTarget {
    private static final int REQUESTS = 4;

    private RouteTableTarget() {}

    /// Gives the bytes of an input one after the other, then nothing but zeros.
    private static final class Bytes {
        private final byte[] bytes;
        private int at;

        Bytes(byte[] bytes) {
            this.bytes = bytes;
        }

        int below(int bound) {
            return at < bytes.length ? (bytes[at++] & 0xff) % bound : 0;
        }
    }

    public static void fuzzerTestOneInput(byte[] bytes) {
        RouteCases cases = new RouteCases(new Bytes(bytes)::below);
        List<RouteConfig> routes = cases.routes();
        RouteTable table = new RouteTable(routes);
        for (int i = 0; i < REQUESTS; i++) {
            Exchange exchange = cases.request();
            int expected = NaiveRoutes.find(routes, exchange);
            Same.check(table.find(exchange), expected, "the route", () -> said(routes, exchange));
            if (expected >= 0) {
                checkSegments(routes.get(expected), exchange, () -> said(routes, exchange));
            } else {
                checkMethods(table, routes, exchange);
            }
            for (int r = 0; r < routes.size(); r++) {
                Same.check(
                        table.refusal(r, exchange).isEmpty(),
                        NaiveRoutes.find(List.of(routes.get(r)), exchange) == 0,
                        "whether route " + r + " matches",
                        () -> said(routes, exchange));
            }
        }
    }

    private static void checkSegments(RouteConfig route, Exchange exchange, Supplier<String> said) {
        if (route.match().path().isEmpty()) {
            return;
        }
        String[] found =
                exchange.request().path().replaceAll(";[^/]*", "").substring(1).split("/", -1);
        Set<String> told = new LinkedHashSet<>();
        List<PathPattern.Segment> segments = route.match().path().get().segments();
        for (int i = 0; i < segments.size(); i++) {
            if (segments.get(i) instanceof PathPattern.Segment.Any(String name)
                    && !name.isEmpty()
                    && told.add(name)) {
                Same.check(exchange.pathParameter(name), found[i], "the segment " + name, said);
            }
        }
    }

    /// The methods of the routes that fit a request with one of their own.
    private static void checkMethods(
            RouteTable table, List<RouteConfig> routes, Exchange exchange) {
        Set<String> expected = new LinkedHashSet<>();
        for (RouteConfig route : routes) {
            RouteConfig anyMethod = route.withMatch(route.match().withMethods());
            if (NaiveRoutes.find(List.of(anyMethod), exchange) == 0) {
                expected.addAll(route.match().methods());
            }
        }
        Same.check(
                Set.copyOf(table.allowedMethods(exchange)),
                Set.copyOf(expected),
                "the methods allowed",
                () -> said(routes, exchange));
    }

    private static String said(List<RouteConfig> routes, Exchange exchange) {
        return exchange.request().method()
                + " "
                + exchange.request().host()
                + exchange.request().path()
                + " among "
                + routes.stream().map(RouteConfig::match).toList();
    }
}
