package dev.weir.preamble;

import java.net.InetSocketAddress;

/// The two ends of a client's connection, as the client sees it. Immutable.
///
/// @param source where the client is
/// @param destination what it connected to
public record Ends(InetSocketAddress source, InetSocketAddress destination) {}
