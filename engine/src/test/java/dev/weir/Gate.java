package dev.weir;

import dev.weir.config.ConfigFile;
import dev.weir.config.ProblemReport;
import dev.weir.config.Reading;
import dev.weir.runtime.Transport;
import dev.weir.testkit.RawClient;
import dev.weir.testkit.RawResponse;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// Weir under test, from the text of a configuration file, with what it said.
public final class Gate implements AutoCloseable {
    private final Weir weir;
    private final List<String> events;

    private Gate(Weir weir, List<String> events) {
        this.weir = weir;
        this.events = events;
    }

    /// Starts what a configuration says, with a listener `web` on a free port before it.
    public static Gate open(String yaml) throws Exception {
        return openWith("weir: 1\nlisteners: { web: \"127.0.0.1:0\" }\n" + yaml);
    }

    /// As [#open], on a single event loop: whatever is kept there meets the next request.
    public static Gate openOnOneLoop(String yaml) throws Exception {
        return openWith(
                "weir: 1\nlisteners: { web: \"127.0.0.1:0\" }\n" + yaml,
                WeirOptions.DEFAULTS.withLoops(1));
    }

    /// As [#open], on sockets driven as asked for.
    static Gate open(String yaml, Transport.Choice transport) throws Exception {
        return openWith(
                "weir: 1\nlisteners: { web: \"127.0.0.1:0\" }\n" + yaml,
                WeirOptions.DEFAULTS.withTransport(transport));
    }

    public static Gate openWith(String yaml) throws Exception {
        return openWith(yaml, WeirOptions.DEFAULTS);
    }

    public static Gate openWith(String yaml, WeirOptions options) throws Exception {
        return switch (ConfigFile.read("test.yaml", yaml, Path.of(""), name -> null)) {
            case Reading.Loaded loaded -> {
                List<String> events = new CopyOnWriteArrayList<>();
                yield new Gate(
                        Weir.start(loaded.config(), options.withEvents(events::add)), events);
            }
            case Reading.Refused refused ->
                    throw new AssertionError(
                            new ProblemReport(refused.sources(), false)
                                    .render(refused.problems(), ""));
        };
    }

    /// A configuration with one route for everything to one service.
    public static String to(String... endpoints) {
        return "routes: [{ to: all }]\nservices: { all: { endpoints: ["
                + String.join(", ", endpoints)
                + "], balance: round-robin } }\n";
    }

    public Weir weir() {
        return weir;
    }

    public int port() {
        return weir.port("web");
    }

    public List<String> events() {
        return events;
    }

    public RawClient client() throws IOException {
        return RawClient.connect(port());
    }

    /// One GET on a connection of its own.
    public RawResponse get(String target, String... headerLines) throws IOException {
        return exchange(
                "GET " + target + " HTTP/1.1\r\nHost: weir.test\r\n" + lines(headerLines) + "\r\n");
    }

    /// One request, whatever it is, on a connection of its own.
    public RawResponse exchange(String request) throws IOException {
        try (RawClient client = client()) {
            return client.send(request).readResponse(request.substring(0, request.indexOf(' ')));
        }
    }

    private static String lines(String... headerLines) {
        StringBuilder all = new StringBuilder();
        for (String line : headerLines) {
            all.append(line).append("\r\n");
        }
        return all.toString();
    }

    @Override
    public void close() {
        weir.close();
    }
}
