package dev.weir.config;

import dev.weir.schema.Problem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Writes what was found in files as JSON, for programs. Thread-safe.
public final class ProblemJson {
    private ProblemJson() {}

    /// What reading one file came to.
    ///
    /// @param file as it was named
    public record Checked(String file, Reading reading) {
        /// Whether it could be run.
        public boolean good() {
            return reading instanceof Reading.Loaded;
        }

        /// Its mistakes, or if it has none, its warnings.
        public List<Problem> found() {
            return switch (reading) {
                case Reading.Loaded loaded -> loaded.warnings();
                case Reading.Refused refused -> refused.problems();
            };
        }
    }

    /// One document about all files, with a line break at its end.
    public static String print(List<Checked> files) {
        List<Object> all = new ArrayList<>();
        for (Checked checked : files) {
            Map<String, Object> file = new LinkedHashMap<>();
            file.put("file", checked.file());
            file.put("valid", checked.good());
            file.put(
                    "problems",
                    checked.found().stream().map(problem -> one(problem, checked.good())).toList());
            all.add(file);
        }
        return Json.print(Map.of("files", all));
    }

    private static Map<String, Object> one(Problem problem, boolean warning) {
        Map<String, Object> one = new LinkedHashMap<>();
        one.put("severity", warning ? "warning" : "error");
        one.put("file", problem.at().file());
        if (problem.at().line() > 0) {
            one.put("line", problem.at().line());
            one.put("column", problem.at().column());
            one.put("length", problem.length());
        }
        one.put("path", problem.path());
        one.put("message", problem.message());
        String hint = problem.hint();
        if (hint != null) {
            one.put("hint", hint);
        }
        return one;
    }
}
