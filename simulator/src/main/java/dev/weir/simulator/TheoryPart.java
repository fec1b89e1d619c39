package dev.weir.simulator;

import dev.weir.balance.Balance;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// The simulator against the closed forms of queueing theory: single workers, exponential work. Stateless.
final class TheoryPart {
    private static final int ENDPOINTS = 500;

    /// Queues that do not know each other are the same whatever their number; few of them are seen for longer.
    private static final int FEW = 50;

    private static final long REQUESTS = 5_000_000;
    private static final double CHANCE = 0.005;

    private static final double[] LOADS = {0.5, 0.6, 0.7, 0.8, 0.9, 0.95};

    private TheoryPart() {}

    /// Mean time in the system of the supermarket model with d choices: Σ λ^((d^i − d) / (d − 1)).
    static double supermarket(double load, int choices) {
        double sum = 0;
        for (int i = 1; i < 40; i++) {
            double exponent = (Math.pow(choices, i) - choices) / (choices - 1);
            sum += Math.pow(load, exponent);
        }
        return sum;
    }

    static Report.Written write(Comparison.Progress progress) {
        Markdown table =
                new Markdown("load", "random, M/M/1", "simulated", "two choices", "simulated");
        List<double[]> means = new ArrayList<>();
        for (double load : LOADS) {
            progress.at("theory", means.size() + 1, LOADS.length, 0);
            double random = mean(Balance.RANDOM, load, FEW, 10_000, enough(load));
            double two = mean(Balance.LEAST_REQUESTS, load, ENDPOINTS, 1_000, REQUESTS);
            means.add(new double[] {random, two});
            table.row(
                    String.format(Locale.ROOT, "%.2f", load),
                    figure(1 / (1 - load)),
                    off(random, 1 / (1 - load)),
                    figure(supermarket(load, 2)),
                    off(two, supermarket(load, 2)));
        }
        return Report.Written.of("theory", table.toString(), picture(means));
    }

    private static String figure(double value) {
        return String.format(Locale.ROOT, "%.4f", value);
    }

    private static String off(double simulated, double closed) {
        return String.format(
                Locale.ROOT, "%.4f (%+.1f %%)", simulated, 100 * (simulated / closed - 1));
    }

    /// So many that chance moves the mean time of M/M/1 by half a per cent (one standard deviation): the longer its queues, the
    /// longer they remember. The variance of a mean over time t is 2ρ(1 + ρ) / ((1 − ρ)⁴t) (W. Whitt, Planning Queueing Simulations, Management
    /// Science 35, 1989).
    static long enough(double load) {
        double idle = 1 - load;
        double requests = 2 * (1 + load) / (idle * idle) / (CHANCE * CHANCE);
        return Math.max(REQUESTS, (long) requests);
    }

    /// @param warmUp in seconds
    private static double mean(
            Balance balance, double load, int endpoints, int warmUp, long requests) {
        ScenarioConfig scenario =
                ScenarioConfig.DEFAULTS
                        .withEndpoints(endpoints)
                        .withGateways(1, 1)
                        .withMachines(
                                new Serves.Workers(1, Integer.MAX_VALUE),
                                new Work.Exponential(Duration.ofSeconds(1)))
                        .withClients(TrafficConfig.DEFAULTS.withLoad(load))
                        .withTime(Duration.ofDays(30), Duration.ofSeconds(warmUp))
                        .withTimeout(Duration.ofHours(1));
        Trial trial = Trial.of(scenario).withRequests(requests);
        return trial.with(trial.usual().with(balance).alone()).latency.getMean() / 1e9;
    }

    private static String picture(List<double[]> means) {
        double[] closedX = new double[46];
        double[] random = new double[46];
        double[] two = new double[46];
        for (int i = 0; i < closedX.length; i++) {
            closedX[i] = 0.5 + i * 0.01;
            random[i] = 1 / (1 - closedX[i]);
            two[i] = supermarket(closedX[i], 2);
        }
        Picture picture =
                new Picture(
                        "Mean time in the system against theory",
                        ENDPOINTS
                                + " single workers, exponential work of mean 1; 5,000,000 requests a point and more");
        new Lines(
                        "Mean time, in units of the work",
                        "load",
                        true,
                        List.of(
                                new Lines.Series("random, M/M/1", closedX, random),
                                new Lines.Series("random, simulated", LOADS, column(means, 0)),
                                new Lines.Series("two choices, supermarket model", closedX, two),
                                new Lines.Series(
                                        "least-requests, simulated", LOADS, column(means, 1))),
                        List.of())
                .draw(picture);
        return picture.svg();
    }

    private static double[] column(List<double[]> rows, int column) {
        return rows.stream().mapToDouble(row -> row[column]).toArray();
    }
}
