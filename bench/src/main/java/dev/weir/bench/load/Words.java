package dev.weir.bench.load;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/// The words of a command line, each option at most once but `--header`. Refuses what it does not know.
final class Words {
    static final String USAGE =
            """
            bench/open-loop --port P --rate R --seconds S [option...]

              --port P              of 127.0.0.1
              --rate R              requests per second, sent at times fixed beforehand
              --seconds S           length of the recorded part
              --warm-up-seconds W   before it, at the same rate, not recorded; 3 if left out
              --connections C       kept connections, one request at a time on each; 64
              --idle N              opens N further connections, sends one request on each and leaves them idle; 0
              --idle-port P         where those stand, for a run that differs in nothing else; --port
              --wait                when those stand, waits for a line on standard input
              --method M            GET
              --body-bytes B        length of the request's body; 0
              --target T            path and query; /
              --header 'N: V'       one more header; may stand more than once
              --close               a connection for each request; connecting is part of the latency
              --poisson             random gaps (exponential) instead of even ones
              --seed X              of the random gaps; 1
              --timeout-seconds T   from the intended time; 10
              --no-build            runs what was built last
              --classpath-only      builds, prints the class path and ends

            Prints `IDLE {"opened": n}` when the idle connections stand, `BEGIN {}` when the recorded part begins, and
            `RESULT {...}` at the end. Latencies are those of 2xx answers, from the intended time to the last byte; a
            request without a whole answer within the time-out counts with the time-out. The histogram is
            HdrHistogram's compressed form in base64, in microseconds. Ends with 2 if a word is wrong.
            """;

    /// What is taken for an option that is left out. Those without must be given.
    private static final Map<String, String> DEFAULTS =
            Map.ofEntries(
                    Map.entry("--warm-up-seconds", "3"),
                    Map.entry("--connections", "64"),
                    Map.entry("--idle", "0"),
                    Map.entry("--method", "GET"),
                    Map.entry("--body-bytes", "0"),
                    Map.entry("--target", "/"),
                    Map.entry("--seed", "1"),
                    Map.entry("--timeout-seconds", "10"));

    private static final Set<String> NEEDED = Set.of("--port", "--rate", "--seconds");
    private static final Set<String> WITHOUT_DEFAULT = Set.of("--header", "--idle-port");
    private static final Set<String> FLAGS = Set.of("--wait", "--close", "--poisson");
    private static final Pattern HEADER = Pattern.compile("[!#-'*+.^-z|~\\w-]+:[^\\r\\n]*");

    private final Map<String, String> values = new HashMap<>();
    private final Set<String> flags = new HashSet<>();
    private final List<String> headers = new ArrayList<>();

    Words(String... words) {
        for (int i = 0; i < words.length; i++) {
            String word = words[i];
            if (FLAGS.contains(word)) {
                flags.add(word);
                continue;
            }
            if (!NEEDED.contains(word)
                    && !DEFAULTS.containsKey(word)
                    && !WITHOUT_DEFAULT.contains(word)) {
                throw new IllegalArgumentException("unknown word: " + word);
            }
            if (++i == words.length) {
                throw new IllegalArgumentException(word + " wants a value");
            }
            take(word, words[i]);
        }
    }

    private void take(String name, String value) {
        if (name.equals("--header")) {
            if (!HEADER.matcher(value).matches()) {
                throw new IllegalArgumentException(
                        "--header: \"" + value + "\" (expected: Name: value)");
            }
            headers.add(value);
        } else if (values.putIfAbsent(name, value) != null) {
            throw new IllegalArgumentException(name + " stands twice");
        }
    }

    boolean said(String flag) {
        return flags.contains(flag);
    }

    boolean has(String name) {
        return values.containsKey(name);
    }

    List<String> headers() {
        return List.copyOf(headers);
    }

    /// A value without blanks: it becomes part of the request line.
    String text(String name) {
        String text = value(name);
        if (text.isEmpty() || text.chars().anyMatch(c -> c <= ' ' || c >= 0x7f)) {
            throw new IllegalArgumentException(
                    name + ": \"" + text + "\" (expected: visible ASCII)");
        }
        return text;
    }

    long whole(String name, long least, long most) {
        String text = value(name);
        try {
            long number = Long.parseLong(text);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Said below, with what was expected.
        }
        throw new IllegalArgumentException(
                "%s: \"%s\" (expected: a whole number from %d to %d)"
                        .formatted(name, text, least, most));
    }

    double number(String name, double least, double most) {
        String text = value(name);
        try {
            double number = Double.parseDouble(text);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Said below, with what was expected.
        }
        throw new IllegalArgumentException(
                "%s: \"%s\" (expected: a number from %s to %s)".formatted(name, text, least, most));
    }

    private String value(String name) {
        String value = values.getOrDefault(name, DEFAULTS.get(name));
        if (value == null) {
            throw new IllegalArgumentException(name + " is missing");
        }
        return value;
    }
}
