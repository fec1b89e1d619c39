package dev.weir.cli.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/// A client of a gateway's admin API, on one connection for each request. Thread-safe.
final class AdminApi {
    /// A picture of ten thousand routes is made within this many times over.
    private static final Duration USUAL = Duration.ofSeconds(10);

    /// A reload waits for the first health checks of new services.
    static final Duration LONG = Duration.ofSeconds(120);

    static final ObjectMapper JSON = new ObjectMapper();

    private final Place place;
    private final Duration patience;

    AdminApi(Place place) {
        this(place, USUAL);
    }

    private AdminApi(Place place, Duration patience) {
        this.place = place;
        this.patience = patience;
    }

    /// The same, for what may take longer or shorter.
    AdminApi within(Duration patience) {
        return new AdminApi(place, patience);
    }

    Place place() {
        return place;
    }

    /// A good answer.
    ///
    /// @param fields by names in small letters
    record Reply(Map<String, String> fields, byte[] body) {
        JsonNode json() throws Unreachable {
            try {
                return JSON.readTree(body);
            } catch (IOException e) {
                throw new Unreachable("what answers there is no Weir: it sends no JSON", e);
            }
        }

        String text() {
            return new String(body, StandardCharsets.UTF_8);
        }
    }

    JsonNode json(String path) throws Unreachable, Declined {
        return get(path).json();
    }

    Reply get(String path) throws Unreachable, Declined {
        return send("GET", path, Optional.empty(), Map.of());
    }

    /// @param json the body, if there is one
    /// @param fields more of the head
    Reply send(String method, String path, Optional<String> json, Map<String, String> fields)
            throws Unreachable, Declined {
        try (Wire wire = Wire.open(place, patience)) {
            HttpAnswer answer = ask(wire, method, path, json, fields);
            byte[] body = answer.body().readAllBytes();
            if (answer.status() / 100 != 2) {
                throw declined(answer.status(), body);
            }
            return new Reply(answer.fields(), body);
        } catch (IOException e) {
            throw unreachable(e);
        }
    }

    /// Opens a stream of events.
    ServerEvents events(String path) throws Unreachable, Declined {
        Wire wire = null;
        boolean opened = false;
        try {
            wire = Wire.open(place, patience);
            HttpAnswer answer = ask(wire, "GET", path, Optional.empty(), Map.of());
            if (answer.status() != 200) {
                throw declined(answer.status(), answer.body().readAllBytes());
            }
            opened = true;
            return new ServerEvents(wire, answer.body());
        } catch (IOException e) {
            throw unreachable(e);
        } finally {
            if (wire != null && !opened) {
                wire.close();
            }
        }
    }

    private HttpAnswer ask(
            Wire wire,
            String method,
            String path,
            Optional<String> json,
            Map<String, String> fields)
            throws IOException {
        byte[] body = json.orElse("").getBytes(StandardCharsets.UTF_8);
        StringBuilder head = new StringBuilder(method + " " + base() + path + " HTTP/1.1\r\n");
        head.append("Host: ").append(host()).append("\r\nConnection: close\r\n");
        token().ifPresent(it -> head.append("Authorization: Bearer ").append(it).append("\r\n"));
        json.ifPresent(_ -> head.append("Content-Type: application/json\r\n"));
        fields.forEach((name, value) -> head.append(name + ": " + value + "\r\n"));
        if (!method.equals("GET")) {
            head.append("Content-Length: ").append(body.length).append("\r\n");
        }
        wire.send(head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
        wire.send(body);
        return HttpAnswer.read(new BufferedInputStream(wire.in()));
    }

    private String base() {
        return place instanceof Place.OnAddress at
                ? at.url().getRawPath().replaceFirst("/+$", "")
                : "";
    }

    private String host() {
        return place instanceof Place.OnAddress at ? at.url().getRawAuthority() : "localhost";
    }

    private Optional<String> token() {
        return place instanceof Place.OnAddress at ? at.token() : Optional.empty();
    }

    private Unreachable unreachable(IOException e) {
        return new Unreachable("no gateway was reached at " + place + ": " + e.getMessage(), e);
    }

    private static Declined declined(int status, byte[] body) {
        String text = new String(body, StandardCharsets.UTF_8);
        try {
            JsonNode problem = JSON.readTree(text);
            if (problem.path("detail").isTextual()) {
                return new Declined(
                        status, problem.get("detail").asText(), problem.path("report").asText(""));
            }
        } catch (JsonProcessingException _) {
            // Not what Weir says, so something else answers there.
        }
        return new Declined(status, "what answers there says " + status + " and no more", "");
    }

    /// A value as a segment of a path, or in a query.
    static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /// An address as users write it: with `http://` or without.
    ///
    /// @throws IllegalArgumentException if it is none, ready to stand behind the text
    static URI address(String text) {
        URI url = URI.create(text.contains("://") ? text : "http://" + text);
        boolean scheme =
                "http".equalsIgnoreCase(url.getScheme())
                        || "https".equalsIgnoreCase(url.getScheme());
        if (!scheme || url.getHost() == null) {
            throw new IllegalArgumentException(
                    "is no address of an admin API, such as http://127.0.0.1:9900");
        }
        return url;
    }
}
