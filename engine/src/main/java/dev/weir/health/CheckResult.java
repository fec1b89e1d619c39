package dev.weir.health;

/// How one check ended. Immutable.
///
/// @param text in plain words, without a line end: `status 200`, `connect refused`
record CheckResult(boolean good, String text) {
    static CheckResult good(String text) {
        return new CheckResult(true, text);
    }

    static CheckResult bad(String text) {
        return new CheckResult(false, text);
    }
}
