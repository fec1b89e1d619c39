package dev.weir;

/// Hears that the configuration is about to be changed and what came of it, for whoever supervises the process. Called on the thread
/// that changes it, for one change at a time; must not wait.
public interface Reloads {
    /// Nobody hears.
    Reloads UNHEARD =
            new Reloads() {
                @Override
                public void begins() {}

                @Override
                public void ended(WeirConfig inForce, boolean refused) {}
            };

    /// A file or a text is about to be read. [#ended] follows, whatever comes of it.
    void begins();

    /// It is in force, or was refused and the one before still is.
    void ended(WeirConfig inForce, boolean refused);
}
