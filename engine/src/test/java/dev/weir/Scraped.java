package dev.weir;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/// The page `/metrics` as a scraper reads it. Immutable.
record Scraped(String text, Map<String, Double> samples) {
    /// As Prometheus reads it by default.
    static Scraped of(Weir weir) {
        return of(weir, null);
    }

    /// @param accept what the scraper asks for
    static Scraped of(Weir weir, String accept) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            weir.metrics().write(accept, bytes);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return read(bytes.toString(StandardCharsets.UTF_8));
    }

    /// As it came from somewhere.
    static Scraped read(String text) {
        Map<String, Double> samples = new LinkedHashMap<>();
        text.lines()
                .filter(line -> !line.startsWith("#"))
                .forEach(
                        line -> {
                            int blank = line.lastIndexOf(' ');
                            samples.put(line.substring(0, blank), value(line.substring(blank + 1)));
                        });
        return new Scraped(text, samples);
    }

    private static double value(String text) {
        return text.equals("+Inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(text);
    }

    /// The value of a sample.
    ///
    /// @param labels name, value, name, value …; all there are, in any order
    double value(String name, String... labels) {
        String key = name + labels(labels);
        Double found = samples.get(key);
        if (found == null) {
            throw new AssertionError("no " + key + "; there is " + like(name));
        }
        return found;
    }

    boolean has(String name, String... labels) {
        return samples.containsKey(name + labels(labels));
    }

    /// All samples of a name.
    List<String> like(String name) {
        return samples.keySet().stream()
                .filter(key -> key.equals(name) || key.startsWith(name + "{"))
                .toList();
    }

    private static String labels(String... labels) {
        TreeSet<String> pairs = new TreeSet<>();
        for (int i = 0; i < labels.length; i += 2) {
            pairs.add(labels[i] + "=\"" + labels[i + 1] + "\"");
        }
        return pairs.isEmpty() ? "" : "{" + String.join(",", pairs) + "}";
    }
}
