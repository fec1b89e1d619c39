package dev.weir.config;

import dev.weir.schema.Problem;
import java.util.List;

/// Writes problems as workflow commands of GitHub Actions, which shows them at their lines in a pull request. Thread-safe.
///
/// Source: GitHub Docs, "Workflow commands for GitHub Actions".
public final class ProblemAnnotations {
    private ProblemAnnotations() {}

    /// A line for each problem.
    ///
    /// @param level `error` or `warning`
    public static String print(List<Problem> problems, String level) {
        StringBuilder out = new StringBuilder();
        for (Problem problem : problems) {
            out.append("::").append(level).append(" file=").append(value(problem.at().file()));
            if (problem.at().line() > 0) {
                int column = problem.at().column();
                out.append(",line=").append(problem.at().line());
                out.append(",col=").append(column);
                out.append(",endColumn=").append(column + problem.length());
            }
            String path = problem.path().isEmpty() ? "" : problem.path() + ": ";
            String hint = problem.hint() == null ? "" : "\n" + problem.hint();
            out.append("::").append(text(path + problem.message() + hint)).append('\n');
        }
        return out.toString();
    }

    private static String text(String text) {
        return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A");
    }

    private static String value(String text) {
        return text(text).replace(":", "%3A").replace(",", "%2C");
    }
}
