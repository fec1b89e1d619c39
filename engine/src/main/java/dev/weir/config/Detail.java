package dev.weir.config;

/// How much of a configuration is written out.
enum Detail {
    /// Every setting.
    EVERY,
    /// Those that differ from their defaults, and those that have none.
    CHANGED
}
