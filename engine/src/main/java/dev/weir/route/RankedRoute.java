package dev.weir.route;

/// A route as the table keeps it. Immutable.
///
/// @param rank its place in the order of [Precedence], from 0
/// @param number its place in the list of the configuration
record RankedRoute(int rank, int number, Conditions conditions, NamedSegments named) {
    /// That of a record would look at all of it, and be made anew by the JVM at each start.
    @Override
    public int hashCode() {
        return rank;
    }
}
