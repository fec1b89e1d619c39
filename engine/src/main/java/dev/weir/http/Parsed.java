package dev.weir.http;

/// How far reading a head or a body has come, or why it is refused. The refusals name what RFC 9110 and 9112
/// ask for; who reads a request turns them into a status.
public enum Parsed {
    /// More bytes are needed.
    INCOMPLETE,
    /// All is read.
    COMPLETE,
    MALFORMED,
    LINE_TOO_LONG,
    HEAD_TOO_LARGE,
    VERSION_NOT_SUPPORTED,
    CODING_NOT_SUPPORTED,
    EXPECTATION_NOT_SUPPORTED,
    /// A `CONNECT` with another `:protocol` than `websocket` (RFC 8441 §4, RFC 9220 §3).
    PROTOCOL_NOT_SUPPORTED
}
