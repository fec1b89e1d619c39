package dev.weir.health;

/// How one check ended. Immutable.
///
/// @param text in plain words, without a line end: `status 200`, `connect refused`
record CheckResult(Finding finding, String text) {
    /// What a check says about its endpoint.
    enum Finding {
        GOOD,
        BAD,
        /// Bad, and there was no answer at all.
        SILENT,
        /// Nothing: Weir itself had no descriptor or no port to ask with.
        NOTHING
    }

    boolean good() {
        return finding == Finding.GOOD;
    }

    static CheckResult good(String text) {
        return new CheckResult(Finding.GOOD, text);
    }

    static CheckResult bad(String text) {
        return new CheckResult(Finding.BAD, text);
    }

    static CheckResult silent(String text) {
        return new CheckResult(Finding.SILENT, text);
    }

    static CheckResult nothing(String text) {
        return new CheckResult(Finding.NOTHING, text);
    }
}
