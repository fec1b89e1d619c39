package dev.weir.trace;

import java.util.Map;

/// One span as a collector gets it. Immutable.
///
/// @param parent empty if it has none
/// @param state what `tracestate` said, or empty
/// @param startNanos since 1970
/// @param endNanos since 1970
/// @param attributes by their names in OpenTelemetry's conventions: texts and whole numbers
/// @param failed whether it counts as an error
record Span(
        String trace,
        String id,
        String parent,
        String state,
        Kind kind,
        String name,
        long startNanos,
        long endNanos,
        Map<String, Object> attributes,
        boolean failed) {

    /// Whose doing it is, with the number of the protocol (opentelemetry-proto, `Span.SpanKind`).
    enum Kind {
        /// A client's request.
        SERVER(2),
        /// An attempt at an endpoint.
        CLIENT(3);

        private final int number;

        Kind(int number) {
            this.number = number;
        }

        int number() {
            return number;
        }
    }
}
