package dev.weir.cli;

import java.io.PrintWriter;

/// What the process's exit code says. Constants, because annotations want them.
public final class ExitCode {
    public static final int DONE = 0;

    /// A configuration or check failed: starting again would fail again.
    public static final int FAILED = 1;

    public static final int WRONG_USAGE = 2;

    /// Stopped while requests were in flight, which were cut.
    public static final int CUT = 3;

    /// No gateway was reached.
    public static final int UNREACHABLE = 4;

    /// A fault of Weir's own.
    public static final int INTERNAL = 70;

    /// For the help of verbs that only read.
    public static final String SAYS_DONE = "0:done";

    public static final String SAYS_FAILED = "1:the configuration is wrong, or a check failed";
    public static final String SAYS_USAGE = "2:wrong usage";
    public static final String SAYS_CUT = "3:stopped with requests cut off";
    public static final String SAYS_UNREACHABLE = "4:no gateway was reached";
    public static final String SAYS_INTERNAL = "70:a fault of Weir's own";

    private ExitCode() {}

    /// Says that Weir itself is at fault, with what a report needs.
    static int ownFault(Exception fault, PrintWriter err) {
        err.println("weir: a fault of Weir's own; please report it with what follows.");
        fault.printStackTrace(err);
        err.flush();
        return INTERNAL;
    }
}
