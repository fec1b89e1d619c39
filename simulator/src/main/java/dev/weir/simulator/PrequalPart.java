package dev.weir.simulator;

import dev.weir.balance.Balance;
import dev.weir.simulator.rules.Rules;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// The testbed of the Prequal paper: its table at 70 and 90 % of the allotment, and its ramp of loads. Stateless.
final class PrequalPart {
    /// The clients of the paper.
    private static final int CLIENTS = 100;

    private static final double FIRST_LOAD = 0.75;
    private static final int STEPS = 9;

    /// p90 and p99 at 70 %, p90 and p99 at 90 %, as printed in the paper.
    private static final Map<String, String[]> PAPER =
            Map.of(
                    "round robin", new String[] {"4984", "> 5000", "> 5000", "> 5000"},
                    "weighted round robin", new String[] {"173", "314", "1667", "> 5000"},
                    "least loaded", new String[] {"343", "1804", "940", "2654"},
                    "two choices, polled", new String[] {"210", "2642", "213", "1169"},
                    "C3", new String[] {"161", "299", "164", "304"},
                    "Prequal, probing", new String[] {"149", "281", "152", "286"});

    private PrequalPart() {}

    static ScenarioConfig at(double load, int gateways) {
        ScenarioConfig testbed = Scenarios.of("neighbours");
        return testbed.withClients(testbed.clients().withLoad(load)).withGateways(gateways, 1);
    }

    private static Result run(double load, int gateways, String name, Balancing balancing) {
        Trial trial = Trial.of(at(load, gateways));
        return trial.with(trial.usual().alone().named(name).withBalancing(balancing));
    }

    private static Result run(double load, int gateways, Balance balance) {
        Trial trial = Trial.of(at(load, gateways));
        return trial.with(trial.usual().alone().with(balance));
    }

    static Report.Written write(Comparison.Progress progress) {
        Map<String, String> tables = new LinkedHashMap<>();
        tables.put("prequal", papers(progress));
        tables.put("prequal-weir", weirs(progress));
        Map<String, double[][]> ramp = ramp(progress);
        tables.put("prequal-ramp", rampTable(ramp));
        return new Report.Written(tables, Map.of("balancing-ramp.svg", rampPicture(ramp)));
    }

    private static String papers(Comparison.Progress progress) {
        Markdown table =
                new Markdown(
                        "100 clients", "70 % p90", "p99", "90 % p90", "p99", "paper: 70 %", "90 %");
        Map<String, Balancing> rules = Rules.all(CLIENTS);
        int number = 0;
        for (Map.Entry<String, Balancing> rule : rules.entrySet()) {
            progress.at(rule.getKey(), ++number, rules.size(), 0);
            Result low = run(0.7, CLIENTS, rule.getKey(), rule.getValue());
            Result high = run(0.9, CLIENTS, rule.getKey(), rule.getValue());
            String[] paper = PAPER.getOrDefault(rule.getKey(), new String[] {"", "", "", ""});
            table.row(
                    rule.getKey(),
                    millis(low, 90),
                    millis(low, 99),
                    millis(high, 90),
                    millis(high, 99),
                    paper[0] + ", " + paper[1],
                    paper[2] + ", " + paper[3]);
        }
        return table.toString();
    }

    private static String weirs(Comparison.Progress progress) {
        Markdown table =
                new Markdown(
                        "Weir's policies",
                        "one gateway: 70 % p90",
                        "p99",
                        "90 % p90",
                        "p99",
                        "ten gateways: 90 % p90",
                        "p99");
        List<Balance> policies = Candidate.policies();
        for (int i = 0; i < policies.size(); i++) {
            Balance balance = policies.get(i);
            progress.at(Candidate.name(balance), i + 1, policies.size(), 0);
            Result low = run(0.7, 1, balance);
            Result high = run(0.9, 1, balance);
            Result ten = run(0.9, 10, balance);
            table.row(
                    "`" + Candidate.name(balance) + "`",
                    millis(low, 90),
                    millis(low, 99),
                    millis(high, 90),
                    millis(high, 99),
                    millis(ten, 90),
                    millis(ten, 99));
        }
        return table.toString();
    }

    /// As in the paper: what took all of the time there is.
    private static String millis(Result result, double percent) {
        double value = result.percentile(percent);
        return value >= 4_999 ? "> 5000" : String.format(Locale.ROOT, "%.0f", value);
    }

    static double load(int step) {
        return FIRST_LOAD * Math.pow(10 / 9.0, step);
    }

    /// For each rule, by step: p99.9 in milliseconds, and the share of errors.
    private static Map<String, double[][]> ramp(Comparison.Progress progress) {
        Map<String, Balancing> rules = Rules.all(CLIENTS);
        Map<String, double[][]> ramp = new LinkedHashMap<>();
        ramp.put("weighted round robin", new double[2][STEPS]);
        ramp.put("prequal, one gateway", new double[2][STEPS]);
        ramp.put("least-requests, one gateway", new double[2][STEPS]);
        for (int step = 0; step < STEPS; step++) {
            progress.at("ramp", step + 1, STEPS, 0);
            for (Map.Entry<String, double[][]> line : ramp.entrySet()) {
                Balancing rule = rules.get(line.getKey());
                Result result =
                        rule != null
                                ? run(load(step), CLIENTS, line.getKey(), rule)
                                : run(
                                        load(step),
                                        1,
                                        line.getKey().startsWith("prequal")
                                                ? Balance.PREQUAL
                                                : Balance.LEAST_REQUESTS);
                line.getValue()[0][step] = result.percentile(99.9);
                line.getValue()[1][step] = Table.errors(result);
            }
        }
        return ramp;
    }

    private static String rampTable(Map<String, double[][]> ramp) {
        List<String> heads = new ArrayList<>(List.of("load"));
        ramp.keySet().forEach(name -> heads.addAll(List.of(name + ": p99.9 ms", "errors")));
        Markdown table = new Markdown(heads.toArray(String[]::new));
        for (int step = 0; step < STEPS; step++) {
            List<String> cells = new ArrayList<>();
            cells.add(String.format(Locale.ROOT, "%.2f", load(step)));
            for (double[][] line : ramp.values()) {
                cells.add(String.format(Locale.ROOT, "%.0f", line[0][step]));
                cells.add(Table.percent(line[1][step]));
            }
            table.row(cells.toArray(String[]::new));
        }
        return table.toString();
    }

    private static String rampPicture(Map<String, double[][]> ramp) {
        double[] loads = new double[STEPS];
        for (int step = 0; step < STEPS; step++) {
            loads[step] = load(step);
        }
        Picture picture =
                new Picture(
                        "Load ramp of the Prequal paper",
                        "100 endpoints beside busy neighbours, deadline 5 s, load as a part of what is allotted");
        List<Lines.Series> latencies = new ArrayList<>();
        List<Lines.Series> errors = new ArrayList<>();
        ramp.forEach(
                (name, line) -> {
                    latencies.add(new Lines.Series(name, loads, line[0]));
                    double[] percent = new double[STEPS];
                    for (int i = 0; i < STEPS; i++) {
                        percent[i] = 100 * line[1][i];
                    }
                    errors.add(new Lines.Series(name, loads, percent));
                });
        new Lines("p99.9 in ms", "load", true, latencies, List.of()).draw(picture);
        new Lines("Errors, in %", "load", false, errors, List.of()).draw(picture);
        return picture.svg();
    }
}
