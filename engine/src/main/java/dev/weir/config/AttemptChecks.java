package dev.weir.config;

import dev.weir.WeirConfig;
import dev.weir.retry.HedgeConfig;
import dev.weir.retry.MirrorConfig;
import dev.weir.retry.RetryConfig;
import dev.weir.retry.TimeoutConfig;
import dev.weir.route.Action;
import dev.weir.route.RouteConfig;
import dev.weir.schema.DurationText;
import dev.weir.service.ServiceConfig;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/// What the settings of one route about sending requests on must fit to: each other, and the services. For one reading; confined to its
/// thread.
final class AttemptChecks {
    private final Checks checks;
    private final WeirConfig config;
    private final String path;
    private final RouteConfig route;

    AttemptChecks(Checks checks, WeirConfig config, String path, RouteConfig route) {
        this.checks = checks;
        this.config = config;
        this.path = path;
        this.route = route;
    }

    void run() {
        if (route.action() instanceof Action.To to) {
            timeout(route.timeout());
            draining(route.timeout());
            retry(route.retry());
            attempts(route.retry());
            connecting(to);
            route.hedge().ifPresent(hedge -> hedge(hedge, to));
            route.mirror().ifPresent(mirror -> mirror(mirror, to));
        } else {
            for (String key : List.of("timeout", "retry", "hedge", "mirror", "upgrade")) {
                if (checks.says(key(key))) {
                    checks.warn(key(key), "does nothing: this route sends no request on");
                }
            }
        }
    }

    private String key(String key) {
        return KeyPath.key(path, key);
    }

    /// The setting if the file says it itself, else the section that stands for it.
    private String inside(String section, String key) {
        String inside = KeyPath.key(key(section), key);
        return checks.says(inside) ? inside : key(section);
    }

    private void timeout(TimeoutConfig timeout) {
        timeout.request()
                .filter(whole -> whole.compareTo(timeout.firstByte()) < 0)
                .ifPresent(
                        whole ->
                                checks.wrong(
                                        inside("timeout", "request"),
                                        DurationText.print(whole)
                                                + " for the whole request is less than first-byte, "
                                                + DurationText.print(timeout.firstByte()),
                                        "make first-byte smaller, or this one larger"));
        String tunnel = KeyPath.key(key("timeout"), "tunnel");
        if (route.upgrade().isEmpty() && checks.says(tunnel)) {
            checks.warn(tunnel, "does nothing, because upgrade allows nothing");
        }
    }

    /// A stop cuts what it has no more time for.
    private void draining(TimeoutConfig timeout) {
        Duration drain = config.drain().timeout();
        Duration longest = timeout.request().orElse(timeout.firstByte());
        boolean said = checks.says(key("timeout")) || checks.says("drain");
        if (said && longest.compareTo(drain) > 0) {
            checks.warn(
                    inside("timeout", timeout.request().isPresent() ? "request" : "first-byte"),
                    "a request may take "
                            + DurationText.print(longest)
                            + ", but a stop leaves it "
                            + DurationText.print(drain)
                            + " (drain.timeout) and cuts it then");
        }
    }

    private void attempts(RetryConfig retry) {
        Duration whole = route.timeout().firstByte();
        retry.perTryTimeout()
                .filter(one -> one.compareTo(whole) <= 0)
                .filter(one -> one.multipliedBy(retry.attempts()).compareTo(whole) > 0)
                .ifPresent(
                        one ->
                                checks.warn(
                                        inside("retry", "per-try-timeout"),
                                        retry.attempts()
                                                + " attempts of "
                                                + DurationText.print(one)
                                                + " take up to "
                                                + DurationText.print(
                                                        one.multipliedBy(retry.attempts()))
                                                + ", and timeout is "
                                                + DurationText.print(whole)
                                                + ": there is time for "
                                                + whole.dividedBy(one)));
    }

    /// A connect that hangs is to leave time for another attempt.
    private void connecting(Action.To to) {
        Duration whole = route.timeout().firstByte();
        for (String name : to.shares().keySet()) {
            ServiceConfig service = config.services().get(name);
            if (service != null
                    && route.retry().on()
                    && service.endpoints().size() > 1
                    && service.connections().connectTimeout().compareTo(whole) >= 0) {
                checks.warn(
                        inside("timeout", "first-byte"),
                        "a connect to an endpoint of "
                                + name
                                + " may hang for "
                                + DurationText.print(service.connections().connectTimeout())
                                + " (connect-timeout), and timeout leaves no time for another one");
            }
        }
    }

    private void retry(RetryConfig retry) {
        retry.perTryTimeout()
                .filter(one -> one.compareTo(route.timeout().firstByte()) > 0)
                .ifPresent(
                        one ->
                                checks.wrong(
                                        inside("retry", "per-try-timeout"),
                                        DurationText.print(one)
                                                + " for one attempt is more than timeout, "
                                                + DurationText.print(route.timeout().firstByte())
                                                + ", allows for all",
                                        "make it smaller than timeout, so that there is time for another attempt"));
        if (retry.on() && retry.budget().none()) {
            checks.wrong(
                    inside("retry", "budget"),
                    "a budget of 0% with retries on",
                    "expected: 1% to 100%; for no retries write retry: off");
        }
        if (retry.on() && retry.attempts() == 1 && checks.says(key("retry"))) {
            checks.warn(
                    inside("retry", "attempts"),
                    "1 attempt: only connects that fail are repeated; for nothing at all write retry: off");
        }
    }

    private void hedge(HedgeConfig hedge, Action.To to) {
        if (hedge.after().time().compareTo(route.timeout().firstByte()) >= 0) {
            checks.wrong(
                    inside("hedge", "after"),
                    DurationText.print(hedge.after().time())
                            + " is no less than timeout, "
                            + DurationText.print(route.timeout().firstByte()),
                    "there would never be a second attempt");
        }
        for (String service : to.shares().keySet()) {
            if (checks.endpoints(service) == 1) {
                checks.warn(
                        key("hedge"),
                        "does nothing for service " + service + ", which has one endpoint");
            }
        }
    }

    private void mirror(MirrorConfig mirror, Action.To to) {
        String at = inside("mirror", "to");
        checks.serviceNamed(at, mirror.to());
        if (to.shares().keySet().equals(Set.of(mirror.to()))) {
            checks.wrong(
                    at,
                    "copies would go to " + mirror.to() + ", which gets the requests already",
                    "name another service");
        }
    }
}
