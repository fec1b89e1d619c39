package dev.weir.config;

import dev.weir.retry.HedgeConfig;
import dev.weir.retry.MirrorConfig;
import dev.weir.retry.RetryConfig;
import dev.weir.retry.TimeoutConfig;
import dev.weir.route.Action;
import dev.weir.route.RouteConfig;
import dev.weir.schema.DurationText;
import dev.weir.schema.Percent;
import java.util.List;
import java.util.Set;

/// What the settings of one route about sending requests on must fit to: each other, and the services. For one reading; confined to its
/// thread.
final class AttemptChecks {
    private final Checks checks;
    private final String path;
    private final RouteConfig route;

    AttemptChecks(Checks checks, String path, RouteConfig route) {
        this.checks = checks;
        this.path = path;
        this.route = route;
    }

    void run() {
        if (route.action() instanceof Action.To to) {
            timeout(route.timeout());
            retry(route.retry());
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
        if (retry.on() && retry.budget().equals(Percent.NONE)) {
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
