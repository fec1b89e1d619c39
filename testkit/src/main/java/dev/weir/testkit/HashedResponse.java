package dev.weir.testkit;

/// A response whose body was hashed instead of kept. Immutable.
///
/// @param response head and trailers; its body is empty
/// @param bytes    length of the body without transfer coding
/// @param sha256   of the body, in lower-case hex
public record HashedResponse(RawResponse response, long bytes, String sha256) {}
