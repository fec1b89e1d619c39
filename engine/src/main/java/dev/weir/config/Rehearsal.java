package dev.weir.config;

import dev.weir.WeirConfig;
import dev.weir.filter.FilterConfig;
import dev.weir.filter.FilterSite;
import dev.weir.route.Action;
import dev.weir.route.RedirectTarget;
import dev.weir.route.Rewrite;
import dev.weir.route.RouteConfig;
import dev.weir.runtime.Clock;
import java.nio.file.Path;

/// Makes what only making can find wrong, once and for nothing: a key file that holds no key, a path that no request can
/// have. So that `weir validate` and a reload know it as well as a start. Confined to the thread that reads.
final class Rehearsal {
    private static final Clock STANDING = Clock.of(() -> 0, () -> 0);

    private final Findings findings;
    private final Origins origins;
    private final Path directory;

    /// @param directory where relative file names start
    Rehearsal(Findings findings, Path directory) {
        this.findings = findings;
        this.origins = findings.origins();
        this.directory = directory;
    }

    void run(WeirConfig config) {
        for (int i = 0; i < config.routes().size(); i++) {
            RouteConfig route = config.routes().get(i);
            String path = KeyPath.route(i, route);
            attempt(path, () -> Rewrite.of(route));
            if (route.action() instanceof Action.Redirect redirect) {
                attempt(
                        KeyPath.key(path, "redirect"),
                        () -> RedirectTarget.of(redirect, route.match()));
            }
            for (int step = 0; step < route.filters().size(); step++) {
                FilterConfig filter = route.filters().get(step);
                FilterSite site = new FilterSite(path, directory, STANDING, 0, _ -> {});
                attempt(KeyPath.filter(path, step, filter), () -> filter.build(site));
            }
        }
    }

    private void attempt(String path, Runnable making) {
        try {
            making.run();
        } catch (IllegalArgumentException e) {
            if (!findings.knownWrong(path)) {
                Origins.Span span = origins.span(path);
                findings.problem(
                        span.at(), span.length(), path, String.valueOf(e.getMessage()), null);
            }
        }
    }
}
