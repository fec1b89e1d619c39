package dev.weir.route;

import java.util.Optional;

/// A route under the host of a request whose path matches, so that its conditions are looked at. Immutable.
///
/// @param route its place in the list that the table was built from
/// @param host what it stands under: a host, a wildcard such as `*.example.com`, or nothing for any host
/// @param refusal the condition that fails; empty if all hold
public record Candidate(int route, String host, Optional<Refusal> refusal) {}
