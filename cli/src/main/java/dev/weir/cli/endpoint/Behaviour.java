package dev.weir.cli.endpoint;

import dev.weir.schema.DurationText;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/// How a small endpoint answers. Immutable.
///
/// @param delay before every answer, health checks not included
/// @param failing which answers are errors, health checks not included
/// @param hang takes requests and answers none, health checks included
/// @param healthStatus of answers to `/health`
public record Behaviour(Duration delay, Failing failing, boolean hang, int healthStatus) {
    public static final Behaviour GOOD = new Behaviour(Duration.ZERO, Failing.NEVER, false, 200);

    public Behaviour {
        if (healthStatus < 200 || healthStatus > 599) {
            throw new IllegalArgumentException("a health status is a number from 200 to 599");
        }
    }

    /// This behaviour after an order such as `delay=2s&fail=50%25`, `hang=true`, `health=404` or `ok`.
    ///
    /// @throws IllegalArgumentException with the reason, if the order is none
    Behaviour after(String order) {
        Behaviour next = this;
        for (String part : order.split("&")) {
            int equals = part.indexOf('=');
            String key = equals < 0 ? part : part.substring(0, equals);
            String value =
                    equals < 0
                            ? ""
                            : URLDecoder.decode(part.substring(equals + 1), StandardCharsets.UTF_8);
            next = next.after(key, value);
        }
        return next;
    }

    private Behaviour after(String key, String value) {
        try {
            return switch (key) {
                case "ok" -> GOOD;
                case "delay" ->
                        new Behaviour(DurationText.parse(value), failing, hang, healthStatus);
                case "fail" -> new Behaviour(delay, Failing.parse(value), hang, healthStatus);
                case "hang" -> new Behaviour(delay, failing, truth(value), healthStatus);
                case "health" -> new Behaviour(delay, failing, hang, status(value));
                default ->
                        throw new IllegalArgumentException(
                                "is none of delay, fail, hang, health and ok");
            };
        } catch (IllegalArgumentException e) {
            String what = key.isEmpty() ? "the order" : value.isEmpty() ? key : key + "=" + value;
            throw new IllegalArgumentException(what + " " + e.getMessage(), e);
        }
    }

    private static boolean truth(String text) {
        return switch (text) {
            case "", "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("is neither true nor false");
        };
    }

    private static int status(String text) {
        if (!text.matches("[2-5][0-9]{2}")) {
            throw new IllegalArgumentException("is no status from 200 to 599");
        }
        return Integer.parseInt(text);
    }

    @Override
    public String toString() {
        return "delay="
                + DurationText.print(delay)
                + " fail="
                + failing
                + " hang="
                + hang
                + " health="
                + healthStatus;
    }
}
