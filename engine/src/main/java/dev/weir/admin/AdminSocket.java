package dev.weir.admin;

import dev.weir.schema.Short;

/// Where the admin API's Unix socket is, as written: a path, `auto` or `off`. Immutable.
///
/// @param kind what is meant; `path` is empty but for [Kind#PATH]
public record AdminSocket(Kind kind, String path) {
    /// What can be meant.
    public enum Kind {
        AUTO,
        OFF,
        PATH
    }

    public static final AdminSocket AUTO = new AdminSocket(Kind.AUTO, "");
    public static final AdminSocket OFF = new AdminSocket(Kind.OFF, "");

    @Short("a path, `auto` or `off`")
    public static AdminSocket of(String text) {
        return switch (text) {
            case "auto" -> AUTO;
            case "off" -> OFF;
            case "" -> throw new IllegalArgumentException("expected: a path, auto or off");
            default -> new AdminSocket(Kind.PATH, text);
        };
    }

    @Override
    public String toString() {
        return switch (kind) {
            case AUTO -> "auto";
            case OFF -> "off";
            case PATH -> path;
        };
    }
}
