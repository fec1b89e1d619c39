package dev.weir.admin;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Consumer;

/// What an operation of the admin API answers. Immutable.
public sealed interface Answer {
    /// A resource, sent as JSON.
    ///
    /// @param fields more of the answer's head
    record Json(int status, Object body, Map<String, String> fields) implements Answer {
        public Json {
            fields = Map.copyOf(fields);
        }
    }

    /// Bytes of any type; not to be changed.
    record Bytes(int status, String type, byte[] body, Map<String, String> fields)
            implements Answer {
        public Bytes {
            fields = Map.copyOf(fields);
        }
    }

    /// Bytes of a file that never changes, packed by gzip; unpacked for a client that does not take them so.
    record Packed(String type, byte[] gzip, Map<String, String> fields) implements Answer {
        public Packed {
            fields = Map.copyOf(fields);
        }
    }

    /// Events (`text/event-stream`) until one side ends it.
    ///
    /// @param begin is told where to write, on a virtual thread
    record Stream(Consumer<Subscriber> begin) implements Answer {}

    static Answer json(Object body) {
        return new Json(200, body, Map.of());
    }

    static Answer text(int status, String type, String body) {
        return new Bytes(status, type, body.getBytes(StandardCharsets.UTF_8), Map.of());
    }
}
