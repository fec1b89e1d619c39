package dev.weir.cli.admin;

import java.io.Serial;

/// No gateway was reached; the message says why, and what to do about it.
final class Unreachable extends Exception {
    @Serial private static final long serialVersionUID = 1;

    Unreachable(String message) {
        super(message);
    }

    Unreachable(String message, Exception cause) {
        super(message, cause);
    }
}
