package dev.weir.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/// The command behind `bench/jmh`: runs benches with the allocation profiler and writes a table of each.
public final class MeasuredSteps {
    private static final int WARM_UPS = 3;
    private static final int ITERATIONS = 5;
    private static final TimeValue LONG = TimeValue.seconds(1);
    private static final TimeValue SHORT = TimeValue.milliseconds(100);

    private MeasuredSteps() {}

    /// @param words `quick`, or the page to write to; the heading of a page that is not there yet; names of benches
    public static void main(String[] words) throws RunnerException, IOException {
        boolean quick = words[0].equals("quick");
        var text = new StringBuilder();
        for (String name : List.of(words).subList(2, words.length)) {
            text.append(table(name, new Runner(options(name, quick).build()).run()));
        }
        if (quick) {
            System.out.print(text);
            return;
        }
        Path page = Path.of(words[0]);
        String heading = Files.exists(page) ? "" : heading(words[1]);
        Files.writeString(
                page, heading + text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private static ChainedOptionsBuilder options(String name, boolean quick) {
        return new OptionsBuilder()
                .include("\\." + name + "\\.")
                .addProfiler(GCProfiler.class)
                .forks(1)
                .warmupIterations(quick ? 1 : WARM_UPS)
                .warmupTime(quick ? SHORT : LONG)
                .measurementIterations(quick ? 1 : ITERATIONS)
                .measurementTime(quick ? SHORT : LONG)
                .shouldFailOnError(true);
    }

    private static String heading(String title) throws IOException {
        return """
        # %s

        JDK %s, %s. One fork, %d warm-ups and %d measurements of %s each; ± is half of the 99.9 %% confidence interval.
        """
                .formatted(title, Runtime.version(), processor(), WARM_UPS, ITERATIONS, LONG);
    }

    private static String processor() throws IOException {
        try (var lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            String model =
                    lines.filter(line -> line.startsWith("model name"))
                            .map(line -> line.substring(line.indexOf(':') + 1).strip())
                            .findFirst()
                            .orElse("unknown processor");
            return model + ", " + Runtime.getRuntime().availableProcessors() + " cores";
        }
    }

    static String table(String name, Collection<RunResult> results) {
        List<String> keys =
                results.stream()
                        .flatMap(result -> result.getParams().getParamsKeys().stream())
                        .distinct()
                        .toList();
        var text = new StringBuilder("\n## ").append(name).append("\n\n| step |");
        keys.forEach(key -> text.append(' ').append(key).append(" |"));
        text.append(" ns per call | bytes allocated per call |\n|---|");
        text.repeat("---|", keys.size()).append("---|---|\n");
        results.forEach(result -> text.append(row(keys, result)));
        return text.toString();
    }

    private static String row(List<String> keys, RunResult result) {
        BenchmarkParams params = result.getParams();
        List<String> cells = new ArrayList<>();
        cells.add(params.getBenchmark().substring(params.getBenchmark().lastIndexOf('.') + 1));
        keys.forEach(key -> cells.add(params.getParam(key)));
        cells.add(figure(result.getPrimaryResult(), 1));
        cells.add(figure(result.getSecondaryResults().get("gc.alloc.rate.norm"), 2));
        return cells.stream().collect(Collectors.joining(" | ", "| ", " |\n"));
    }

    private static String figure(@Nullable Result<?> result, int digits) {
        if (result == null) {
            return "–";
        }
        String figure = String.format(Locale.ROOT, "%." + digits + "f", result.getScore());
        return Double.isNaN(result.getScoreError())
                ? figure
                : figure
                        + String.format(
                                Locale.ROOT, " ± %." + digits + "f", result.getScoreError());
    }
}
