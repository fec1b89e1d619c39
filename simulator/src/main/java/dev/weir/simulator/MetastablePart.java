package dev.weir.simulator;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Bronson's metastable failure: an outage that is over, and a load that stays because of the attempts it has called up. Stateless.
final class MetastablePart {
    private MetastablePart() {}

    static Report.Written write(Comparison.Progress progress) {
        List<Result> results = new ArrayList<>();
        ScenarioConfig scenario = Scenarios.of("outage");
        Trial trial = Trial.of(scenario);
        progress.at("outage", 1, 1, 0);
        results.add(trial.with(trial.usual().named("clients send again")));
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
                        "endpoints for 300 requests/s, 280 requests/s, clients wait a second and send again once");
        List<Lines.Span> outage =
                List.of(Lines.Span.of(scenario.faults().getFirst(), scenario.lasts()));
        OverTime time = new OverTime(scenario.lasts(), results, outage);
        time.perSecond("Attempts per second", result -> result.slotAttempts).draw(picture);
        time.perSecond("Requests answered well, per second", result -> result.slotGood)
                .draw(picture);
        return picture.svg();
    }
}
