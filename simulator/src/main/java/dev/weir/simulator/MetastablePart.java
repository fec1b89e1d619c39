package dev.weir.simulator;

import dev.weir.filter.concurrency.ConcurrencyLimitConfig;
import dev.weir.health.OutliersConfig;
import dev.weir.retry.RetryCause;
import dev.weir.retry.RetryConfig;
import dev.weir.schema.Percent;
import dev.weir.schema.Rate;
import dev.weir.service.ConnectionsConfig;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Bronson's metastable failure: an outage that is over, and a load that stays because of the attempts it has called up. Stateless.
final class MetastablePart {
    /// Requests that wait at an endpoint which sheds: a quarter of what it does within the time for an attempt.
    private static final int MOST_WAITING = 25;

    private static final ConcurrencyLimitConfig GRADIENT = ConcurrencyLimitConfig.of("gradient");

    /// Places for what the endpoints do in a fifth of the time for an attempt, and as many more may wait for half of it.
    private static final ConnectionsConfig PLACES_CONFIG =
            ConnectionsConfig.DEFAULTS.withPlaces(60, 60, Duration.ofMillis(500));

    /// Requests per second that leave room for a fifth more.
    private static final int FEWER = 200;

    private MetastablePart() {}

    /// One more attempt when one has taken a second, or was turned away.
    private static final RetryConfig ONCE =
            RetryConfig.DEFAULTS
                    .withWhen(RetryCause.TIMEOUT, RetryCause.ofStatus(503))
                    .withPerTryTimeout(Duration.ofSeconds(1));

    static final RetryConfig WITHOUT_BUDGET = ONCE.withBudget(Percent.of(100));
    static final RetryConfig BUDGET = ONCE.withBudget(Percent.of(20));

    /// Who turns requests away when there are too many.
    enum Shedding {
        NOBODY(""),
        /// Endpoints, by a line that is bounded.
        ENDPOINTS(", endpoints shed"),
        /// Weir, by a limit that finds itself.
        CONCURRENCY_LIMIT(", Weir's concurrency-limit"),
        /// Weir, by its places and the line before them.
        PLACES(", Weir's connections.max");

        private final String name;

        Shedding(String name) {
            this.name = name;
        }

        private ScenarioConfig in(ScenarioConfig scenario) {
            return switch (this) {
                case NOBODY -> scenario;
                case ENDPOINTS ->
                        scenario.withMachines(new Serves.Workers(1, MOST_WAITING), scenario.work());
                case CONCURRENCY_LIMIT ->
                        scenario.withLimits(Optional.empty(), Optional.of(GRADIENT));
                case PLACES -> scenario.withLimits(Optional.of(PLACES_CONFIG), Optional.empty());
            };
        }
    }

    static Result run(RetryConfig retry, int perSecond, Shedding shedding) {
        ScenarioConfig outage = Scenarios.of("outage");
        TrafficConfig clients =
                outage.clients().withoutRepeats().withRate(Rate.perSecond(perSecond));
        Trial trial = Trial.of(shedding.in(outage.withClients(clients)));
        return trial.with(
                trial.usual()
                        .named(name(retry, perSecond, shedding))
                        .withTimeout(Duration.ofSeconds(3))
                        .withOutliers(OutliersConfig.OFF)
                        .withRetry(retry));
    }

    private static String name(RetryConfig retry, int perSecond, Shedding shedding) {
        String budget =
                !retry.on()
                        ? "no retries"
                        : retry.budget().equals(BUDGET.budget())
                                ? "budget " + retry.budget()
                                : "no budget";
        return perSecond + "/s, " + budget + shedding.name;
    }

    static Report.Written write(Comparison.Progress progress) {
        progress.at("outage", 1, 1, 0);
        List<Result> results =
                List.of(
                        run(RetryConfig.OFF, 280, Shedding.NOBODY),
                        run(WITHOUT_BUDGET, 280, Shedding.NOBODY),
                        run(BUDGET, 280, Shedding.NOBODY),
                        run(WITHOUT_BUDGET, 280, Shedding.ENDPOINTS),
                        run(BUDGET, 280, Shedding.ENDPOINTS),
                        run(BUDGET, 280, Shedding.CONCURRENCY_LIMIT),
                        run(BUDGET, 280, Shedding.PLACES),
                        run(WITHOUT_BUDGET, FEWER, Shedding.NOBODY),
                        run(BUDGET, FEWER, Shedding.NOBODY));
        ScenarioConfig scenario = Scenarios.of("outage");
        Markdown table =
                new Markdown(
                        "",
                        "answered well before",
                        "during",
                        "60 s after",
                        "attempts/s 60 s after");
        for (Result result : results) {
            table.row(
                    result.name,
                    good(result, 10, 30),
                    good(result, 30, 40),
                    good(result, 100, 160),
                    String.format(Locale.ROOT, "%.0f", attempts(result, 100, 160)));
        }
        return Report.Written.of("metastable", table.toString(), picture(scenario, results));
    }

    private static long sum(long[] slots, Result result, int from, int to) {
        long sum = 0;
        for (int i = result.slot(from * 1_000_000_000L);
                i < result.slot(to * 1_000_000_000L);
                i++) {
            sum += slots[i];
        }
        return sum;
    }

    /// Of the requests that came from one second to another, answered well.
    static double share(Result result, int from, int to) {
        return (double) sum(result.slotGood, result, from, to)
                / Math.max(1, sum(result.slotRequests, result, from, to));
    }

    private static String good(Result result, int from, int to) {
        return Table.percent(share(result, from, to));
    }

    /// Attempts per second, from one second to another.
    static double attempts(Result result, int from, int to) {
        int slots = result.slot(to * 1_000_000_000L) - result.slot(from * 1_000_000_000L);
        double slotSeconds = Scenarios.of("outage").lasts().toMillis() / 1e3 / Result.SLOTS;
        return sum(result.slotAttempts, result, from, to) / (slots * slotSeconds);
    }

    private static String picture(ScenarioConfig scenario, List<Result> results) {
        Picture picture =
                new Picture(
                        "After an outage of ten seconds",
                        "endpoints for 300 requests/s; a second for each attempt, and one more attempt");
        List<Lines.Span> outage =
                List.of(Lines.Span.of(scenario.faults().getFirst(), scenario.lasts()));
        OverTime time = new OverTime(scenario.lasts(), results, outage);
        time.perSecond("Attempts per second", result -> result.slotAttempts).draw(picture);
        time.perSecond("Requests answered well, per second", result -> result.slotGood)
                .draw(picture);
        return picture.svg();
    }
}
