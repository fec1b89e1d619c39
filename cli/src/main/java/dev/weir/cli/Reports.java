package dev.weir.cli;

import dev.weir.Reloads;
import dev.weir.WeirConfig;

/// Tells a supervisor what the process serves, at first and after every change of the configuration. Thread-safe.
record Reports(Supervisor to) implements Reloads {
    /// It serves for the first time.
    void serves(WeirConfig config) {
        to.ready(status(config));
    }

    @Override
    public void begins() {
        to.reloading();
    }

    @Override
    public void ended(WeirConfig inForce, boolean refused) {
        to.ready(status(inForce) + (refused ? "; the last reload was refused" : ""));
    }

    private static String status(WeirConfig config) {
        return "serving " + Size.of(config);
    }
}
