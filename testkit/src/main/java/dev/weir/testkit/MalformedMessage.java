package dev.weir.testkit;

import java.io.IOException;

/// A message that broke off or broke the rules, with what had arrived of it.
final class MalformedMessage extends IOException {
    private static final long serialVersionUID = 1L;

    private final String arrived;

    MalformedMessage(IOException cause, String arrived) {
        super(Text.reason(cause) + "; " + arrived, cause);
        this.arrived = arrived;
    }

    String arrived() {
        return arrived;
    }

    /// Whether the peer broke the rules; otherwise it was late or went away.
    boolean againstTheRules() {
        return getCause() instanceof java.net.ProtocolException;
    }
}
