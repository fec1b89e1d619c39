package dev.weir.simulator;

import dev.weir.balance.Balance;
import dev.weir.retry.HedgeConfig;
import dev.weir.schema.Percent;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// What a second attempt beside a slow one does, and what it costs. Stateless.
final class HedgingPart {
    private static final List<String> SCENARIOS =
            List.of("steady", "one-slow", "one-hangs", "neighbours", "rush");

    private static final List<Balance> POLICIES =
            List.of(Balance.ROUND_ROBIN, Balance.LEAST_REQUESTS);

    private HedgingPart() {}

    static Optional<HedgeConfig> after(String when) {
        return Optional.of(HedgeConfig.of(HedgeConfig.After.parse(when)));
    }

    static Result run(ScenarioConfig scenario, Balance balance, Optional<HedgeConfig> hedge) {
        Trial trial = Trial.of(scenario.withHedge(hedge));
        return trial.with(trial.usual().with(balance));
    }

    static Report.Written write(Comparison.Progress progress) {
        List<String> heads = new ArrayList<>(List.of("p99 ms, p99.9, attempts a request"));
        for (Balance policy : POLICIES) {
            String name = "`" + Candidate.name(policy) + "`";
            heads.add(name);
            heads.add(name + ", `hedge: 95%`");
            heads.add(name + ", no budget");
        }
        Markdown table = new Markdown(heads.toArray(String[]::new));
        Optional<HedgeConfig> hedge = after("95%");
        Optional<HedgeConfig> unbounded = hedge.map(usual -> usual.withBudget(Percent.of(100)));
        for (String name : SCENARIOS) {
            progress.at(name, SCENARIOS.indexOf(name) + 1, SCENARIOS.size(), 0);
            ScenarioConfig scenario = Scenarios.of(name);
            List<String> cells = new ArrayList<>(List.of("`" + name + "`"));
            for (Balance policy : POLICIES) {
                cells.add(cell(run(scenario, policy, Optional.empty())));
                cells.add(cell(run(scenario, policy, hedge)));
                cells.add(cell(run(scenario, policy, unbounded)));
            }
            table.row(cells.toArray(String[]::new));
        }
        return new Report.Written(Map.of("hedging", table.toString()), Map.of());
    }

    private static String cell(Result result) {
        return String.format(
                Locale.ROOT,
                "%s, %s, %.2f",
                Table.figure(result.percentile(99)),
                Table.figure(result.percentile(99.9)),
                result.attempts());
    }
}
