package dev.weir.admin;

import dev.weir.schema.Problem;
import java.io.Serial;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A request to the admin API that is not done, and why: answered as `application/problem+json` (RFC 9457). The message is the detail,
/// one sentence for a person who reads what the program got.
public final class Refused extends Exception {
    @Serial private static final long serialVersionUID = 1;

    private final int status;
    private final transient Map<String, String> fields = new LinkedHashMap<>();
    private final transient List<Problem> problems;
    private final String report;

    public Refused(int status, String detail) {
        this(status, detail, List.of(), "");
    }

    /// @param problems of a configuration
    /// @param report the same for people, with the lines of the file
    public Refused(int status, String detail, List<Problem> problems, String report) {
        super(detail);
        this.status = status;
        this.problems = List.copyOf(problems);
        this.report = report;
    }

    /// With a field of the answer's head.
    Refused with(String name, String value) {
        fields.put(name, value);
        return this;
    }

    public int status() {
        return status;
    }

    public String detail() {
        return String.valueOf(getMessage());
    }

    Map<String, String> fields() {
        return fields;
    }

    public List<Problem> problems() {
        return problems;
    }

    /// Empty if it is not about a configuration.
    public String report() {
        return report;
    }
}
