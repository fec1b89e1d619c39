package dev.weir;

import dev.weir.config.ConfigFile;
import dev.weir.config.ProblemReport;
import dev.weir.config.Reading;
import dev.weir.runtime.Transport;
import dev.weir.testkit.RawClient;
import dev.weir.testkit.RawHttp2Client;
import dev.weir.testkit.RawResponse;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/// Weir under test, from the text of a configuration file, with what it said.
public final class Gate implements AutoCloseable {
    private final Weir weir;
    private final List<String> events;

    private Gate(Weir weir, List<String> events) {
        this.weir = weir;
        this.events = events;
    }

    /// As [#openWith], and has somebody hear each line on the thread that says it.
    static Gate openHeard(String yaml, WeirOptions options, Consumer<String> hears)
            throws Exception {
        List<String> events = new CopyOnWriteArrayList<>();
        WeirOptions heard =
                options.withEvents(
                        line -> {
                            events.add(line);
                            hears.accept(line);
                        });
        return new Gate(Weir.start(read(yaml).config(), heard), events);
    }

    /// The configuration that this text is.
    public static Reading.Loaded read(String yaml) {
        return switch (ConfigFile.read("test.yaml", yaml, Path.of(""), name -> null)) {
            case Reading.Loaded loaded -> loaded;
            case Reading.Refused refused ->
                    throw new AssertionError(
                            new ProblemReport(refused.sources(), false)
                                    .render(refused.problems(), ""));
        };
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

    /// As [#openWith], on sockets driven as asked for.
    static Gate openWith(String yaml, Transport.Choice transport) throws Exception {
        return openWith(yaml, WeirOptions.DEFAULTS.withTransport(transport));
    }

    public static Gate openWith(String yaml, WeirOptions options) throws Exception {
        return openHeard(yaml, options, line -> {});
    }

    /// As [#open], with a listener that takes HTTP/2 by prior knowledge, too.
    static Gate openForHttp2(String yaml) throws Exception {
        return openWith(
                "weir: 1\nlisteners: { web: { listen: \"127.0.0.1:0\", protocols: [h1, h2c] } }\n"
                        + yaml);
    }

    /// A client of HTTP/2.
    ///
    /// @param settings id, value, id, value …
    RawHttp2Client http2(int... settings) throws IOException {
        return RawHttp2Client.connect(port(), settings);
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
