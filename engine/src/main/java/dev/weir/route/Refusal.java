package dev.weir.route;

import java.util.List;

/// Why a route does not take a request: the first of its conditions that fails. Immutable.
///
/// @param key the condition, by its keys below `match`: `path`, `headers › X-Beta`
/// @param says what was found and what was wanted, as a part of a sentence
public record Refusal(List<String> key, String says) {
    public Refusal {
        key = List.copyOf(key);
    }

    static Refusal of(String key, String says) {
        return new Refusal(List.of(key), says);
    }
}
