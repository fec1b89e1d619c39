package dev.weir;

import static java.io.OutputStream.nullOutputStream;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.testkit.Behaviours;
import dev.weir.testkit.RawClient;
import dev.weir.testkit.ScriptedEndpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Each time limit is named in the access log and in the metrics when it strikes.
class TimeoutNamesTest {
    @TempDir Path folder;

    private Path log;
    private ScriptedEndpoint hole;
    private ScriptedEndpoint mute;
    private ScriptedEndpoint stops;
    private TcpEndpoint silent;
    private Gate gate;

    @BeforeEach
    void open() throws Exception {
        log = folder.resolve("access.log");
        hole = ScriptedEndpoint.neverAccepting();
        mute = ScriptedEndpoint.start(Behaviours.hang());
        silent =
                TcpEndpoint.start(socket -> socket.getInputStream().transferTo(nullOutputStream()));
        stops =
                ScriptedEndpoint.start(
                        (request, wire) -> {
                            wire.sendHead(200, "Content-Length: 9");
                            wire.hang();
                        });
        gate =
                Gate.open(
                        """
                        limits: { header-timeout: 200ms, body-idle: 200ms }
                        logs: { access: { to: %s } }
                        routes:
                          - { match: { path: /connect }, to: hole }
                          - { match: { path: /tls }, to: tls }
                          - { match: { path: /answer }, to: mute, timeout: 200ms }
                          - { match: { path: /attempt }, to: mute, retry: { attempts: 1, per-try-timeout: 200ms } }
                          - { match: { path: /request }, to: stops, timeout: { first-byte: 100ms, idle: 100ms, request: 100ms } }
                          - { match: { path: /idle }, to: stops, timeout: { idle: 200ms } }
                          - { match: { path: /body }, to: mute }
                        services:
                          hole: { endpoints: [%s], connections: { connect-timeout: 200ms } }
                          tls: { endpoints: ["https://%s"], connections: { tls-timeout: 200ms }, tls: { verify: false } }
                          mute: { endpoints: [%s] }
                          stops: { endpoints: [%s] }
                        """
                                .formatted(
                                        log,
                                        hole.address(),
                                        silent.address(),
                                        mute.address(),
                                        stops.address()));
    }

    @AfterEach
    void close() throws IOException {
        gate.close();
        hole.close();
        mute.close();
        silent.close();
        stops.close();
    }

    @ParameterizedTest
    @CsvSource({
        "/connect, connect-timeout",
        "/tls, tls-timeout",
        "/answer, answer-timeout",
        "/attempt, attempt-timeout",
        "/request, request-timeout",
        "/idle, answer-idle"
    })
    void whereAnEndpointTakesTooLong(String path, String reason) throws Exception {
        struck("GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n", reason);
    }

    @Test
    void whereAClientTakesTooLong() throws Exception {
        struck("POST /body HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc", "body-timeout");
        struck("GET /connect HTTP/1.1\r\nHo", "head-timeout");
    }

    private void struck(String request, String reason) throws Exception {
        int before = lines().size();
        try (RawClient client = gate.client()) {
            client.send(request);
            await().until(() -> lines().size() > before);
        }
        assertThat(lines().getLast()).contains("\"reason\":\"" + reason + "\"");
        assertThat(Scraped.of(gate.weir()).like("weir_failed_requests_total"))
                .anyMatch(sample -> sample.contains("reason=\"" + reason + "\""));
    }

    private List<String> lines() throws IOException {
        return Files.exists(log) ? Files.readAllLines(log) : List.of();
    }
}
