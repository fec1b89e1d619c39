package dev.weir.simulator;

import com.nimbusds.jose.util.JSONObjectUtils;
import dev.weir.schema.HostPort;
import dev.weir.service.EndpointConfig;
import dev.weir.service.ServiceConfig;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/// An access log as Weir writes it in JSON, to be played again: when requests came, and how long each endpoint took for what it was
/// asked. Immutable; reading blocks.
///
/// An endpoint that gets a request takes as long as it took for one of those it got around that time: that is what the log
/// knows. What it would have taken with more requests than it got the log does not know.
public final class RecordedLog {
    /// So many of an endpoint's answers to either side of the moment are drawn from.
    private static final int AROUND = 16;

    private record Line(long nanos, long workNanos, String endpoint, long key) {}

    /// One endpoint's answers in the order of time.
    private record Answers(long[] times, long[] works) {
        static Answers of(List<Line> lines) {
            return new Answers(
                    lines.stream().mapToLong(Line::nanos).toArray(),
                    lines.stream().mapToLong(Line::workNanos).toArray());
        }

        long draw(long nanos, SplittableRandom random) {
            int place = java.util.Arrays.binarySearch(times, nanos);
            int middle = place < 0 ? -place - 1 : place;
            int from = Math.max(0, Math.min(middle - AROUND, times.length - 2 * AROUND));
            int to = Math.min(times.length, from + 2 * AROUND);
            return works[random.nextInt(from, to)];
        }
    }

    private final List<Line> lines;
    private final Map<String, Answers> answers = new LinkedHashMap<>();
    private final Answers all;
    private final int skipped;

    private RecordedLog(List<Line> lines, int skipped) {
        this.lines = List.copyOf(lines);
        this.skipped = skipped;
        this.all = Answers.of(lines);
        Map<String, List<Line>> byEndpoint = new LinkedHashMap<>();
        for (Line line : lines) {
            byEndpoint.computeIfAbsent(line.endpoint, _ -> new ArrayList<>()).add(line);
        }
        byEndpoint.forEach((name, own) -> answers.put(name, Answers.of(own)));
    }

    /// Reads those lines of a log that an endpoint has answered.
    ///
    /// @param service only its lines; empty for all
    /// @throws IllegalArgumentException with a sentence for the user, if there is nothing to be played
    public static RecordedLog read(Path file, Optional<String> service) throws IOException {
        List<Line> lines = new ArrayList<>();
        int number = 0;
        try (BufferedReader reader = Files.newBufferedReader(file)) {
            for (String text = reader.readLine(); text != null; text = reader.readLine()) {
                number++;
                Line line = text.isBlank() ? null : line(file, number, text, service);
                if (line != null) {
                    lines.add(line);
                }
            }
        }
        if (lines.isEmpty()) {
            throw new IllegalArgumentException(
                    file
                            + ": none of its "
                            + number
                            + " lines tells of a request that an endpoint answered"
                            + service.map(name -> " for the service " + name).orElse(""));
        }
        lines.sort(Comparator.comparingLong(Line::nanos));
        long first = lines.getFirst().nanos;
        return new RecordedLog(
                lines.stream()
                        .map(
                                line ->
                                        new Line(
                                                line.nanos - first,
                                                line.workNanos,
                                                line.endpoint,
                                                line.key))
                        .toList(),
                number - lines.size());
    }

    private static @org.jspecify.annotations.Nullable Line line(
            Path file, int number, String text, Optional<String> service) {
        try {
            Map<String, Object> fields = JSONObjectUtils.parse(text);
            Object took = fields.get("first_byte_ms");
            Object endpoint = fields.get("endpoint");
            if (took == null
                    || endpoint == null
                    || service.isPresent() && !service.get().equals(fields.get("service"))) {
                return null;
            }
            Instant time = Instant.parse(String.valueOf(fields.get("time")));
            long nanos = Math.multiplyExact(time.getEpochSecond(), 1_000_000_000L) + time.getNano();
            double millis = Double.parseDouble(took.toString());
            return new Line(
                    nanos,
                    Math.max(1, (long) (millis * 1e6)),
                    endpoint.toString(),
                    String.valueOf(fields.get("client")).hashCode());
        } catch (ParseException
                | DateTimeException
                | NumberFormatException
                | ArithmeticException e) {
            throw new IllegalArgumentException(
                    file
                            + ":"
                            + number
                            + ": not a line of Weir's access log in JSON (logs › access › format: json)",
                    e);
        }
    }

    /// As long as the log, at endpoints that have room for everything: how long they take is what the log says.
    public ScenarioConfig scenario() {
        return ScenarioConfig.DEFAULTS
                .withTime(lasts(), Duration.ZERO)
                .withGateways(1, 1)
                .withMachines(Serves.of(1_000_000), ScenarioConfig.DEFAULTS.work());
    }

    /// The log's endpoints with Weir's usual settings, in the order in which they answered first.
    public Candidate candidate() {
        return Candidate.of(
                "",
                ServiceConfig.of(
                        answers.keySet().stream()
                                .map(name -> EndpointConfig.of(HostPort.parse(name)))
                                .toArray(EndpointConfig[]::new)),
                ScenarioConfig.DEFAULTS.timeout());
    }

    /// From the first request to a moment after the last.
    Duration lasts() {
        return Duration.ofNanos(lines.getLast().nanos + 1_000_000);
    }

    String says() {
        return String.format(
                Locale.ROOT,
                "%,d requests from the log%s",
                lines.size(),
                skipped == 0 ? "" : String.format(Locale.ROOT, " (%,d lines left out)", skipped));
    }

    /// Plays the log once.
    Arrivals arrivals(ServiceConfig service) {
        List<Answers> byPlace =
                service.endpoints().stream()
                        .map(each -> answers.getOrDefault(each.address().toString(), all))
                        .toList();
        SplittableRandom random = new SplittableRandom(1);
        return new Arrivals() {
            private int next = -1;

            @Override
            public long next(long nowNanos) {
                next++;
                return next < lines.size() ? lines.get(next).nanos : Long.MAX_VALUE;
            }

            @Override
            public long workNanos() {
                return lines.get(next).workNanos;
            }

            @Override
            public long workAt(int endpoint, long nowNanos, long workNanos) {
                return byPlace.get(endpoint).draw(nowNanos, random);
            }

            @Override
            public long key() {
                return lines.get(next).key;
            }
        };
    }
}
