package dev.weir.cli;

import sun.misc.Signal;

/// USR1, which asks for log files to be opened again after they were given another name. Stateless; the JVM runs the handler on a thread
/// of its own.
final class LogSignal {
    private LogSignal() {}

    /// Takes the signal from the system, which would end the process at it, for the rest of the process's life.
    ///
    /// @param reopen does not wait
    static void take(Runnable reopen) {
        Signal.handle(new Signal("USR1"), _ -> reopen.run());
    }
}
