package dev.weir.simulator;

import dev.weir.balance.Balance;
import dev.weir.schema.Percent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Every policy in every scenario that comes with Weir, without passive health and with it. Stateless.
final class PoliciesPart {
    private static final Percent BOUND = Percent.of(125);

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
                    "many",
                    "hot-key");

    /// Those that a file has to say more of than a name, and the one that balances nothing.
    private static final List<Balance> FURTHER =
            List.of(
                    Balance.probed("/load"),
                    Balance.hash(),
                    Balance.hash().withBoundedLoad(BOUND),
                    Balance.ringHash(),
                    Balance.ringHash().withBoundedLoad(BOUND),
                    Balance.FIRST);

    private static final List<String> PICTURES = List.of("one-slow", "gray-failure");

    private PoliciesPart() {}

    private static List<Balance> usual() {
        List<Balance> usual = new ArrayList<>(Candidate.policies());
        usual.add(Balance.hash());
        return usual;
    }

    private static List<Candidate> candidates(
            ScenarioConfig scenario, List<Balance> policies, boolean alone) {
        Candidate usual = Candidate.usual(scenario);
        Candidate base = alone ? usual.alone() : usual;
        return policies.stream().map(base::with).toList();
    }

    static Report.Written write(Comparison.Progress progress) {
        Map<String, String> pictures = new LinkedHashMap<>();
        Map<String, String> tables = new LinkedHashMap<>();
        tables.put("policies-alone", table(usual(), true, pictures, progress));
        tables.put("policies", table(usual(), false, new LinkedHashMap<>(), progress));
        tables.put("policies-further", table(FURTHER, false, new LinkedHashMap<>(), progress));
        return new Report.Written(tables, pictures);
    }

    private static String table(
            List<Balance> policies,
            boolean alone,
            Map<String, String> pictures,
            Comparison.Progress progress) {
        List<String> heads = new ArrayList<>(List.of("p99 ms, failed"));
        candidates(ScenarioConfig.DEFAULTS, policies, alone)
                .forEach(candidate -> heads.add("`" + candidate.name() + "`"));
        Markdown table = new Markdown(heads.toArray(String[]::new));
        for (String name : SCENARIOS) {
            ScenarioConfig scenario = Scenarios.of(name);
            Comparison comparison =
                    Comparison.run(
                            scenario,
                            candidates(scenario, policies, alone),
                            Optional.empty(),
                            0,
                            progress);
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
