package dev.weir.bench.soak;

/// Whether an endpoint is up, by the health checks that it answered itself: as many bad ones in a row as the configuration says,
/// and Weir must know that it is down; as many good ones, and it may know that it is up. Confined by its [History].
final class EndpointUps {
    private final History.Watch watch;
    private boolean up = true;
    private int row;
    private boolean rowGood;
    private long downSince;

    EndpointUps(History.Watch watch) {
        this.watch = watch;
    }

    void checked(boolean good, long nanos) {
        row = good == rowGood ? row + 1 : 1;
        rowGood = good;
        if (up && !good && row >= watch.downAfter()) {
            up = false;
            downSince = nanos;
        } else if (!up && good && row >= watch.upAfter()) {
            up = true;
        }
    }

    /// Whether it is down now and has been since before then.
    boolean downAt(long nanos) {
        return !up && downSince < nanos;
    }

    String says(long nanos) {
        return "down for " + (nanos - downSince) / 1_000_000 + " ms";
    }
}
