package dev.weir.bench;

import dev.weir.exchange.Exchange;
import dev.weir.route.MatchConfig;
import dev.weir.route.PathPattern;
import dev.weir.route.RouteConfig;
import dev.weir.route.RouteTable;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/// What finding a route costs in tables of ten, a thousand and ten thousand routes. Requests spread over the whole table;
/// their number is the same for every size, so that sizes differ by the table alone and not by how many requests the
/// caches must hold.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class RouteBench {
    /// A power of two.
    private static final int REQUESTS = 64;

    /// Routes that differ by path, by host, or that name a segment below a host of ten routes.
    public enum Shape {
        PATHS,
        HOSTS,
        MIXED
    }

    @Param({"10", "1000", "10000"})
    public int routes;

    @Param public Shape shape = Shape.PATHS;

    private RouteTable table = new RouteTable(List.of());
    private final Exchange[] requests = new Exchange[REQUESTS];
    private int next;

    @Setup
    public void fill() {
        List<RouteConfig> configs = new ArrayList<>();
        for (int i = 0; i < routes; i++) {
            configs.add(RouteConfig.to("service").withMatch(match(i)));
        }
        table = new RouteTable(configs);
        for (int i = 0; i < REQUESTS; i++) {
            int route = (int) ((long) i * 7919 % routes);
            requests[i] = ReadRequests.get(host(route), path(route) + "/items/42");
            if (table.find(requests[i]) != route) {
                throw new IllegalStateException("route " + route + " is not found");
            }
        }
    }

    private MatchConfig match(int route) {
        PathPattern path =
                PathPattern.parse(
                        shape == Shape.MIXED ? path(route) + "/items/{id}" : path(route) + "/**");
        MatchConfig match = MatchConfig.DEFAULTS.withPath(path);
        return shape == Shape.PATHS ? match : match.withHost(host(route));
    }

    /// Numbers of equal length, so that texts are as long in a small table as in a large one.
    private String host(int route) {
        return switch (shape) {
            case PATHS -> "shop.example.com";
            case HOSTS -> "h" + (100_000 + route) + ".example.com";
            case MIXED -> "h" + (100_000 + route / 10) + ".example.com";
        };
    }

    private String path(int route) {
        return shape == Shape.HOSTS ? "/api/service" : "/api/service" + (100_000 + route);
    }

    @Benchmark
    public int find() {
        next = next + 1 & REQUESTS - 1;
        return table.find(requests[next]);
    }
}
