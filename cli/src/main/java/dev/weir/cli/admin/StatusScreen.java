package dev.weir.cli.admin;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/// A gateway on one screen. Immutable.
///
/// @param picture as the stream of events begins
/// @param all whether every endpoint is shown, however many there are
record StatusScreen(JsonNode picture, boolean all, Instant now) {
    /// With more endpoints than this, only those are shown of which there is something to say.
    private static final int FEW = 24;

    /// Whether something is not as it should be. What the operator himself has done is.
    boolean needsAttention() {
        return stream(overview().path("needs_attention"))
                .anyMatch(each -> !each.path("severity").asText().equals("note"));
    }

    private JsonNode overview() {
        return picture.path("overview");
    }

    /// @param width most characters of a line; 0 for any
    String text(int width, boolean colour) {
        List<String> lines = new ArrayList<>();
        lines.addAll(head().lines(width, colour));
        JsonNode attention = overview().path("needs_attention");
        lines.add("");
        if (attention.isEmpty()) {
            lines.add(Paint.GOOD.on("all is well", colour));
        } else {
            lines.add("needs attention");
            lines.addAll(attention(attention).lines(width, colour));
        }
        lines.add("");
        lines.add("listeners");
        lines.addAll(listenerTable().lines(width, colour));
        lines.add("");
        lines.add("services");
        lines.addAll(serviceTable().lines(width, colour));
        return String.join("\n", lines);
    }

    private Table head() {
        JsonNode overview = overview();
        JsonNode config = overview.path("configuration");
        JsonNode totals = overview.path("totals");
        String phase = overview.path("phase").asText();
        Duration uptime = Duration.ofMillis(overview.path("uptime_ms").asLong());
        return new Table()
                .add(
                        0,
                        Table.left("Weir", Paint.BOLD),
                        Table.left(
                                "%s, process %d on %s"
                                        .formatted(
                                                overview.path("version").asText(),
                                                overview.path("pid").asLong(),
                                                overview.path("transport").asText())))
                .add(
                        0,
                        Table.left(phase, phase.equals("serving") ? Paint.GOOD : Paint.DOUBTFUL),
                        Table.left("for " + Age.of(uptime)))
                .add(
                        0,
                        Table.left("config"),
                        Table.left(
                                "version %d from %s, %s"
                                        .formatted(
                                                config.path("version").asLong(),
                                                config.path("source").asText(),
                                                Age.since(config.path("since").asText(), now))))
                .add(
                        0,
                        Table.left("traffic"),
                        Table.left(
                                "%s, %s under way, %s of clients"
                                        .formatted(
                                                rate(),
                                                count(totals.path("in_flight"), "request"),
                                                count(totals.path("connections"), "connection"))));
    }

    private String rate() {
        JsonNode total = picture.path("traffic").path("total");
        double errors = total.path("errors").asDouble();
        return String.format(Locale.ROOT, "%,.1f requests a second", total.path("rate").asDouble())
                + (errors == 0
                        ? ""
                        : String.format(Locale.ROOT, " (%.1f %% failed)", errors * 100));
    }

    private Table attention(JsonNode attention) {
        Table table = new Table();
        for (JsonNode each : attention) {
            String severity = each.path("severity").asText();
            Paint paint =
                    switch (severity) {
                        case "error" -> Paint.BAD;
                        case "warning" -> Paint.DOUBTFUL;
                        default -> Paint.FAINT;
                    };
            String since =
                    each.hasNonNull("since")
                            ? ", " + Age.since(each.get("since").asText(), now)
                            : "";
            table.add(
                    2,
                    Table.left(severity, paint),
                    Table.left(each.path("about").asText()),
                    Table.left(each.path("text").asText() + since));
        }
        return table;
    }

    private Table listenerTable() {
        Table table = new Table();
        for (JsonNode each : picture.path("listeners")) {
            List<String> words = new ArrayList<>();
            each.path("protocols").forEach(one -> words.add(one.asText()));
            if (each.path("tls").asBoolean()) {
                words.add("tls");
            }
            table.add(
                    2,
                    Table.left(each.path("name").asText()),
                    Table.left(each.path("address").asText()),
                    Table.left(String.join(" ", words)),
                    Table.left(count(each.path("connections"), "connection")));
        }
        return table;
    }

    private Table serviceTable() {
        JsonNode services = picture.path("services");
        int count = stream(services).mapToInt(each -> each.path("endpoints").size()).sum();
        boolean every = all || count <= FEW;
        Table table = new Table();
        for (JsonNode each : services) {
            JsonNode service = each.path("service");
            int of = each.path("endpoints").size();
            int usable = service.path("usable").asInt();
            int waiting = service.path("waiting").asInt();
            table.add(
                    2,
                    Table.left(service.path("name").asText(), Paint.BOLD),
                    Table.left(
                            usable + " of " + of + " up",
                            usable == of ? Paint.GOOD : usable == 0 ? Paint.BAD : Paint.DOUBTFUL),
                    Table.left(
                            service.path("in_flight").asInt()
                                    + " under way"
                                    + (waiting == 0 ? "" : ", " + waiting + " waiting")),
                    Table.left(
                            service.path("balance").asText()
                                    + (service.path("panic").asBoolean() ? ", panic" : "")));
            for (JsonNode endpoint : each.path("endpoints")) {
                if (every || !EndpointState.of(endpoint).usual()) {
                    endpoint(endpoint, table);
                }
            }
        }
        return table;
    }

    private void endpoint(JsonNode endpoint, Table table) {
        EndpointState state = EndpointState.of(endpoint);
        boolean ready = endpoint.path("state").asText().equals("ready");
        String since = ready ? "health_since" : "state_since";
        List<String> words = new ArrayList<>();
        if (!state.usual()) {
            words.add(ready ? endpoint.path("why").asText() : "by the operator");
            words.add(Age.since(endpoint.path(since).asText(), now));
        }
        if (endpoint.path("weight").asInt(1) != endpoint.path("listed_weight").asInt(1)) {
            words.add(
                    "weight %d instead of %d"
                            .formatted(
                                    endpoint.path("weight").asInt(),
                                    endpoint.path("listed_weight").asInt()));
        }
        if (endpoint.path("backup").asBoolean()) {
            words.add("backup");
        }
        words.removeIf(String::isEmpty);
        table.add(
                4,
                Table.left(endpoint.path("name").asText()),
                Table.left(state.word(), state.paint()),
                Table.left(endpoint.path("in_flight").asInt() + " under way"),
                Table.left(String.join(", ", words)));
    }

    private static String count(JsonNode number, String what) {
        long count = number.asLong();
        return String.format(Locale.ROOT, "%,d %s%s", count, what, count == 1 ? "" : "s");
    }

    private static Stream<JsonNode> stream(JsonNode values) {
        return StreamSupport.stream(values.spliterator(), false);
    }
}
