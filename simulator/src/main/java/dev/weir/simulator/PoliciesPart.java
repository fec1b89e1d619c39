package dev.weir.simulator;

import dev.weir.balance.Balance;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Every policy in every scenario that comes with Weir, without passive health and with it. Stateless.
final class PoliciesPart {
    private static final List<String> SCENARIOS =
            List.of(
                    "steady",
                    "rush",
                    "uneven",
                    "one-slow",
                    "gray-failure",
                    "one-down",
                    "one-hangs",
                    "restarts",
                    "neighbours",
                    "gateways",
                    "many");

    private static final List<String> PICTURES = List.of("one-slow", "gray-failure");

    private PoliciesPart() {}

    private static List<Candidate> candidates(ScenarioConfig scenario, boolean alone) {
        Candidate usual = Candidate.usual(scenario);
        Candidate base = alone ? usual.alone() : usual;
        List<Balance> all = new ArrayList<>(Candidate.policies());
        all.add(Balance.hash());
        return all.stream().map(base::with).toList();
    }

    static Report.Written write(Comparison.Progress progress) {
        Map<String, String> pictures = new LinkedHashMap<>();
        Map<String, String> tables = new LinkedHashMap<>();
        tables.put("policies-alone", table(true, pictures, progress));
        tables.put("policies", table(false, new LinkedHashMap<>(), progress));
        return new Report.Written(tables, pictures);
    }

    private static String table(
            boolean alone, Map<String, String> pictures, Comparison.Progress progress) {
        List<String> heads = new ArrayList<>(List.of("p99 ms, failed"));
        candidates(ScenarioConfig.DEFAULTS, alone)
                .forEach(candidate -> heads.add("`" + candidate.name() + "`"));
        Markdown table = new Markdown(heads.toArray(String[]::new));
        for (String name : SCENARIOS) {
            ScenarioConfig scenario = Scenarios.of(name);
            Comparison comparison =
                    Comparison.run(
                            scenario, candidates(scenario, alone), Optional.empty(), 0, progress);
            Result best = Comparison.best(comparison.results());
            List<String> cells = new ArrayList<>(List.of("`" + name + "`"));
            for (Result result : comparison.results()) {
                cells.add(cell(result, best));
            }
            table.row(cells.toArray(String[]::new));
            if (PICTURES.contains(name)) {
                pictures.put("balancing-" + name + ".svg", comparison.svg());
            }
        }
        return table.toString();
    }

    /// Bold for the best and for those that are as good to a tenth.
    private static String cell(Result result, Result best) {
        double failed = Comparison.failed(result);
        String text =
                Table.figure(result.percentile(99))
                        + (failed < 0.00005 ? "" : ", " + Table.percent(failed));
        boolean good =
                failed <= Comparison.failed(best) + 0.0005
                        && result.percentile(99) <= 1.1 * best.percentile(99);
        return good ? "**" + text + "**" : text;
    }
}
