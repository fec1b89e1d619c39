package dev.weir.simulator;

import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;

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
                                + "   <tspan class=\"b\">■</tspan> p99   <tspan class=\"c\">■</tspan> p99.9,"
                                + " logarithmic</text>")
                        .formatted(Picture.number(LEFT), Picture.number(picture.y)));
        picture.y += 4;
        double most = edge(99.9, true);
        double least = Math.min(edge(50, false) / 3, most / 10);
        for (Result result : results) {
            double y = picture.y + 6;
            picture.text(LEFT - 10, y + 13, result.name, "end");
            double end = 0;
            for (int i = PERCENTILES.length - 1; i >= 0; i--) {
                double value = result.percentile(PERCENTILES[i]);
                if (Double.isFinite(value)) {
                    double width =
                            ROOM * Math.max(0.01, Math.log(value / least) / Math.log(most / least));
                    picture.box(LEFT, y, width, 18, KINDS[i]);
                    end = Math.max(end, width);
                }
            }
            picture.text(LEFT + end + 8, y + 13, told(result), "");
            picture.y += 30;
        }
    }

    private double edge(double percent, boolean most) {
        DoubleStream all =
                results.stream()
                        .mapToDouble(result -> result.percentile(percent))
                        .filter(Double::isFinite);
        return (most ? all.max() : all.min()).orElse(1);
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
