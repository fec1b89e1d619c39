package dev.weir.observe;

import dev.weir.otlp.Delivery;

/// Takes log records to a collector, in requests of up to half a mebibyte, one after the other. While one is under way, or is tried again, the
/// next lines wait in the rings of their loops.
final class CollectorSink implements LogSink {
    /// The least of what vendors take in one request is a megabyte.
    static final int MOST_BYTES = 512 << 10;

    /// About 1,500 requests for each loop.
    private static final Pace PACE = new Pace(1 << 21, 1_000_000_000, 60_000_000_000L);

    private final Delivery delivery;

    CollectorSink(Delivery delivery) {
        this.delivery = delivery;
    }

    @Override
    public String name() {
        return delivery.name();
    }

    @Override
    public Pace pace() {
        return PACE;
    }

    @Override
    public void write(byte[] bytes, int length) throws LinesLost {
        long lost = 0;
        String why = "";
        int from = 0;
        while (from < length) {
            int to = end(bytes, from, length);
            Delivery.Outcome outcome = delivery.send(bytes, from, to, lines(bytes, from, to));
            if (outcome.lost() > 0) {
                lost += outcome.lost();
                why = outcome.why();
            }
            from = to;
        }
        if (lost > 0) {
            throw new LinesLost(lost, why);
        }
    }

    /// The end of the last line that fits into a request; of the first one if that alone is too long.
    private static int end(byte[] bytes, int from, int length) {
        if (length - from <= MOST_BYTES) {
            return length;
        }
        int end = from + MOST_BYTES;
        while (end > from && bytes[end - 1] != '\n') {
            end--;
        }
        if (end == from) {
            end = from + MOST_BYTES;
            while (bytes[end - 1] != '\n') {
                end++;
            }
        }
        return end;
    }

    private static long lines(byte[] bytes, int from, int to) {
        long lines = 0;
        for (int i = from; i < to; i++) {
            lines += bytes[i] == '\n' ? 1 : 0;
        }
        return lines;
    }

    /// A collector has no file that could be put away.
    @Override
    public void reopen() {}

    @Override
    public boolean lost() {
        return false;
    }

    @Override
    public void hurry() {
        delivery.hurry();
    }

    @Override
    public void abandon() {
        delivery.close();
    }

    @Override
    public void close() {
        delivery.close();
    }
}
