package dev.weir.health;

/// Why traffic threw an endpoint out.
public enum Ejection {
    FAILURES("failures"),
    SUCCESS_RATE("success-rate"),
    LATENCY("latency"),
    TRIAL("trial");

    private final String word;

    Ejection(String word) {
        this.word = word;
    }

    /// The word in metrics: too many failures in a row, failing more often than the others, slower than the others, failing when it was tried
    /// again.
    public String word() {
        return word;
    }
}
