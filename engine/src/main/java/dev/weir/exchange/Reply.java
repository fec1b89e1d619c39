package dev.weir.exchange;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An answer that Weir makes itself. Immutable; the body is not to be changed.
///
/// @param failure what went wrong, or null if nothing did (a redirect, a preflight). With a failure and an
///     empty body the client gets the failure's plain line, or a problem document (RFC 9457) if it prefers JSON.
/// @param fields fields beside those that every answer has
public record Reply(int status, @Nullable Failure failure, List<Entry> fields, byte[] body) {

    /// A field of the answer.
    public record Entry(String name, String value) {}

    public Reply {
        fields = List.copyOf(fields);
    }

    public static Reply of(Failure failure) {
        return new Reply(failure.status(), failure, List.of(), new byte[0]);
    }

    public static Reply of(int status) {
        return new Reply(status, null, List.of(), new byte[0]);
    }

    public static Reply of(int status, String contentType, String body) {
        return new Reply(
                status,
                null,
                body.isEmpty() ? List.of() : List.of(new Entry("Content-Type", contentType)),
                body.getBytes(StandardCharsets.UTF_8));
    }

    public Reply with(String name, String value) {
        List<Entry> more = new ArrayList<>(fields);
        more.add(new Entry(name, value));
        return new Reply(status, failure, more, body);
    }
}
