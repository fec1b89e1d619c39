package dev.weir.health;

/// A check that could not be finished; the message says why in plain words, for a line that a person reads.
final class CheckFailed extends Exception {
    private static final long serialVersionUID = 1;

    CheckFailed(String message) {
        super(message);
    }

    CheckResult result() {
        return CheckResult.bad(String.valueOf(getMessage()));
    }
}
