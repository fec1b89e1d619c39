package dev.weir.simulator;

import dev.weir.exchange.Priority;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Who is answered when there is not room for all, with each of Weir's limits. Stateless.
final class PrioritiesPart {
    static final ScenarioConfig SCENARIO = Scenarios.of("priorities");

    private PrioritiesPart() {}

    static Result run(String name, ScenarioConfig scenario) {
        Trial trial = Trial.of(scenario);
        return trial.with(trial.usual().named(name));
    }

    static Report.Written write(Comparison.Progress progress) {
        progress.at("priorities", 1, 1, 0);
        List<Result> results =
                List.of(
                        run("no limit", SCENARIO.withLimits(Optional.empty(), Optional.empty())),
                        run("`concurrency-limit: gradient`", SCENARIO),
                        run(
                                "`connections: { max: 200, pending: 100, max-wait: 500ms }`",
                                SCENARIO.withLimits(
                                        Optional.of(OverloadPart.PLACES), Optional.empty())));
        Markdown table =
                new Markdown("answered well", "critical, 10 %", "normal, 50 %", "low, 40 %");
        for (Result result : results) {
            table.row(
                    result.name,
                    Table.percent(result.good(Priority.CRITICAL)),
                    Table.percent(result.good(Priority.NORMAL)),
                    Table.percent(result.good(Priority.LOW)));
        }
        return new Report.Written(Map.of("priorities", table.toString()), Map.of());
    }
}
