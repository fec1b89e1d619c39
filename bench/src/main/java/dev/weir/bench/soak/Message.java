package dev.weir.bench.soak;

import java.util.Map;

/// The head of a request or an answer. Immutable.
///
/// @param start the first line
/// @param fields by name in lower case
record Message(String start, Map<String, String> fields) {
    /// How long the body is, where it is not a number of bytes.
    static final long CHUNKED = -1;

    static final long UNTIL_CLOSE = -2;

    /// A body that was read to its end.
    ///
    /// @param sha256 in lower-case hex
    /// @param trailers by name in lower case
    record Read(long length, String sha256, Map<String, String> trailers) {}

    /// The value of a field, or the empty text.
    String field(String name) {
        return fields.getOrDefault(name, "");
    }

    /// A word of the first line, or the empty text.
    String word(int index) {
        String[] words = start.split(" ", -1);
        return index < words.length ? words[index] : "";
    }

    /// The body's length, or one of the constants.
    ///
    /// @param unsaid what holds if the head says nothing
    long framing(long unsaid) {
        if (field("transfer-encoding").equalsIgnoreCase("chunked")) {
            return CHUNKED;
        }
        String length = field("content-length");
        return length.isEmpty() ? unsaid : Long.parseLong(length);
    }

    /// Whether the sender closes the connection behind this message.
    boolean closes() {
        return field("connection").equalsIgnoreCase("close");
    }
}
