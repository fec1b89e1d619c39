package dev.weir.simulator;

import java.util.List;
import java.util.Locale;

/// Latencies as bars in a picture: for each result three, p50 within p99 within p99.9. Immutable.
record Bars(String head, List<Result> results) {
    private static final double LEFT = 200;
    private static final double ROOM = 330;
    private static final double[] PERCENTILES = {50, 99, 99.9};
    private static final String[] KINDS = {"a", "b", "c"};

    void draw(Picture picture) {
        picture.head(head, "less is better");
        picture.y += 12;
        picture.add(
                ("<text x=\"%s\" y=\"%s\" class=\"faint\" xml:space=\"preserve\"><tspan class=\"a\">■</tspan> p50"
                                + "   <tspan class=\"b\">■</tspan> p99   <tspan class=\"c\">■</tspan> p99.9</text>")
                        .formatted(Picture.number(LEFT), Picture.number(picture.y)));
        picture.y += 4;
        double most =
                results.stream()
                        .mapToDouble(result -> result.percentile(99.9))
                        .filter(Double::isFinite)
                        .max()
                        .orElse(1);
        for (Result result : results) {
            double y = picture.y + 6;
            picture.text(LEFT - 10, y + 13, result.name, "end");
            for (int i = PERCENTILES.length - 1; i >= 0; i--) {
                double value = result.percentile(PERCENTILES[i]);
                if (Double.isFinite(value)) {
                    picture.box(LEFT, y, Math.max(1, value / most * ROOM), 18, KINDS[i]);
                }
            }
            double end =
                    LEFT
                            + (result.latency.getTotalCount() == 0
                                    ? 0
                                    : result.percentile(99.9) / most * ROOM);
            picture.text(end + 8, y + 13, told(result), "");
            picture.y += 30;
        }
    }

    private static String told(Result result) {
        return String.format(
                Locale.ROOT,
                "%s / %s / %s ms",
                Table.figure(result.percentile(50)),
                Table.figure(result.percentile(99)),
                Table.figure(result.percentile(99.9)));
    }
}
