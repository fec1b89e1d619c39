package dev.weir.health;

/// A check that could not be finished; the message says why in plain words, for a line that a person reads.
final class CheckFailed extends Exception {
    private static final long serialVersionUID = 1;

    private final boolean ours;

    CheckFailed(String message) {
        this(message, false);
    }

    /// @param ours whether Weir lacked something, which says nothing about the endpoint
    CheckFailed(String message, boolean ours) {
        super(message);
        this.ours = ours;
    }

    CheckResult result() {
        String text = String.valueOf(getMessage());
        return ours ? CheckResult.nothing(text) : CheckResult.silent(text);
    }
}
