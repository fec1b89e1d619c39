package dev.weir;

import dev.weir.schema.Problem;
import java.io.Serial;
import java.util.List;

/// A configuration has mistakes, so nothing was started. The message is the whole report for people, with the
/// offending lines. Immutable.
public final class InvalidConfiguration extends Exception {
    @Serial private static final long serialVersionUID = 1;

    private final transient List<Problem> problems;

    public InvalidConfiguration(String report, List<Problem> problems) {
        super(report);
        this.problems = List.copyOf(problems);
    }

    /// All mistakes, in the order of the file.
    public List<Problem> problems() {
        return problems;
    }
}
