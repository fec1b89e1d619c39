package dev.weir.testkit;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A response as a {@link RawClient} read it. Header and trailer names are looked up in any case; values stand
/// in the order of the wire. The arrays belong to the caller.
///
/// @param version for example `HTTP/1.1`
/// @param body    without transfer coding
/// @param rawHead every byte up to and including the empty line
@SuppressWarnings("ArrayRecordComponent") // bytes are what tests compare
public record RawResponse(
        int status,
        String reason,
        String version,
        Map<String, List<String>> headers,
        byte[] body,
        Map<String, List<String>> trailers,
        byte[] rawHead) {

    /// The first value of a header, or null.
    public @Nullable String header(String name) {
        List<String> values = headers.get(name);
        return values == null ? null : values.getFirst();
    }

    /// The body as UTF-8.
    public String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    /// The head as it stood on the wire, as ISO-8859-1.
    public String head() {
        return Text.latin1(rawHead);
    }

    @Override
    public String toString() {
        return head() + "[" + body.length + " bytes of body]";
    }
}
