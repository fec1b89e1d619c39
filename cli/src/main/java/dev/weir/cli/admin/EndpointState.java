package dev.weir.cli.admin;

import com.fasterxml.jackson.databind.JsonNode;

/// What an endpoint is in a word, for people: what the operator wants of it if that is not usual, else what is known of it.
///
/// @param word `draining`, `up`, `down`, `ejected`, …
record EndpointState(String word, Paint paint) {
    static EndpointState of(JsonNode endpoint) {
        String wanted = endpoint.path("state").asText();
        if (!wanted.equals("ready")) {
            String word = wanted.equals("down") ? "taken down" : wanted;
            return new EndpointState(word, Paint.FAINT);
        }
        String health = endpoint.path("health").asText();
        return switch (health) {
            case "up", "unknown" -> new EndpointState(health, Paint.GOOD);
            case "returning" -> new EndpointState(health, Paint.DOUBTFUL);
            default -> new EndpointState(health, Paint.BAD);
        };
    }

    /// Whether there is nothing to say of it.
    boolean usual() {
        return paint == Paint.GOOD;
    }
}
