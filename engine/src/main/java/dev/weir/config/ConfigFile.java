package dev.weir.config;

import dev.weir.WeirConfig;
import dev.weir.balance.Balance;
import dev.weir.health.HealthConfig;
import dev.weir.listen.ListenerConfig;
import dev.weir.route.Action;
import dev.weir.route.RouteConfig;
import dev.weir.runtime.DrainConfig;
import dev.weir.schema.HostPort;
import dev.weir.schema.Location;
import dev.weir.schema.Problem;
import dev.weir.service.EndpointConfig;
import dev.weir.service.ServiceConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/// Reads a configuration file.
@SuppressWarnings({"unchecked", "NullAway"})
public final class ConfigFile {
    private ConfigFile() {}

    public static Reading read(Path file, UnaryOperator<@Nullable String> environment) {
        try {
            return read(
                    file.toString(),
                    Files.readString(file),
                    file.toAbsolutePath().getParent(),
                    environment);
        } catch (IOException e) {
            return refused(file.toString(), 0, "cannot be read: " + e);
        }
    }

    public static Reading read(
            String name,
            String text,
            @Nullable Path directory,
            UnaryOperator<@Nullable String> environment) {
        try {
            Object root = new Load(LoadSettings.builder().build()).loadFromString(text);
            return new Reading.Loaded(
                    config((Map<String, Object>) root),
                    Origins.NONE,
                    List.of(),
                    directory == null ? Path.of("") : directory,
                    Sources.NONE);
        } catch (RuntimeException e) {
            return refused(name, 1, String.valueOf(e.getMessage()));
        }
    }

    private static Reading refused(String name, int line, String message) {
        return new Reading.Refused(
                List.of(new Problem(new Location(name, line, 1), "", message, null, 1)),
                Sources.NONE);
    }

    private static WeirConfig config(Map<String, Object> root) {
        WeirConfig config = WeirConfig.DEFAULTS;
        for (var e : map(root.remove("listeners")).entrySet()) {
            config = config.withListener(e.getKey(), ListenerConfig.of(address(e.getValue())));
        }
        List<RouteConfig> routes = new ArrayList<>();
        for (Object each : list(root.remove("routes"))) {
            Map<String, Object> r = map(each);
            RouteConfig route =
                    r.get("to") instanceof String to
                            ? RouteConfig.to(to)
                            : RouteConfig.DEFAULTS.withAction(
                                    Action.Respond.of(
                                            (Integer) map(r.get("respond")).get("status"),
                                            String.valueOf(map(r.get("respond")).get("body"))));
            if (r.get("name") instanceof String n) {
                route = route.withName(n);
            }
            if (r.get("match") instanceof Map<?, ?> m && m.get("path") instanceof String path) {
                route = route.withPath(path);
            }
            routes.add(route);
        }
        config = config.withRoutes(routes.toArray(RouteConfig[]::new));
        for (var e : map(root.remove("services")).entrySet()) {
            config = config.withService(e.getKey(), service(map(e.getValue())));
        }
        if (root.remove("drain") instanceof Map<?, ?> d) {
            config =
                    config.withDrain(
                            new DrainConfig(duration(d.get("delay")), duration(d.get("timeout"))));
        }
        root.remove("weir");
        if (!root.isEmpty()) {
            throw new IllegalArgumentException("unknown key " + root.keySet());
        }
        return config;
    }

    private static ServiceConfig service(Map<String, Object> s) {
        ServiceConfig service =
                ServiceConfig.of(
                        list(s.get("endpoints")).stream()
                                .map(a -> EndpointConfig.of(address(a)))
                                .toArray(EndpointConfig[]::new));
        if (s.get("balance") instanceof String b && b.equals("round-robin")) {
            service = service.withBalance(Balance.ROUND_ROBIN);
        }
        if (s.get("health") instanceof Map<?, ?> h) {
            service =
                    service.withHealth(
                            HealthConfig.of(String.valueOf(h.get("path")))
                                    .withTiming(
                                            duration(h.get("every")), duration(h.get("timeout"))));
        }
        return service;
    }

    private static Duration duration(@Nullable Object text) {
        String s = String.valueOf(text);
        return s.endsWith("ms")
                ? Duration.ofMillis(Long.parseLong(s.substring(0, s.length() - 2)))
                : Duration.ofSeconds(Long.parseLong(s.substring(0, s.length() - 1)));
    }

    private static HostPort address(Object value) {
        String s = String.valueOf(value);
        int colon = s.lastIndexOf(':');
        return new HostPort(
                colon < 0 ? "" : s.substring(0, colon), Integer.parseInt(s.substring(colon + 1)));
    }

    private static Map<String, Object> map(@Nullable Object o) {
        return o == null ? Map.of() : (Map<String, Object>) o;
    }

    private static List<Object> list(@Nullable Object o) {
        return o == null ? List.of() : (List<Object>) o;
    }
}
