package dev.weir;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.testkit.RawClient;
import dev.weir.testkit.RawResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/// A client of a gateway's admin API, on one connection for each request.
record AdminClient(int port) {
    static final ObjectMapper JSON = new ObjectMapper();

    /// Settings of an admin API on a free port of this machine, and without a socket.
    static final String ANYWHERE = "admin: { listen: 127.0.0.1:0, socket: off }\n";

    static AdminClient of(Gate gate) {
        return new AdminClient(gate.weir().admin().orElseThrow().address().orElseThrow().getPort());
    }

    /// Opens a gateway with an admin API.
    static Gate open(String yaml) throws Exception {
        return Gate.openWith(
                "weir: 1\n" + ANYWHERE + "listeners: { web: \"127.0.0.1:0\" }\n" + yaml);
    }

    RawResponse get(String path, String... lines) throws IOException {
        return send("GET", path, "", lines);
    }

    JsonNode json(String path) throws IOException {
        RawResponse answer = get(path);
        if (answer.status() != 200) {
            throw new AssertionError(path + ": " + answer + answer.text());
        }
        return JSON.readTree(answer.text());
    }

    RawResponse send(String method, String path, String body, String... lines) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        StringBuilder head = new StringBuilder(method + " " + path + " HTTP/1.1\r\n");
        boolean host = false;
        for (String line : lines) {
            head.append(line).append("\r\n");
            host |= line.startsWith("Host:");
        }
        if (!host) {
            head.append("Host: 127.0.0.1:").append(port).append("\r\n");
        }
        if (!method.equals("GET")) {
            head.append("Content-Length: ").append(bytes.length).append("\r\n");
        }
        try (RawClient client = RawClient.connect(port)) {
            return client.send(head + "\r\n").send(bytes).readResponse(method);
        }
    }

    /// Changes an endpoint.
    RawResponse patch(String service, String endpoint, String json, String... lines)
            throws IOException {
        String[] all = new String[lines.length + 1];
        System.arraycopy(lines, 0, all, 0, lines.length);
        all[lines.length] = "Content-Type: application/json";
        return send("PATCH", path(service, endpoint), json, all);
    }

    static String path(String service, String endpoint) {
        return "/api/v1/services/" + service + "/endpoints/" + endpoint;
    }
}
