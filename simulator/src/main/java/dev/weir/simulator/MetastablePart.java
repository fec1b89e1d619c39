package dev.weir.simulator;

import dev.weir.health.OutliersConfig;
import dev.weir.retry.RetryCause;
import dev.weir.retry.RetryConfig;
import dev.weir.schema.Percent;
import dev.weir.schema.Rate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Bronson's metastable failure: an outage that is over, and a load that stays because of the attempts it has called up. Stateless.
final class MetastablePart {
    /// Requests that wait at an endpoint which sheds: a quarter of what it does within the time for an attempt.
    private static final int MOST_WAITING = 25;

    /// Requests per second that leave room for a fifth more.
    private static final int FEWER = 240;

    private MetastablePart() {}

    static Report.Written write(Comparison.Progress progress) {
        List<Result> results = new ArrayList<>();
        ScenarioConfig outage = Scenarios.of("outage");
        ScenarioConfig scenario = outage.withClients(outage.clients().withoutRepeats());
        Trial trial = Trial.of(scenario);
        RetryConfig once =
                RetryConfig.DEFAULTS
                        .withWhen(RetryCause.TIMEOUT, RetryCause.ofStatus(503))
                        .withPerTryTimeout(Duration.ofSeconds(1));
        Candidate usual =
                trial.usual().withTimeout(Duration.ofSeconds(3)).withOutliers(OutliersConfig.OFF);
        List<Candidate> candidates =
                List.of(
                        usual.named("no retries").withRetry(RetryConfig.OFF),
                        usual.named("retries without a budget")
                                .withRetry(once.withBudget(Percent.of(100))),
                        usual.named("budget 20 %").withRetry(once));
        for (Candidate candidate : candidates) {
            progress.at(candidate.name(), results.size() + 1, candidates.size() + 1, 0);
            results.add(trial.with(candidate));
        }
        ScenarioConfig bounded =
                scenario.withMachines(new Serves.Workers(1, MOST_WAITING), scenario.work());
        for (Candidate each : List.of(candidates.get(1), candidates.get(2))) {
            results.add(Trial.of(bounded).with(each.named(each.name() + ", shedding")));
        }
        TrafficConfig fewer = scenario.clients().withRate(Rate.perSecond(FEWER));
        for (Candidate each : List.of(candidates.get(1), candidates.get(2))) {
            results.add(
                    Trial.of(scenario.withClients(fewer))
                            .with(each.named(each.name() + ", " + FEWER + " requests/s")));
        }
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
                    attempts(result, 100, 160));
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

    private static String good(Result result, int from, int to) {
        double share =
                (double) sum(result.slotGood, result, from, to)
                        / Math.max(1, sum(result.slotRequests, result, from, to));
        return Table.percent(share);
    }

    private static String attempts(Result result, int from, int to) {
        return String.format(
                Locale.ROOT,
                "%.0f",
                (double) sum(result.slotAttempts, result, from, to) / (to - from));
    }

    private static String picture(ScenarioConfig scenario, List<Result> results) {
        Picture picture =
                new Picture(
                        "After an outage of ten seconds",
                        "endpoints for 300 requests/s, 280 requests/s, a second for each attempt");
        List<Lines.Span> outage =
                List.of(Lines.Span.of(scenario.faults().getFirst(), scenario.lasts()));
        OverTime time = new OverTime(scenario.lasts(), results, outage);
        time.perSecond("Attempts per second", result -> result.slotAttempts).draw(picture);
        time.perSecond("Requests answered well, per second", result -> result.slotGood)
                .draw(picture);
        return picture.svg();
    }
}
