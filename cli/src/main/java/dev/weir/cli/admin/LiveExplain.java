package dev.weir.cli.admin;

import com.fasterxml.jackson.databind.SerializationFeature;
import dev.weir.cli.ExitCode;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What `weir explain` asks of a running gateway: it makes the text, so that it always fits what it knows. Confined to the main thread.
///
/// @param options which gateway
/// @param json prints JSON instead of text
public record LiveExplain(AdminOptions options, PrintWriter out, boolean json, boolean colour) {
    private static final String REQUESTS = "/api/v1/requests";

    /// A request that is only thought of. All is as the user wrote it.
    ///
    /// @param certificate in PEM; empty if the client shows none
    public record Wanted(
            String method,
            String url,
            List<String> headers,
            Optional<String> client,
            Optional<String> listener,
            boolean http2,
            Optional<String> serverName,
            String certificate) {
        private String query() {
            return "method="
                    + AdminApi.encoded(method)
                    + "&url="
                    + AdminApi.encoded(url)
                    + more("header", Optional.of(String.join("\n", headers)))
                    + more("client_ip", client)
                    + more("listener", listener)
                    + (http2 ? "&http2=true" : "")
                    + serverName.map(name -> "&sni=" + AdminApi.encoded(name)).orElse("")
                    + more("client_cert", Optional.of(certificate));
        }

        private static String more(String name, Optional<String> value) {
            return value.filter(text -> !text.isEmpty())
                    .map(text -> "&" + name + "=" + AdminApi.encoded(text))
                    .orElse("");
        }
    }

    /// What would become of a request now.
    ///
    /// @return the exit code, as with all that follow
    public int request(Wanted wanted) {
        return print("/api/v1/explain?" + wanted.query() + "&");
    }

    /// A request that is kept.
    public int kept(String id) {
        return print(REQUESTS + "/" + AdminApi.encoded(id) + "?");
    }

    /// The last request that failed.
    public int lastFailed() {
        return print(REQUESTS + "/last-failed?");
    }

    /// The requests that are kept for one reason.
    ///
    /// @param why `slow` or `failed`
    public int all(String why) {
        return print(REQUESTS + "?kept=" + why + "&");
    }

    private int print(String path) {
        return options.ask(
                api -> {
                    String accept = json ? "application/json" : "text/plain";
                    AdminApi.Reply reply =
                            api.send(
                                    "GET",
                                    path + "colour=" + (colour ? "always" : "never"),
                                    Optional.empty(),
                                    Map.of("Accept", accept));
                    out.print(json ? indented(reply) + "\n" : reply.text());
                    out.flush();
                    return ExitCode.DONE;
                });
    }

    private static String indented(AdminApi.Reply reply) throws Unreachable, IOException {
        return AdminApi.JSON
                .writer()
                .with(SerializationFeature.INDENT_OUTPUT)
                .writeValueAsString(reply.json());
    }

    /// Makes a token, and prints it as the field of a request.
    public int newToken() {
        return options.ask(
                api -> {
                    AdminApi.Reply reply =
                            api.send("POST", "/api/v1/explain/tokens", Optional.of("{}"), Map.of());
                    if (json) {
                        out.println(indented(reply));
                    } else {
                        Instant until = Instant.parse(reply.json().path("until").asText());
                        out.println(
                                reply.json().path("field").asText()
                                        + ": "
                                        + reply.json().path("token").asText());
                        out.println("holds until " + until + ", or until the gateway ends");
                    }
                    out.flush();
                    return ExitCode.DONE;
                });
    }
}
