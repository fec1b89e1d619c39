package dev.weir.cli.admin;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a page of metrics says of the attempts at each endpoint, at one moment. Immutable once read.
///
/// @param attempts by service and endpoint
record Scrape(long nanos, Map<Whose, Attempts> attempts) {
    private static final String NAME = "http_client_request_duration_seconds";
    private static final Pattern LINE =
            Pattern.compile(NAME + "_(bucket|sum|count)\\{(.*)} ([0-9.eE+-]+)");
    private static final Pattern LABEL = Pattern.compile("([a-z_]+)=\"((?:[^\"\\\\]|\\\\.)*)\"");

    /// Neither is the endpoint's doing.
    private static final Set<String> NO_ERRORS = Set.of("", "cancelled", "lacked");

    private static final int SERVER_ERROR = 500;

    /// An endpoint of a service.
    record Whose(String service, String endpoint) {}

    /// Sums since the process began.
    ///
    /// @param within how many took no longer than a bound in seconds, by bounds
    static final class Attempts {
        private long count;
        private long errors;
        private double seconds;
        private final Map<Double, Long> within = new HashMap<>();

        void add(String kind, Map<String, String> labels, double value) {
            switch (kind) {
                case "bucket" -> within.merge(bound(labels), (long) value, Long::sum);
                case "sum" -> seconds += value;
                default -> {
                    count += (long) value;
                    errors += isError(labels) ? (long) value : 0;
                }
            }
        }

        private static double bound(Map<String, String> labels) {
            String bound = labels.getOrDefault("le", "+Inf");
            return bound.equals("+Inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(bound);
        }

        private static boolean isError(Map<String, String> labels) {
            String status = labels.getOrDefault("http_response_status_code", "");
            return !NO_ERRORS.contains(labels.getOrDefault("error_type", ""))
                    || status.matches("[0-9]{3}") && Integer.parseInt(status) >= SERVER_ERROR;
        }
    }

    /// What went on between two pages.
    ///
    /// @param mean in seconds; 0 if there was nothing
    /// @param slowest a bound, in seconds, that 99 % kept within; infinite if it lies beyond the largest
    record Rate(double perSecond, double errorsPerSecond, double mean, double slowest) {}

    static Scrape read(String page, long nanos) {
        Map<Whose, Attempts> attempts = new HashMap<>();
        page.lines()
                .filter(line -> line.startsWith(NAME))
                .map(LINE::matcher)
                .filter(Matcher::matches)
                .forEach(
                        line -> {
                            Map<String, String> labels = labels(line.group(2));
                            Whose whose =
                                    new Whose(
                                            labels.getOrDefault("service", ""),
                                            labels.getOrDefault("endpoint", ""));
                            attempts.computeIfAbsent(whose, _ -> new Attempts())
                                    .add(line.group(1), labels, Double.parseDouble(line.group(3)));
                        });
        return new Scrape(nanos, attempts);
    }

    private static Map<String, String> labels(String text) {
        Map<String, String> labels = new HashMap<>();
        Matcher each = LABEL.matcher(text);
        while (each.find()) {
            labels.put(each.group(1), each.group(2).replaceAll("\\\\(.)", "$1"));
        }
        return labels;
    }

    /// What went on at an endpoint since an earlier page; empty if that is not known.
    Optional<Rate> since(Scrape before, Whose whose) {
        double seconds = (nanos - before.nanos) / 1e9;
        Attempts now = attempts.get(whose);
        Attempts then = before.attempts.getOrDefault(whose, new Attempts());
        if (seconds <= 0) {
            return Optional.empty();
        }
        if (now == null || now.count <= then.count) {
            return Optional.of(new Rate(0, 0, 0, 0));
        }
        long count = now.count - then.count;
        return Optional.of(
                new Rate(
                        count / seconds,
                        (now.errors - then.errors) / seconds,
                        (now.seconds - then.seconds) / count,
                        slowest(now, then, count)));
    }

    private static double slowest(Attempts now, Attempts then, long count) {
        double[] bounds = now.within.keySet().stream().mapToDouble(bound -> bound).toArray();
        Arrays.sort(bounds);
        for (double bound : bounds) {
            long kept = now.within.getOrDefault(bound, 0L) - then.within.getOrDefault(bound, 0L);
            if (kept >= Math.ceil(count * 0.99)) {
                return bound;
            }
        }
        return Double.POSITIVE_INFINITY;
    }
}
