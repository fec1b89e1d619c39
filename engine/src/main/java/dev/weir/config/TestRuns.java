package dev.weir.config;

import dev.weir.WeirConfig;
import dev.weir.exchange.Failure;
import dev.weir.explain.Trial;
import dev.weir.explain.Trial.Outcome;
import dev.weir.http.ResponseHead;
import dev.weir.listen.Expectation;
import dev.weir.listen.TestConfig;
import dev.weir.route.RouteConfig;
import dev.weir.route.ValueMatch;
import dev.weir.schema.Location;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Runs the tests of a file and reports those that fail: what was expected, what came, and why. For one reading; confined to the thread that
/// reads.
final class TestRuns {
    private final WeirConfig config;
    private final Findings findings;
    private final Origins origins;
    private final Trial trial;

    TestRuns(Reading.Loaded loaded, Trial trial, Findings findings) {
        this.config = loaded.config();
        this.findings = findings;
        this.origins = loaded.origins();
        this.trial = trial;
    }

    void run() {
        for (int i = 0; i < config.tests().size(); i++) {
            TestConfig test = config.tests().get(i);
            String at = KeyPath.numbered("tests", i);
            try {
                compare(KeyPath.key(at, "expect"), test.expect(), trial.run(test), test);
            } catch (IllegalArgumentException e) {
                failed(at, "cannot be run: " + e.getMessage(), null);
            }
        }
    }

    private void compare(String at, Expectation wanted, Outcome found, TestConfig test) {
        String became = became(found, test);
        if (wanted.route().isPresent() && !wanted.route().get().equals(name(found.route()))) {
            String name = wanted.route().get();
            String path = KeyPath.key(at, "route");
            failed(
                    path,
                    "expected route " + shown(path, name) + ", but " + became,
                    whyNot(name, found.route()));
            return;
        }
        wanted.service()
                .filter(
                        service ->
                                !(found instanceof Outcome.Forwarded sent
                                        && sent.services().contains(service)))
                .ifPresent(
                        service ->
                                failed(
                                        KeyPath.key(at, "service"),
                                        "expected service "
                                                + shown(KeyPath.key(at, "service"), service)
                                                + ", but "
                                                + became,
                                        null));
        wanted.status()
                .filter(
                        status ->
                                !(found instanceof Outcome.Answered answered
                                        && answered.head().status() == status))
                .ifPresent(
                        status ->
                                failed(
                                        KeyPath.key(at, "status"),
                                        "expected status " + status + ", but " + became,
                                        found instanceof Outcome.Forwarded
                                                ? "which status an endpoint answers, no test can know; expect its service"
                                                : null));
        wanted.path().ifPresent(path -> path(KeyPath.key(at, "path"), path, found, became));
        fields(KeyPath.key(at, "headers"), wanted.headers(), found, became);
    }

    private void path(String at, String wanted, Outcome found, String became) {
        switch (found) {
            case Outcome.Forwarded sent when sent.path().equals(wanted) -> {}
            case Outcome.Forwarded sent ->
                    failed(
                            at,
                            "expected path " + wanted + ", but the endpoint gets " + sent.path(),
                            null);
            case Outcome.Answered _, Outcome.Open _ ->
                    failed(at, "expected path " + wanted + " at a service, but " + became, null);
        }
    }

    private void fields(String at, Map<String, ValueMatch> wanted, Outcome found, String became) {
        switch (found) {
            case Outcome.Answered answered -> fields(at, wanted, answered.head());
            case Outcome.Forwarded sent -> fields(at, wanted, sent.head());
            case Outcome.Open _ when !wanted.isEmpty() -> failed(at, became, null);
            case Outcome.Open _ -> {}
        }
    }

    private void fields(String at, Map<String, ValueMatch> wanted, ResponseHead head) {
        wanted.forEach(
                (name, value) -> {
                    String there = head.headers().get(name);
                    boolean holds =
                            there == null
                                    ? value instanceof ValueMatch.Present(boolean must) && !must
                                    : value.matches(there);
                    if (!holds) {
                        String is = there == null ? "there is none" : "it is \"" + there + "\"";
                        String path = KeyPath.key(at, name);
                        failed(path, "expected " + describe(path, value) + ", but " + is, null);
                    }
                });
    }

    private String describe(String at, ValueMatch value) {
        return switch (value) {
            case ValueMatch.Exactly(String text) -> shown(at, text);
            case ValueMatch.Regex(var pattern) -> "a value that matches " + pattern.pattern();
            case ValueMatch.Present(boolean wanted) -> wanted ? "a value" : "no such field";
        };
    }

    /// What became of the request, as the rest of a sentence.
    private String became(Outcome found, TestConfig test) {
        return switch (found) {
            case Outcome.Forwarded sent ->
                    "it goes to "
                            + (sent.services().size() == 1 ? "service " : "one of the services ")
                            + Names.either(sent.services())
                            + " by "
                            + route(sent.route());
            case Outcome.Open open ->
                    "the "
                            + filter(open.route(), open.filter())
                            + " filter of "
                            + route(open.route())
                            + " asks somebody else, and no test can know the answer";
            case Outcome.Answered answered when answered.route() < 0 ->
                    "it is answered " + status(answered) + before(answered, test);
            case Outcome.Answered answered when answered.filter() >= 0 ->
                    "the "
                            + filter(answered.route(), answered.filter())
                            + " filter of "
                            + route(answered.route())
                            + " answers "
                            + status(answered);
            case Outcome.Answered answered ->
                    route(answered.route()) + " answers " + status(answered);
        };
    }

    private String before(Outcome.Answered answered, TestConfig test) {
        int status = answered.head().status();
        return status >= 300 && status < 400
                ? " before any route: the listener "
                        + trial.listener(test)
                        + " sends clients to https"
                : "";
    }

    private static String status(Outcome.Answered answered) {
        Failure failure = answered.reply().failure();
        return answered.head().status() + (failure == null ? "" : " (" + failure.reason() + ")");
    }

    /// Why another route was taken than the one that was expected.
    private @Nullable String whyNot(String wanted, int taken) {
        for (int i = 0; i < config.routes().size(); i++) {
            if (name(i).equals(wanted)) {
                String named = route(i);
                Optional<String> refusal = trial.refusal(i);
                return refusal.map(why -> named + " does not match: " + why)
                        .orElse(
                                taken < 0
                                        ? null
                                        : named
                                                + " matches too, but "
                                                + name(taken)
                                                + " comes first");
            }
        }
        return null;
    }

    private String name(int route) {
        return route < 0 ? "" : TestChecks.name(config.routes().get(route), route);
    }

    private String route(int position) {
        RouteConfig route = config.routes().get(position);
        Location at = origins.at(KeyPath.route(position, route));
        return "route \""
                + name(position)
                + "\""
                + (at.line() == 0 ? "" : " (" + at.file() + ":" + at.line() + ")");
    }

    private String filter(int route, int place) {
        return Names.key(config.routes().get(route).filters().get(place).getClass());
    }

    /// A value that came from a variable may be secret.
    private String shown(String path, String text) {
        String variable = origins.nearest(path).variable();
        return variable.isEmpty() ? "\"" + text + "\"" : "the value of " + variable;
    }

    private void failed(String path, String message, @Nullable String hint) {
        Origin origin = origins.nearest(path);
        findings.problem(origin.at(), origin.length(), path, message, hint);
    }
}
