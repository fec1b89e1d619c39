package dev.weir.exchange;

import java.util.Map;

/// Who the caller is, once a filter has made sure of it. Immutable.
///
/// @param claims names with their values: strings, numbers, booleans, lists and maps
public record Identity(Map<String, Object> claims) {}
