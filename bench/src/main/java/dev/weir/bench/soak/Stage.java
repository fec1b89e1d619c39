package dev.weir.bench.soak;

import java.util.List;

/// Everything that a fault can touch. Immutable.
///
/// @param children endpoints of the service `work`, processes of their own
/// @param liars endpoints of the service `lies`, which can misbehave
/// @param logReader the reader of Weir's access log
/// @param full whether the run is long enough for a fault's full size
record Stage(
        WeirProcess weir,
        List<ChildEndpoint> children,
        List<EndpointServer> liars,
        Visitors visitors,
        History history,
        LogReader logReader,
        boolean full) {}
