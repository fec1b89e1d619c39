package dev.weir.simulator;

import dev.weir.filter.concurrency.ConcurrencyLimitConfig;
import dev.weir.service.ConnectionsConfig;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Three times as many requests as endpoints can do, without a limit and behind each of Weir's. Stateless.
final class OverloadPart {
    static final ConnectionsConfig PLACES =
            ConnectionsConfig.DEFAULTS.withPlaces(200, 100, Duration.ofMillis(500));

    private static final ScenarioConfig OVERLOAD = Scenarios.of("overload");

    private OverloadPart() {}

    static Result run(
            String name,
            Optional<ConnectionsConfig> places,
            Optional<ConcurrencyLimitConfig> limit) {
        Trial trial = Trial.of(OVERLOAD.withLimits(places, limit));
        return trial.with(trial.usual().named(name));
    }

    /// Good answers to requests that came between two seconds, of what the endpoints can do at most.
    static double goodput(Result result, int from, int to) {
        double good = 0;
        for (int i = result.slot(from * 1_000_000_000L);
                i < result.slot(to * 1_000_000_000L);
                i++) {
            good += result.slotGood[i];
        }
        double peak =
                OVERLOAD.endpoints() * OVERLOAD.serves().capacity() * 1e9 / OVERLOAD.work().mean();
        return good / (to - from) / peak;
    }

    static Report.Written write(Comparison.Progress progress) {
        progress.at("overload", 1, 1, 0);
        List<Result> results =
                List.of(
                        run("no limit", Optional.empty(), Optional.empty()),
                        run(
                                "`concurrency-limit: gradient`",
                                Optional.empty(),
                                OVERLOAD.concurrencyLimit()),
                        run(
                                "`connections: { max: 200, pending: 100, max-wait: 500ms }`",
                                Optional.of(PLACES),
                                Optional.empty()));
        Markdown table =
                new Markdown(
                        "",
                        "answered well during, of the peak",
                        "10 s after, of the peak",
                        "p99 ms of those let through");
        for (Result result : results) {
            table.row(
                    result.name,
                    Table.percent(goodput(result, 22, 50)),
                    Table.percent(goodput(result, 60, 80)),
                    Table.figure(result.percentile(99)));
        }
        return new Report.Written(Map.of("overload", table.toString()), Map.of());
    }
}
