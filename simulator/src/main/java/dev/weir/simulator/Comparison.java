package dev.weir.simulator;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.LongConsumer;

/// What came of running one scenario with several candidates, told as a table and drawn as a picture. Immutable.
public final class Comparison {
    /// At most so many endpoints get a line each.
    private static final int FEW = 20;

    /// Letters of a picture's title.
    private static final int WIDEST = 76;

    private final ScenarioConfig scenario;
    private final String heading;
    private final List<Candidate> candidates;
    private final List<Result> results;

    private Comparison(
            ScenarioConfig scenario,
            String heading,
            List<Candidate> candidates,
            List<Result> results) {
        this.scenario = scenario;
        this.heading = heading;
        this.candidates = List.copyOf(candidates);
        this.results = List.copyOf(results);
    }

    /// Hears how far a comparison is, a few times a second at most. Called on the thread that runs it.
    public interface Progress {
        Progress NONE = (_, _, _, _) -> {};

        /// @param number of the candidate, from 1
        /// @param share of its run, 0 to 1
        void at(String candidate, int number, int of, double share);
    }

    /// Runs the scenario with each candidate: the first one's endpoints say how many requests a load is. Takes seconds.
    ///
    /// @param log whose requests come in place of the scenario's
    /// @param requests so many in place of what the scenario's time brings; 0 for its time
    public static Comparison run(
            ScenarioConfig scenario,
            List<Candidate> candidates,
            Optional<RecordedLog> log,
            long requests,
            Progress progress) {
        Candidate first = candidates.getFirst();
        Trial trial =
                log.map(recorded -> new Trial(scenario, _ -> recorded.arrivals(first.service()), 0))
                        .orElseGet(() -> Trial.of(scenario, first.service()))
                        .withRequests(requests);
        List<Result> results = new ArrayList<>();
        double all = requests > 0 ? requests : scenario.lasts().toNanos();
        for (Candidate candidate : candidates) {
            int number = results.size() + 1;
            LongConsumer soFar =
                    done -> progress.at(candidate.name(), number, candidates.size(), done / all);
            results.add(trial.with(candidate, soFar));
        }
        return new Comparison(
                scenario, heading(scenario, first, log, requests), candidates, results);
    }

    private static String heading(
            ScenarioConfig scenario, Candidate first, Optional<RecordedLog> log, long requests) {
        int endpoints = first.service().endpoints().size();
        String traffic =
                log.map(recorded -> recorded.says())
                        .orElseGet(
                                () ->
                                        String.format(
                                                Locale.ROOT,
                                                "%,.0f requests/s at the start",
                                                Trial.perSecond(scenario, endpoints)));
        return count(endpoints, "endpoint")
                + ", "
                + count(scenario.gateways(), "gateway")
                + " with "
                + count(scenario.loops(), "loop")
                + ", "
                + traffic
                + ", "
                + (requests > 0
                        ? String.format(Locale.ROOT, "%,d requests", requests)
                        : scenario.lasts().toMillis() / 1000.0 + " s")
                + ", seed "
                + scenario.seed();
    }

    private static String count(int count, String what) {
        return String.format(Locale.ROOT, "%,d %s%s", count, what, count == 1 ? "" : "s");
    }

    List<Result> results() {
        return results;
    }

    /// The table, each endpoint's share where there are few, and which candidate did best.
    public String text() {
        StringBuilder text = new StringBuilder();
        if (!scenario.says().isEmpty()) {
            text.append(scenario.says()).append('\n');
        }
        text.append(heading).append("\n\n").append(Table.text(results));
        List<String> endpoints =
                candidates.getFirst().service().endpoints().stream()
                        .map(endpoint -> endpoint.address().toString())
                        .toList();
        if (endpoints.size() <= FEW) {
            text.append("\nShare of the attempts:\n\n").append(Table.endpoints(endpoints, results));
        }
        if (results.stream().anyMatch(Result::priorities)) {
            text.append("\nAnswered well, by priority:\n\n").append(Table.priorities(results));
        }
        if (results.size() > 1) {
            text.append('\n').append(verdict());
        }
        return text.toString();
    }

    /// What the second candidate changes against the first.
    public String changes() {
        return "What "
                + results.get(1).name
                + " would change:\n"
                + Table.changes(results.get(0), results.get(1));
    }

    static double failed(Result result) {
        return Table.errors(result) + Table.rejected(result);
    }

    /// Fewest failures first, to a hundredth of a percent; then the lowest p99.
    static Result best(List<Result> results) {
        return results.stream()
                .min(
                        Comparator.comparingLong(
                                        (Result result) -> Math.round(failed(result) * 1e4))
                                .thenComparingDouble(result -> result.percentile(99)))
                .orElseThrow();
    }

    private String verdict() {
        Result best = best(results);
        return "Fewest failures, and of those the lowest p99: "
                + best.name
                + String.format(
                        Locale.ROOT,
                        " (%s failed, p99 %s ms).%n",
                        Table.percent(failed(best)),
                        Table.figure(best.percentile(99)));
    }

    /// Latencies as bars, then what happened over time.
    public String svg() {
        Picture picture =
                new Picture(
                        scenario.says().isEmpty() ? "Simulation" : shortened(scenario.says()),
                        heading);
        new Bars("Latency", results).draw(picture);
        List<Lines.Span> faults =
                scenario.faults().size() > 3
                        ? List.of()
                        : scenario.faults().stream()
                                .map(fault -> Lines.Span.of(fault, scenario.lasts()))
                                .toList();
        OverTime time = new OverTime(scenario.lasts(), results, faults);
        time.p99("p99 in ms").draw(picture);
        time.failures("Failed, in % of requests").draw(picture);
        if (!scenario.faults().isEmpty()) {
            time.atFaulty("Attempts at endpoints with a fault, in %").draw(picture);
        }
        return picture.svg();
    }

    private static String shortened(String says) {
        int end = says.length() <= WIDEST ? says.length() : says.lastIndexOf(' ', WIDEST);
        return end == says.length() ? says : says.substring(0, end) + " …";
    }
}
