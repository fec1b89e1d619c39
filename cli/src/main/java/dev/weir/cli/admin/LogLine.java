package dev.weir.cli.admin;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Locale;

/// Writes a request that has ended as a line for people: when, status, method, time, route, endpoint, what was asked for, and what
/// failed. Names that come line after line stand below each other. Confined to one thread.
final class LogLine {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss.SSS", Locale.ROOT);

    /// A longer name moves what is behind it, in its own line alone.
    private static final int WIDEST = 24;

    private final ZoneId zone;
    private final boolean colour;
    private int route;
    private int endpoint;

    LogLine(ZoneId zone, boolean colour) {
        this.zone = zone;
        this.colour = colour;
    }

    /// @param request as the access log has it
    String of(JsonNode request) {
        String routeName = text(request, "route", "-");
        String endpointName = text(request, "endpoint", "-");
        route = Math.max(route, Math.min(WIDEST, routeName.length()));
        endpoint = Math.max(endpoint, Math.min(WIDEST, endpointName.length()));
        String status = text(request, "status", "---");
        return "%s  %s  %-6s %9s  %s  %s  %s%s"
                .formatted(
                        time(text(request, "time", "")),
                        paint(status).on(status, colour),
                        text(request, "method", text(request, "protocol", "")),
                        took(request.path("total_ms").asDouble()),
                        padded(routeName, route),
                        padded(endpointName, endpoint),
                        text(request, "host", "") + text(request, "path", ""),
                        failed(request))
                .stripTrailing();
    }

    private static String text(JsonNode request, String name, String without) {
        return Visible.of(request.path(name).asText(without));
    }

    /// A line for people that the gateway has said.
    String of(String time, String said) {
        return Paint.BOLD.on(time(time) + "  " + Visible.of(said), colour);
    }

    private String time(String text) {
        try {
            return TIME.format(Instant.parse(text).atZone(zone));
        } catch (DateTimeParseException _) {
            return text;
        }
    }

    private static Paint paint(String status) {
        return switch (status.charAt(0)) {
            case '5' -> Paint.BAD;
            case '4' -> Paint.DOUBTFUL;
            default -> Paint.PLAIN;
        };
    }

    private static String took(double millis) {
        return String.format(Locale.ROOT, millis < 100 ? "%.1f ms" : "%.0f ms", millis);
    }

    private static String padded(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }

    private String failed(JsonNode request) {
        int attempts = request.path("attempts").asInt();
        String reason = text(request, "reason", "");
        String again = attempts > 1 ? attempts + " attempts" : "";
        String both = reason + (reason.isEmpty() || again.isEmpty() ? "" : ", ") + again;
        return both.isEmpty() ? "" : "  " + Paint.BAD.on("(" + both + ")", colour);
    }
}
