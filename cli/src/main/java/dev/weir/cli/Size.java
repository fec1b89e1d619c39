package dev.weir.cli;

import dev.weir.WeirConfig;
import java.util.Locale;

/// How much a configuration holds, in words: `4 routes, 3 services, 5 endpoints`. Immutable.
record Size(int routes, int services, int endpoints) {
    static Size of(WeirConfig config) {
        return new Size(
                config.routes().size(),
                config.services().size(),
                config.services().values().stream()
                        .mapToInt(service -> service.endpoints().size())
                        .sum());
    }

    @Override
    public String toString() {
        return count(routes, "route")
                + ", "
                + count(services, "service")
                + ", "
                + count(endpoints, "endpoint");
    }

    private static String count(int number, String what) {
        return String.format(Locale.ROOT, "%,d %s%s", number, what, number == 1 ? "" : "s");
    }
}
