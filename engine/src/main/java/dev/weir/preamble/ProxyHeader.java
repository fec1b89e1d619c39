package dev.weir.preamble;

import org.jspecify.annotations.Nullable;

/// What the first bytes of a connection say as a PROXY header. Immutable.
///
/// Source: <https://www.haproxy.org/download/3.0/doc/proxy-protocol.txt>.
public sealed interface ProxyHeader {
    /// So far it may still become one.
    record Incomplete() implements ProxyHeader {}

    /// These bytes are no PROXY header, and never begin one.
    record None() implements ProxyHeader {}

    /// They begin as one and break its rules.
    ///
    /// @param why completes "its PROXY header …"
    record Malformed(String why) implements ProxyHeader {}

    /// A whole one.
    ///
    /// @param length in bytes
    /// @param ends of the connection that it speaks for; null if it speaks for none, as with `LOCAL` and `UNKNOWN`
    record Whole(int length, @Nullable Ends ends) implements ProxyHeader {}

    ProxyHeader INCOMPLETE = new Incomplete();
    ProxyHeader NONE = new None();
}
