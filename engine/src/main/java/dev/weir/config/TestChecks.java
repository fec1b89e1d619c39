package dev.weir.config;

import dev.weir.http.Headers;
import dev.weir.listen.Expectation;
import dev.weir.listen.TestConfig;
import dev.weir.route.RouteConfig;
import java.util.ArrayList;
import java.util.List;

/// What the tests of a file must fit to before they can be run: names that exist, fields that can be sent. For one reading; confined to
/// its thread.
///
/// @param routes of the file
record TestChecks(Checks checks, List<RouteConfig> routes) {

    void run(List<TestConfig> tests) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < routes.size(); i++) {
            names.add(name(routes.get(i), i));
        }
        for (int i = 0; i < tests.size(); i++) {
            one(KeyPath.numbered("tests", i), tests.get(i), names);
        }
    }

    /// What a route is called, in logs and in tests.
    static String name(RouteConfig route, int position) {
        return route.name().orElse("route-" + (position + 1));
    }

    private void one(String at, TestConfig test, List<String> names) {
        test.headers().forEach((name, value) -> field(KeyPath.key(at, "headers"), name, value));
        test.listener()
                .ifPresent(name -> checks.requestListenerNamed(KeyPath.key(at, "listener"), name));
        String expect = KeyPath.key(at, "expect");
        if (test.expect().equals(Expectation.DEFAULTS)) {
            checks.wrong(
                    expect, "expects nothing", "say a route, service, status, path or headers");
        }
        test.expect()
                .service()
                .ifPresent(name -> checks.serviceNamed(KeyPath.key(expect, "service"), name));
        String route = KeyPath.key(expect, "route");
        test.expect()
                .route()
                .filter(name -> !names.contains(name))
                .ifPresent(
                        name ->
                                checks.wrong(
                                        route,
                                        "no route is called "
                                                + checks.shown(route, name)
                                                + Nearest.didYouMean(name, names),
                                        null));
    }

    private void field(String section, String name, String value) {
        String path = KeyPath.key(section, name);
        if (checks.fieldName(path, name) && !Headers.fits(value)) {
            checks.wrong(
                    path,
                    "the value cannot stand in a header",
                    "a header's value is one line without blanks at its ends");
        }
    }
}
