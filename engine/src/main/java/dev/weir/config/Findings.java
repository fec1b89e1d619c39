package dev.weir.config;

import dev.weir.schema.Location;
import dev.weir.schema.Problem;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What one reading of a configuration has found so far: problems, warnings, and where settings stand. Confined to
/// the thread that reads.
final class Findings {
    /// Enough for every file written by hand; a file that is no configuration at all would fill the screen.
    private static final int MOST = 200;

    private final List<Problem> problems = new ArrayList<>();
    private final List<Problem> warnings = new ArrayList<>();

    /// Problems beyond those that are kept.
    private int more;

    private final Origins origins = new Origins();
    private final Map<String, String> variables = new HashMap<>();

    /// Paths of settings that need no second report.
    private final Set<String> wrong = new LinkedHashSet<>();

    void problem(Value value, String path, String message, @Nullable String hint) {
        problem(value.at(), value.length(), path, message, hint);
    }

    void problem(Location at, int length, String path, String message, @Nullable String hint) {
        if (problems.size() < MOST) {
            problems.add(new Problem(at, withoutSecrets(path), message, hint, length));
        } else {
            more++;
        }
        wrong.add(path);
    }

    void warning(Location at, int length, String path, String message) {
        warnings.add(new Problem(at, withoutSecrets(path), message, null, length));
    }

    /// The file says this setting.
    Origin says(Origin path, Value value) {
        Origin origin = origins.known(path);
        origin.says(value);
        if (value instanceof Value.Broken) {
            wrong.add(origin.path());
        }
        return origin;
    }

    /// A short form stands for this setting.
    void means(Origin path, Value value) {
        origins.known(path).means(value);
    }

    /// Where settings stand, once all of them are read.
    Origins origins() {
        return origins;
    }

    boolean none() {
        return problems.isEmpty();
    }

    int count() {
        return problems.size() + more;
    }

    /// Whether something is known to be wrong with this setting or with one inside it.
    boolean knownWrong(String path) {
        for (String other : wrong) {
            if (other.startsWith(path)
                    && (other.length() == path.length()
                            || other.startsWith(KeyPath.STEP, path.length())
                            || other.charAt(path.length()) == '[')) {
                return true;
            }
        }
        return false;
    }

    /// Names and keys that come from a variable are shown as the variable.
    void variable(String value, String origin) {
        if (!value.isEmpty()) {
            variables.put(value, origin);
        }
    }

    private String withoutSecrets(String path) {
        String clean = path;
        for (Map.Entry<String, String> variable : variables.entrySet()) {
            clean = clean.replace("\"" + variable.getKey() + "\"", variable.getValue());
            if (clean.endsWith(KeyPath.STEP + variable.getKey())) {
                int keep = clean.length() - variable.getKey().length();
                clean = clean.substring(0, keep) + variable.getValue();
            }
            clean =
                    clean.replace(
                            KeyPath.STEP + variable.getKey() + KeyPath.STEP,
                            KeyPath.STEP + variable.getValue() + KeyPath.STEP);
        }
        return clean;
    }

    /// In the order of the file; files in the order they were read.
    List<Problem> problems() {
        List<Problem> all = sorted(problems);
        if (more > 0) {
            Location file = new Location(all.getLast().at().file(), 0, 0);
            all.add(new Problem(file, "", "and " + more + " more", null, 1));
        }
        return Collections.unmodifiableList(all);
    }

    List<Problem> warnings() {
        return sorted(warnings);
    }

    private static List<Problem> sorted(List<Problem> found) {
        List<String> files = new ArrayList<>();
        for (Problem problem : found) {
            if (!files.contains(problem.at().file())) {
                files.add(problem.at().file());
            }
        }
        List<Problem> sorted = new ArrayList<>(found);
        sorted.sort(
                Comparator.comparingInt((Problem problem) -> files.indexOf(problem.at().file()))
                        .thenComparingInt(problem -> problem.at().line())
                        .thenComparingInt(problem -> problem.at().column()));
        return sorted;
    }
}
