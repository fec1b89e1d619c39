package dev.weir.explain;

import dev.weir.exchange.Priority;
import dev.weir.retry.HedgeConfig;
import dev.weir.retry.MirrorConfig;
import dev.weir.retry.RetryCause;
import dev.weir.retry.RetryConfig;
import dev.weir.retry.TimeoutConfig;
import dev.weir.route.RouteConfig;
import dev.weir.schema.DurationText;
import dev.weir.service.ConnectionsConfig;
import dev.weir.service.ServiceConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/// Collects the settings in force for a request, with the place each comes from. For one explanation; confined to its thread.
final class Settings {
    private final List<Explanation.Setting> found = new ArrayList<>();

    List<Explanation.Setting> found() {
        return found;
    }

    /// What the route says about sending its requests on.
    void route(RouteConfig route, Whence at) {
        timeouts(route.timeout(), at);
        retries(route.retry(), at);
        route.hedge().ifPresent(hedge -> hedge(hedge, at));
        route.mirror().ifPresent(mirror -> mirror(mirror, at));
        if (route.priority() != Priority.NORMAL || at.says("priority")) {
            add("priority", route.priority().name().toLowerCase(Locale.ROOT), at, true);
        }
    }

    private void timeouts(TimeoutConfig timeout, Whence at) {
        TimeoutConfig usual = TimeoutConfig.DEFAULTS;
        String section = "timeout";
        Duration head = timeout.firstByte();
        add(section, "first-byte", text(head), at, !head.equals(usual.firstByte()));
        add(
                section,
                "idle",
                text(timeout.idle().orElse(head)),
                at,
                timeout.idle().isPresent() || !head.equals(usual.firstByte()));
        add(
                section,
                "request",
                timeout.request().map(Settings::text).orElse("none"),
                at,
                timeout.request().isPresent());
    }

    private void retries(RetryConfig retry, Whence at) {
        RetryConfig usual = RetryConfig.DEFAULTS;
        if (!retry.on()) {
            add("retry", "off", at, true);
            return;
        }
        String section = "retry";
        int attempts = retry.attempts();
        add(section, "attempts", "" + attempts, at, attempts != usual.attempts());
        String when =
                retry.when().stream().map(RetryCause::toString).collect(Collectors.joining(", "));
        add(section, "when", when, at, !retry.when().equals(usual.when()));
        add(
                section,
                "budget",
                retry.budget().toString(),
                at,
                !retry.budget().equals(usual.budget()));
        Optional<Duration> perTry = retry.perTryTimeout();
        add(
                section,
                "per-try-timeout",
                perTry.map(Settings::text).orElse("none"),
                at,
                perTry.isPresent());
    }

    private void hedge(HedgeConfig hedge, Whence at) {
        String budget = "budget " + hedge.budget();
        add("hedge", "after " + hedge.after() + ", " + budget, at, true);
    }

    private void mirror(MirrorConfig mirror, Whence at) {
        add("mirror", mirror.share() + " to " + mirror.to(), at, true);
    }

    /// What a service says about its connections.
    void service(String name, ServiceConfig service, Whence at) {
        ConnectionsConfig is = service.connections();
        ConnectionsConfig usual = ConnectionsConfig.DEFAULTS;
        connection(
                name,
                "connect-timeout",
                text(is.connectTimeout()),
                at,
                is.connectTimeout().equals(usual.connectTimeout()));
        if (service.tlsInUse().isPresent()) {
            connection(
                    name,
                    "tls-timeout",
                    text(is.tlsTimeout()),
                    at,
                    is.tlsTimeout().equals(usual.tlsTimeout()));
        }
        connection(name, "max", "" + is.max(), at, is.max() == usual.max());
        connection(name, "max-wait", text(is.maxWait()), at, is.maxWait().equals(usual.maxWait()));
        if (service.throttle().on()) {
            found.add(new Explanation.Setting(name + " › throttle", "on", at.of("throttle", true)));
        }
    }

    private void connection(String service, String key, String value, Whence at, boolean usual) {
        found.add(
                new Explanation.Setting(
                        service + " › " + key, value, at.below("connections").of(key, !usual)));
    }

    private void add(String section, String key, String value, Whence at, boolean changed) {
        String name = section + " › " + key;
        found.add(new Explanation.Setting(name, value, at.below(section).of(key, changed)));
    }

    private void add(String key, String value, Whence at, boolean changed) {
        found.add(new Explanation.Setting(key, value, at.of(key, changed)));
    }

    private static String text(Duration time) {
        return DurationText.print(time);
    }
}
