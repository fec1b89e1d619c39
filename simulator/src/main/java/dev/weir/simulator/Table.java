package dev.weir.simulator;

import dev.weir.exchange.Priority;
import dev.weir.simulator.Result.End;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// Results as a table that a person can decide from, and rows of Markdown for the report. Stateless.
final class Table {
    private static final List<String> HEADS =
            List.of(
                    "",
                    "p50 ms",
                    "p99 ms",
                    "p99.9 ms",
                    "errors",
                    "429/503",
                    "attempts",
                    "least",
                    "mean",
                    "most of an endpoint");

    private Table() {}

    /// With three digits that count.
    static String figure(double value) {
        if (Double.isNaN(value)) {
            return "–";
        }
        return String.format(
                Locale.ROOT, value >= 99.95 ? "%,.0f" : value >= 9.995 ? "%.1f" : "%.2f", value);
    }

    /// A share of all, in percent; tells nothing from very little.
    static String percent(double share) {
        if (share == 0) {
            return "0 %";
        }
        return share < 0.00005
                ? "<0.01 %"
                : String.format(Locale.ROOT, share < 0.0995 ? "%.2f %%" : "%.1f %%", 100 * share);
    }

    static double errors(Result result) {
        return result.share(End.ENDPOINT_ERROR)
                + result.share(End.NO_ANSWER)
                + result.share(End.TOO_LATE);
    }

    static double rejected(Result result) {
        return result.share(End.NO_PLACE) + result.share(End.LIMITED);
    }

    private static List<String> row(Result result) {
        long all = Math.max(1, Arrays.stream(result.attemptsByEndpoint).sum());
        long least = Arrays.stream(result.attemptsByEndpoint).min().orElse(0);
        long most = Arrays.stream(result.attemptsByEndpoint).max().orElse(0);
        return List.of(
                result.name,
                figure(result.percentile(50)),
                figure(result.percentile(99)),
                figure(result.percentile(99.9)),
                percent(errors(result)),
                percent(rejected(result)),
                String.format(Locale.ROOT, "%.3f", result.attempts()),
                share((double) least / all),
                share(1.0 / result.attemptsByEndpoint.length),
                share((double) most / all));
    }

    /// Of very many endpoints each has little.
    private static String share(double share) {
        return share == 0 || share >= 0.001
                ? String.format(Locale.ROOT, "%.1f %%", 100 * share)
                : String.format(Locale.ROOT, "%.4f %%", 100 * share);
    }

    /// As text for a terminal.
    static String text(List<Result> results) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(HEADS);
        results.forEach(result -> rows.add(row(result)));
        return aligned(rows);
    }

    /// Each endpoint's share of the attempts, a column for each result.
    static String endpoints(List<String> names, List<Result> results) {
        List<List<String>> rows = new ArrayList<>();
        List<String> heads = new ArrayList<>(List.of(""));
        results.forEach(result -> heads.add(result.name));
        rows.add(heads);
        for (int i = 0; i < names.size(); i++) {
            List<String> row = new ArrayList<>(List.of(names.get(i)));
            for (Result result : results) {
                long all = Math.max(1, Arrays.stream(result.attemptsByEndpoint).sum());
                row.add(
                        i < result.attemptsByEndpoint.length
                                ? share((double) result.attemptsByEndpoint[i] / all)
                                : "–");
            }
            rows.add(row);
        }
        return aligned(rows);
    }

    /// What part of each priority's requests was answered well, a column for each result.
    static String priorities(List<Result> results) {
        List<List<String>> rows = new ArrayList<>();
        List<String> heads = new ArrayList<>(List.of(""));
        results.forEach(result -> heads.add(result.name));
        rows.add(heads);
        for (Priority priority : Priority.values()) {
            if (results.stream().anyMatch(result -> !Double.isNaN(result.good(priority)))) {
                List<String> row =
                        new ArrayList<>(List.of(priority.name().toLowerCase(Locale.ROOT)));
                results.forEach(result -> row.add(percent(result.good(priority))));
                rows.add(row);
            }
        }
        return aligned(rows);
    }

    /// Names to the left, figures to the right, two blanks between.
    static String aligned(List<List<String>> rows) {
        int[] widths = new int[rows.getFirst().size()];
        for (List<String> row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        StringBuilder text = new StringBuilder();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                String blanks = " ".repeat(widths[i] - row.get(i).length());
                line.append(i == 0 ? row.get(i) + blanks : "  " + blanks + row.get(i));
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }

    /// What the second result changes against the first, one line for each figure that differs.
    static String changes(Result from, Result to) {
        StringBuilder text = new StringBuilder();
        for (double percent : new double[] {50, 99, 99.9}) {
            double before = from.percentile(percent);
            double after = to.percentile(percent);
            if (Math.abs(after - before) > 0.01 * before) {
                String name = percent == 99.9 ? "p99.9" : "p" + (int) percent;
                text.append("  %-9s".formatted(name))
                        .append(figure(before) + " ms → " + figure(after) + " ms  (")
                        .append(
                                String.format(
                                        Locale.ROOT, "%+.0f %%)%n", 100 * (after / before - 1)));
            }
        }
        change(text, "errors", errors(from), errors(to));
        change(text, "429/503", rejected(from), rejected(to));
        if (Math.abs(to.attempts() - from.attempts()) > 0.0005) {
            text.append(
                    String.format(
                            Locale.ROOT,
                            "  attempts %.3f → %.3f for each request%n",
                            from.attempts(),
                            to.attempts()));
        }
        return text.isEmpty() ? "  nothing that counts\n" : text.toString();
    }

    private static void change(StringBuilder text, String what, double before, double after) {
        if (!percent(before).equals(percent(after))) {
            text.append("  %-9s%s → %s%n".formatted(what, percent(before), percent(after)));
        }
    }
}
