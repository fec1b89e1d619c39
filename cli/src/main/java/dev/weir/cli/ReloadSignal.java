package dev.weir.cli;

import sun.misc.Signal;

/// HUP, which asks for the file to be read again. Thread-safe; the JVM runs the handler on a thread of its own.
public final class ReloadSignal {
    private volatile Runnable reload = () -> {};

    private ReloadSignal() {}

    /// Takes the signal from the JVM, which would end at it, for the rest of the process's life.
    public static ReloadSignal take() {
        ReloadSignal signal = new ReloadSignal();
        Signal.handle(new Signal("HUP"), _ -> signal.reload.run());
        return signal;
    }

    /// What it does from now on; must not wait.
    public void on(Runnable reload) {
        this.reload = reload;
    }
}
