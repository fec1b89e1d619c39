package dev.weir.cli.admin;

import java.io.Serial;

/// The gateway was reached and has not done what it was asked (RFC 9457). The message is its own sentence.
final class Declined extends Exception {
    @Serial private static final long serialVersionUID = 1;

    /// No token was shown, or another one (RFC 9110 §15.5.2).
    static final int NO_TOKEN = 401;

    private final int status;
    private final String report;

    /// @param report of a configuration's problems, with the lines of the file; empty if it is not about these
    Declined(int status, String detail, String report) {
        super(detail);
        this.status = status;
        this.report = report;
    }

    int status() {
        return status;
    }

    String report() {
        return report;
    }

    /// Whether it is a matter of who asks.
    boolean unknownClient() {
        return status == NO_TOKEN || status == 403;
    }
}
