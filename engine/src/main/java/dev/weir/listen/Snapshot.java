package dev.weir.listen;

import dev.weir.http.LimitsConfig;
import dev.weir.http.Provenance;
import dev.weir.route.Route;
import dev.weir.route.RouteTable;
import dev.weir.service.Service;
import java.util.List;

/// A configuration compiled for the way of a request. Immutable; replaced as a whole.
///
/// @param table finds positions in `routes`
/// @param routes in the order of the file
/// @param services in the order of the file; routes point at them by position
public record Snapshot(
        RouteTable table,
        List<Route> routes,
        List<Service> services,
        Provenance provenance,
        LimitsConfig limits) {}
