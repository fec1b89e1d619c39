package dev.weir.simulator;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// A diagram of lines in a picture: something over time, or over the load. Immutable.
///
/// @param head what is shown, with its unit
/// @param along what the horizontal axis is, with its unit
/// @param logarithmic whether each step up the vertical axis is ten times the one before
/// @param shaded from where to where something is wrong; empty for nothing
record Lines(
        String head, String along, boolean logarithmic, List<Series> series, List<Span> shaded) {
    private static final double LEFT = 64;
    private static final double RIGHT = 736;
    private static final double HEIGHT = 190;

    /// One line.
    ///
    /// @param y not a number where there is nothing to show
    record Series(String name, double[] x, double[] y) {}

    /// A part of the horizontal axis.
    record Span(double from, double to) {
        static Span of(FaultConfig fault, Duration lasts) {
            double end = lasts.toNanos() / 1e9;
            return new Span(
                    fault.from().toNanos() / 1e9,
                    fault.until().map(at -> Math.min(end, at.toNanos() / 1e9)).orElse(end));
        }
    }

    /// From the least to the most on an axis, and where that is in the picture.
    private record Axis(double least, double most, double from, double to, boolean logarithmic) {
        double at(double value) {
            double share =
                    logarithmic
                            ? (Math.log10(Math.max(value, least)) - Math.log10(least))
                                    / (Math.log10(most) - Math.log10(least))
                            : (value - least) / (most - least);
            return from + Math.min(1, share) * (to - from);
        }

        List<Double> ticks() {
            List<Double> ticks = new ArrayList<>();
            if (logarithmic) {
                for (double tick = least; tick <= most * 1.001; tick *= 10) {
                    ticks.add(tick);
                }
                return ticks;
            }
            double rough = (most - least) / 5;
            double power = Math.pow(10, Math.floor(Math.log10(rough)));
            double step =
                    rough / power > 5 ? 10 : rough / power > 2 ? 5 : rough / power > 1 ? 2 : 1;
            for (double tick = Math.ceil(least / (step * power) - 1e-9) * step * power;
                    tick <= most + 1e-9 * step * power;
                    tick += step * power) {
                ticks.add(tick);
            }
            return ticks;
        }
    }

    static String tick(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e6
                ? String.valueOf((long) value)
                : String.format(Locale.ROOT, Math.abs(value) < 0.1 ? "%.3f" : "%.2f", value)
                        .replaceFirst("0+$", "");
    }

    private Axis across() {
        double least = Double.POSITIVE_INFINITY;
        double most = Double.NEGATIVE_INFINITY;
        for (Series each : series) {
            for (double x : each.x) {
                least = Math.min(least, x);
                most = Math.max(most, x);
            }
        }
        return new Axis(least, Math.max(most, least + 1e-9), LEFT, RIGHT, false);
    }

    private Axis upwards(double top) {
        double least = Double.POSITIVE_INFINITY;
        double most = 0;
        for (Series each : series) {
            for (double y : each.y) {
                if (!Double.isNaN(y)) {
                    most = Math.max(most, y);
                    least = y > 0 ? Math.min(least, y) : least;
                }
            }
        }
        if (logarithmic && most > 0) {
            double low = Math.pow(10, Math.floor(Math.log10(least)));
            double high = Math.pow(10, Math.ceil(Math.log10(most)));
            return new Axis(low, Math.max(high, low * 10), top + HEIGHT, top, true);
        }
        return new Axis(0, most == 0 ? 1 : most * 1.05, top + HEIGHT, top, false);
    }

    void draw(Picture picture) {
        picture.head(head, "");
        legend(picture);
        double top = picture.y + 8;
        Axis across = across();
        Axis upwards = upwards(top);
        for (Span span : shaded) {
            double from = across.at(Math.max(span.from, across.least));
            picture.box(from, top, across.at(span.to) - from, HEIGHT, "shade");
        }
        for (double tick : upwards.ticks()) {
            picture.line(LEFT, upwards.at(tick), RIGHT, upwards.at(tick), "grid");
            picture.text(LEFT - 8, upwards.at(tick) + 4, tick(tick), "faint end");
        }
        for (double tick : across.ticks()) {
            picture.text(across.at(tick), top + HEIGHT + 18, tick(tick), "faint middle");
        }
        picture.text(RIGHT, top + HEIGHT + 36, along, "faint end");
        for (int i = 0; i < series.size(); i++) {
            picture.add(path(series.get(i), across, upwards, i % Picture.COLOURS));
        }
        picture.y = top + HEIGHT + 40;
    }

    private void legend(Picture picture) {
        double x = LEFT;
        picture.y += 10;
        for (int i = 0; i < series.size(); i++) {
            String name = series.get(i).name;
            double width = 30 + 7.0 * name.length();
            if (x + width > RIGHT) {
                x = LEFT;
                picture.y += 18;
            }
            picture.add(
                    "<text x=\"%s\" y=\"%s\" class=\"faint\"><tspan class=\"f%d\">■</tspan> %s</text>"
                            .formatted(
                                    Picture.number(x),
                                    Picture.number(picture.y),
                                    i % Picture.COLOURS,
                                    Picture.escaped(name)));
            x += width;
        }
        picture.y += 4;
    }

    private static String path(Series series, Axis across, Axis upwards, int colour) {
        StringBuilder path = new StringBuilder();
        boolean drawing = false;
        for (int i = 0; i < series.x.length; i++) {
            if (Double.isNaN(series.y[i])) {
                drawing = false;
                continue;
            }
            path.append(drawing ? 'L' : 'M')
                    .append(Picture.number(across.at(series.x[i])))
                    .append(' ')
                    .append(Picture.number(upwards.at(series.y[i])));
            drawing = true;
        }
        return "<path d=\"" + path + "\" class=\"line s" + colour + "\"/>";
    }
}
