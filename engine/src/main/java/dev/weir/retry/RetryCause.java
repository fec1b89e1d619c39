package dev.weir.retry;

import dev.weir.schema.Says;
import dev.weir.schema.Short;
import java.util.List;

/// What an attempt can end with that may be repeated. Immutable.
///
/// @param status of the answer, where the kind is [Kind#STATUS]; else 0
@Says("`connect-failed`, `reset`, `timeout`, or `status-` and a number such as `status-503`.")
public record RetryCause(Kind kind, int status) {
    private static final String EXPECTED =
            "expected: connect-failed, reset, timeout, or status- and a number from 400 to 599";

    /// The kinds by the words users write.
    public enum Kind {
        CONNECT_FAILED("connect-failed"),
        RESET("reset"),
        TIMEOUT("timeout"),
        STATUS("status-");

        private final String word;

        Kind(String word) {
            this.word = word;
        }
    }

    public static final RetryCause CONNECT_FAILED = new RetryCause(Kind.CONNECT_FAILED, 0);
    public static final RetryCause RESET = new RetryCause(Kind.RESET, 0);
    public static final RetryCause TIMEOUT = new RetryCause(Kind.TIMEOUT, 0);

    static final List<RetryCause> ALL =
            List.of(
                    CONNECT_FAILED,
                    RESET,
                    TIMEOUT,
                    ofStatus(425),
                    ofStatus(502),
                    ofStatus(503),
                    ofStatus(504));

    public RetryCause {
        if (kind == Kind.STATUS && (status < 400 || status > 599)) {
            throw new IllegalArgumentException(EXPECTED);
        }
    }

    /// That of a record would be made anew by the JVM at each start.
    @Override
    public int hashCode() {
        return 31 * kind.hashCode() + status;
    }

    public static RetryCause ofStatus(int status) {
        return new RetryCause(Kind.STATUS, status);
    }

    @Short("`connect-failed`, `reset`, `timeout`, or `status-` and a number")
    public static RetryCause parse(String text) {
        for (RetryCause cause : List.of(CONNECT_FAILED, RESET, TIMEOUT)) {
            if (cause.kind.word.equals(text)) {
                return cause;
            }
        }
        if (text.matches("status-[0-9]{3}")) {
            return ofStatus(Integer.parseInt(text.substring(Kind.STATUS.word.length())));
        }
        throw new IllegalArgumentException(EXPECTED);
    }

    @Override
    public String toString() {
        return kind == Kind.STATUS ? kind.word + status : kind.word;
    }
}
