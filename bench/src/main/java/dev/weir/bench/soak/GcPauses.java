package dev.weir.bench.soak;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The pauses in a log of `-Xlog:gc`, those left out that were asked for from outside. Immutable.
///
/// @param millis in rising order
record GcPauses(List<Double> millis) {
    private static final Pattern PAUSE = Pattern.compile("GC\\(\\d+\\) Pause .*? (\\d+\\.\\d+)ms$");

    static GcPauses read(Path log) throws IOException {
        return of(Files.readAllLines(log));
    }

    static GcPauses of(List<String> lines) {
        double[] found =
                lines.stream()
                        .filter(line -> !line.contains("Diagnostic Command"))
                        .map(PAUSE::matcher)
                        .filter(Matcher::find)
                        .mapToDouble(pause -> Double.parseDouble(pause.group(1)))
                        .toArray();
        Arrays.sort(found);
        return new GcPauses(Arrays.stream(found).boxed().toList());
    }

    /// The pause that so large a part of all pauses does not exceed; 0 if there were none.
    double quantile(double part) {
        if (millis.isEmpty()) {
            return 0;
        }
        int rank = (int) Math.ceil(part * millis.size());
        return millis.get(Math.max(0, rank - 1));
    }
}
