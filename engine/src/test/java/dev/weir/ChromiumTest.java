package dev.weir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.Page;
import dev.weir.testkit.Behaviour;
import dev.weir.testkit.Chromium;
import dev.weir.testkit.ScriptedEndpoint;
import dev.weir.tls.Pki;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A real browser before Weir, where one is installed.
class ChromiumTest {
    private static final int ASSETS = 100;

    /// Loads all assets with `fetch`, and says how many came with what they should hold.
    private static final String LOAD =
            """
            async (count) => {
              const loads = [...Array(count).keys()].map(async (i) => {
                const answer = await fetch('/asset/' + i);
                return (await answer.text()) === 'asset ' + i + '!'.repeat(20000);
              });
              return (await Promise.all(loads)).filter((whole) => whole).length;
            }\
            """;

    private static final String PROTOCOLS =
            "() => performance.getEntriesByType('resource').map((entry) => entry.nextHopProtocol)";

    /// Sends two messages, hears them again, closes, and tells their lengths and the status of the close.
    private static final String CONVERSE =
            """
            (path) => new Promise((done, fail) => {
              const heard = [];
              const socket = new WebSocket('wss://' + location.host + path);
              socket.onopen = () => {
                socket.send('hello');
                socket.send('x'.repeat(200000));
              };
              socket.onmessage = (message) => {
                heard.push(message.data.length);
                if (heard.length === 2) {
                  socket.close(1000);
                }
              };
              socket.onclose = (close) => done([...heard, close.code].join(' '));
              socket.onerror = () => fail(new Error('the WebSocket broke'));
            })\
            """;

    @TempDir private Path folder;
    private Pki pki;
    private Chromium chromium;

    @BeforeEach
    void start() throws Exception {
        assumeTrue(Chromium.installed(), Chromium.MISSING);
        pki = Pki.in(folder);
        pki.server("site", "localhost");
        chromium = Chromium.start();
    }

    @AfterEach
    void stop() {
        if (chromium != null) {
            chromium.close();
        }
    }

    private static Behaviour site() {
        return (request, wire) -> {
            boolean asset = request.target().startsWith("/asset/");
            String body =
                    asset
                            ? "asset " + request.target().substring(7) + "!".repeat(20_000)
                            : "<!doctype html><title>site</title>";
            wire.sendHead(
                    200,
                    "Content-Type: " + (asset ? "text/plain" : "text/html"),
                    "Content-Length: " + body.length());
            wire.send(body);
        };
    }

    private static List<String> protocols(Page page) {
        return ((List<?>) page.evaluate(PROTOCOLS)).stream().map(String::valueOf).toList();
    }

    @Test
    void loadsAPageWithAHundredAssetsOverHttp2() throws Exception {
        try (ScriptedEndpoint endpoint = ScriptedEndpoint.start(site());
                Gate gate =
                        Gate.openWith(Http2TlsTest.listener(pki) + Gate.to(endpoint.address()))) {
            Page page = chromium.page();
            page.navigate("https://localhost:" + gate.port() + "/");
            page.evaluate("() => performance.setResourceTimingBufferSize(1000)");
            assertThat(page.evaluate(LOAD, ASSETS)).isEqualTo(ASSETS);
            assertThat(protocols(page)).hasSizeGreaterThanOrEqualTo(ASSETS).containsOnly("h2");
        }
    }

    private Gate gate(String protocols, ScriptedEndpoint site, WebSocketEcho echo)
            throws Exception {
        return Gate.openWith(
                """
                weir: 1
                listeners:
                  web: { listen: "127.0.0.1:0", tls: { certificates: [%s] }, protocols: [%s] }
                routes: [{ match: { path: /echo }, to: echo }, { to: site }]
                services: { site: { endpoints: [%s] }, echo: { endpoints: [%s] } }
                logs: { access: { to: %s } }
                """
                        .formatted(
                                pki.pair("site"),
                                protocols,
                                site.address(),
                                echo.address(),
                                folder.resolve("access.log")));
    }

    /// Now and then the browser leaves its half of a stream open when the other one has ended; Weir ends it after ten seconds.
    private String logged(String path) throws Exception {
        Path file = folder.resolve("access.log");
        String wanted = "\"path\":\"" + path + "\"";
        return await().atMost(Duration.ofSeconds(40))
                .ignoreExceptions()
                .until(
                        () ->
                                Files.readAllLines(file).stream()
                                        .filter(line -> line.contains(wanted))
                                        .findFirst()
                                        .orElseThrow(),
                        line -> true);
    }

    @Test
    void conversesWithAWebSocketOverHttp2() throws Exception {
        try (ScriptedEndpoint site = ScriptedEndpoint.start(site());
                WebSocketEcho echo = WebSocketEcho.start();
                Gate gate = gate("h1, h2", site, echo)) {
            Page page = chromium.page();
            page.navigate("https://localhost:" + gate.port() + "/");
            assertThat(page.evaluate(CONVERSE, "/echo")).isEqualTo("5 200000 1000");
            assertThat(logged("/echo"))
                    .contains("\"protocol\":\"HTTP/2.0\"", "\"status\":200")
                    .doesNotContain("\"reason\"");
        }
    }

    @Test
    void conversesWithAWebSocketOverHttp1WhereThereIsNoHttp2() throws Exception {
        try (ScriptedEndpoint site = ScriptedEndpoint.start(site());
                WebSocketEcho echo = WebSocketEcho.start();
                Gate gate = gate("h1", site, echo)) {
            Page page = chromium.page();
            page.navigate("https://localhost:" + gate.port() + "/");
            assertThat(page.evaluate(CONVERSE, "/echo")).isEqualTo("5 200000 1000");
            assertThat(logged("/echo"))
                    .contains("\"protocol\":\"HTTP/1.1\"", "\"status\":101")
                    .doesNotContain("\"reason\"");
        }
    }
}
