package dev.weir.simulator;

import dev.weir.balance.Balance;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// More and more gateways before the same endpoints under the same load: what each knows by itself against what endpoints tell. Stateless.
final class GatewaysPart {
    static final List<Balance> RULES =
            List.of(
                    Balance.LEAST_REQUESTS,
                    Balance.LEAST_CONNECTIONS,
                    Balance.PEAK_EWMA,
                    Balance.PREQUAL,
                    Balance.probed("/load"));

    private static final int[] NUMBERS = {1, 5, 20, 100};

    private GatewaysPart() {}

    static Result run(ScenarioConfig scenario, int gateways, Balance balance) {
        Trial trial = Trial.of(scenario.withGateways(gateways, 1));
        return trial.with(trial.usual().alone().with(balance));
    }

    static Report.Written write(Comparison.Progress progress) {
        Map<String, String> tables = new LinkedHashMap<>();
        tables.put("gateways", table(Scenarios.of("gateways"), progress));
        tables.put("gateways-neighbours", table(PrequalPart.at(0.9, 1), progress));
        return new Report.Written(tables, Map.of());
    }

    private static String table(ScenarioConfig scenario, Comparison.Progress progress) {
        List<String> heads = new ArrayList<>(List.of("gateways: p99 ms, p99.9"));
        RULES.forEach(rule -> heads.add("`" + Candidate.name(rule) + "`"));
        Markdown table = new Markdown(heads.toArray(String[]::new));
        for (int gateways : NUMBERS) {
            List<String> cells = new ArrayList<>(List.of(Integer.toString(gateways)));
            for (Balance rule : RULES) {
                progress.at(Candidate.name(rule), cells.size(), RULES.size(), 0);
                Result result = run(scenario, gateways, rule);
                cells.add(
                        Table.figure(result.percentile(99))
                                + ", "
                                + Table.figure(result.percentile(99.9)));
            }
            table.row(cells.toArray(String[]::new));
        }
        return table.toString();
    }
}
