package dev.weir.filter;

/// The settings of one filter in a route's chain. A filter is a package with this record, which makes the
/// filter itself, and a line in [FilterKinds]. Implementations are immutable records.
public interface FilterConfig {
    /// Makes the filter. Called off the event loops, once per route and configuration.
    ///
    /// @throws IllegalArgumentException with a sentence for the user, for what only building can find out
    ///     (a key file that is no key); it becomes a [dev.weir.schema.Problem] at the filter's place
    Filter build(FilterSite site);

    /// Whether a filter that was built from these settings goes on when they stay the same in another configuration, with all that it has
    /// counted. False for those that read files.
    default boolean lasting() {
        return true;
    }
}
