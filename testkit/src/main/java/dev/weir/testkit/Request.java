package dev.weir.testkit;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A request as a {@link ScriptedEndpoint} received it, exactly. Immutable but for its body, which may still be
/// arriving. Thread-safe.
///
/// @param target     as in the request line, undecoded
/// @param version    as in the request line
/// @param headers    in the order of the wire
/// @param rawHead    every byte up to and including the empty line, as ISO-8859-1
/// @param connection number of the connection at this endpoint, from 1
/// @param turn       number of the request on its connection, from 1
public record Request(
        String method,
        String target,
        String version,
        List<HeaderLine> headers,
        String rawHead,
        ReceivedBody body,
        int connection,
        int turn) {

    /// The first value of a header, in any case of its name, or null.
    public @Nullable String header(String name) {
        return HeaderLine.values(headers, name).findFirst().orElse(null);
    }

    /// All values of a header, in any case of its name, in the order of the wire.
    public List<String> values(String name) {
        return HeaderLine.values(headers, name).toList();
    }

    /// Whether the sender will send no more on this connection, or expects it to be closed.
    boolean endsConnection() {
        String connection = String.join(",", values("Connection"));
        return version.equals("HTTP/1.0")
                ? !names(connection, "keep-alive")
                : names(connection, "close");
    }

    private static boolean names(String list, String token) {
        for (String element : list.split(",", -1)) {
            if (element.strip().equalsIgnoreCase(token)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public String toString() {
        return "connection "
                + connection
                + ", request "
                + turn
                + ": "
                + Text.shown(rawHead)
                + " + "
                + body.size()
                + " bytes of body";
    }
}
