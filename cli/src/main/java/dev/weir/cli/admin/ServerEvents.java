package dev.weir.cli.admin;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// A stream of events (`text/event-stream`, WHATWG HTML §9.2), from the admin API on. Confined to one thread; closing may be done by
/// any, and ends it.
final class ServerEvents implements AutoCloseable {
    private final Wire wire;
    private final BufferedReader lines;

    /// An event.
    ///
    /// @param name one word
    /// @param data its lines, joined
    record Event(String name, String data) {}

    ServerEvents(Wire wire, InputStream body) {
        this.wire = wire;
        this.lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
    }

    /// Waits for the next one; empty when the gateway has ended the stream.
    ///
    /// @throws IOException if it has said nothing for too long, or was cut
    Optional<Event> next() throws IOException {
        try {
            return read();
        } catch (IOException e) {
            throw new IOException("the gateway has ended the stream: " + e.getMessage(), e);
        }
    }

    private Optional<Event> read() throws IOException {
        String name = "";
        StringBuilder data = new StringBuilder();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.isEmpty()) {
                if (!data.isEmpty()) {
                    return Optional.of(new Event(name, data.toString()));
                }
            } else if (line.startsWith("event: ")) {
                name = line.substring("event: ".length());
            } else if (line.startsWith("data: ")) {
                data.append(data.isEmpty() ? "" : "\n")
                        .append(line, "data: ".length(), line.length());
            }
        }
        return Optional.empty();
    }

    @Override
    public void close() {
        wire.close();
    }
}
