package dev.weir.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.Gate;
import dev.weir.Installed;
import dev.weir.testkit.Behaviours;
import dev.weir.testkit.RawClient;
import dev.weir.testkit.ScriptedEndpoint;
import dev.weir.tls.Pki;
import dev.weir.tls.TlsClient;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The queries of the dashboard in the docs, asked of a real Prometheus that reads a gateway with traffic: each finds something.
class GrafanaOnPrometheusTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final HttpClient http = HttpClient.newHttpClient();

    @Test
    void everyPanelShowsSomething(@TempDir Path folder) throws Exception {
        Installed.assume("prometheus");
        Pki pki = Pki.in(Files.createDirectory(folder.resolve("pki")));
        pki.server("site", "localhost");
        try (var endpoint = ScriptedEndpoint.start(Behaviours.ok("a"));
                var gate = Gate.openWith(config(folder, pki.pair("site"), endpoint.address()))) {
            int port = ScriptedEndpoint.deadPort();
            Process prometheus = prometheus(folder, port, gate);
            AtomicBoolean over = new AtomicBoolean();
            Thread traffic = Thread.ofVirtual().start(() -> traffic(gate, pki, over));
            AtomicInteger looks = new AtomicInteger();
            try {
                await().atMost(PATIENCE)
                        .ignoreExceptions()
                        .pollInterval(Duration.ofMillis(500))
                        .untilAsserted(
                                () -> {
                                    // A new file now and then, which the dashboard marks.
                                    if (looks.getAndIncrement() % 8 == 4) {
                                        gate.weir().reload(gate.weir().config());
                                    }
                                    assertThat(without(port)).isEmpty();
                                });
            } finally {
                over.set(true);
                traffic.join();
                prometheus.destroy();
                assertThat(prometheus.waitFor(10, TimeUnit.SECONDS)).isTrue();
            }
        }
    }

    /// All that the panels are about happens.
    private static String config(Path folder, String pair, String endpoint) throws IOException {
        return """
        weir: 1
        admin: { listen: "127.0.0.1:0", socket: "off" }
        listeners:
          web: "127.0.0.1:0"
          secure: { listen: "127.0.0.1:0", tls: { certificates: [%s] } }
        routes:
          - { name: limited, match: { path: /limited }, filters: [{ rate-limit: { key: client.ip, rate: 1/s, burst: 1 } }], to: a }
          - { name: all, retry: { budget: 100%% }, to: a }
        services:
          a: { endpoints: ["%s", "127.0.0.1:%d"], balance: round-robin, outliers: { eject: 1s, eject-max: 1s } }
        logs: { access: { to: "%s" } }
        traces: { otlp: "http://127.0.0.1:%d", sample: 100%% }
        """
                .formatted(
                        pair,
                        endpoint,
                        ScriptedEndpoint.deadPort(),
                        folder.resolve("access.log"),
                        ScriptedEndpoint.deadPort());
    }

    private static Process prometheus(Path folder, int port, Gate gate) throws IOException {
        int admin = gate.weir().admin().orElseThrow().address().orElseThrow().getPort();
        Path file = folder.resolve("prometheus.yml");
        Files.writeString(
                file,
                """
                global: { scrape_interval: 250ms, scrape_timeout: 250ms }
                scrape_configs: [{ job_name: weir, static_configs: [{ targets: ["127.0.0.1:%d"] }] }]
                """
                        .formatted(admin));
        return new ProcessBuilder(
                        "prometheus",
                        "--config.file=" + file,
                        "--storage.tsdb.path=" + folder.resolve("data"),
                        "--web.listen-address=127.0.0.1:" + port)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
    }

    private static void traffic(Gate gate, Pki pki, AtomicBoolean over) {
        while (!over.get()) {
            try (RawClient client = RawClient.connect(gate.port())) {
                client.send("GET /a HTTP/1.1\r\nHost: localhost\r\n\r\n").readResponse();
                client.send("GET /limited HTTP/1.1\r\nHost: localhost\r\n\r\n").readResponse();
                client.send("POST /a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\nabc")
                        .readResponse();
            } catch (IOException e) {
                // A failed request is traffic too.
            }
            try (TlsClient client =
                    TlsClient.connect(gate.weir().port("secure"), pki.trusting(), "localhost")) {
                client.get("/", "localhost");
            } catch (Exception e) {
                // As above.
            }
            try (RawClient client = RawClient.connect(gate.weir().port("secure"))) {
                client.send("no handshake\r\n\r\n").readUntilClosed();
            } catch (IOException e) {
                // As it must be.
            }
        }
    }

    /// The queries that find nothing.
    private List<String> without(int port) throws Exception {
        List<String> without = new ArrayList<>();
        for (String query : GrafanaDashboardTest.queries()) {
            String asked =
                    query.replace("$__rate_interval", "3s")
                            .replace("$job", "weir")
                            .replaceAll("\\$(instance|service)", ".+");
            String url = "http://127.0.0.1:" + port + "/api/v1/query?query=";
            HttpResponse<String> answer =
                    http.send(
                            HttpRequest.newBuilder(
                                            URI.create(
                                                    url
                                                            + URLEncoder.encode(
                                                                    asked, StandardCharsets.UTF_8)))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            JsonNode result = JSON.readTree(answer.body());
            if (!result.path("status").asText().equals("success")
                    || result.at("/data/result").isEmpty()) {
                without.add(asked + ": " + answer.body());
            }
        }
        return without;
    }
}
