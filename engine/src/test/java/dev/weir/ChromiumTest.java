package dev.weir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.Page;

import dev.weir.testkit.Behaviour;
import dev.weir.testkit.Chromium;
import dev.weir.testkit.ScriptedEndpoint;
import dev.weir.tls.Pki;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.List;

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
}
