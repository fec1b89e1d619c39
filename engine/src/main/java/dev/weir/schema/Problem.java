package dev.weir.schema;

import org.jspecify.annotations.Nullable;

/// A mistake in a configuration: where, on which path of keys (`routes "orders" › retry › attempts`), what was
/// found, and what was expected or meant. Immutable.
///
/// @param hint what to write instead ("expected: 1 to 10, for example 2"), or null if the message says it all
/// @param length how many characters of the line the caret underlines; at least 1
public record Problem(
        Location at, String path, String message, @Nullable String hint, int length) {}
