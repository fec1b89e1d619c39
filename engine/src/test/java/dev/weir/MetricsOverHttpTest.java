package dev.weir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.config.ConfigFile;
import dev.weir.config.Reading;
import dev.weir.route.RouteConfig;
import dev.weir.testkit.Behaviours;
import dev.weir.testkit.RawResponse;
import dev.weir.testkit.ScriptedEndpoint;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The page `/metrics` of the admin listener, and what becomes of it when the configuration changes.
class MetricsOverHttpTest {
    private static final String HEAD =
            "weir: 1\n" + AdminClient.ANYWHERE + "listeners: { web: \"127.0.0.1:0\" }\n";

    /// One route to one service of the same name.
    private static String file(String name, String endpoint) {
        return """
        routes: [{ name: %s, to: %s }]
        services: { %s: { endpoints: [%s] } }
        """
                .formatted(name, name, name, endpoint);
    }

    private static WeirConfig read(String yaml) {
        return switch (ConfigFile.read("weir.yaml", HEAD + yaml, Path.of(""), _ -> null)) {
            case Reading.Loaded loaded -> loaded.config();
            case Reading.Refused refused -> throw new AssertionError(refused.problems().toString());
        };
    }

    private static Scraped scrape(Gate gate) throws IOException {
        RawResponse answer = AdminClient.of(gate).get("/metrics");
        assertThat(answer.status()).isEqualTo(200);
        return Scraped.read(answer.text());
    }

    private static double requests(Scraped page, String route) {
        return page.value(
                "http_server_request_duration_seconds_count",
                "http_route",
                route,
                "http_request_method",
                "GET",
                "http_response_status_code",
                "200",
                "url_scheme",
                "http");
    }

    @Test
    void comesInThePrometheusFormatAndPleasesPromtool(@TempDir Path folder) throws Exception {
        try (var endpoint = ScriptedEndpoint.start(Behaviours.ok("orders"));
                var gate = AdminClient.open(file("orders", endpoint.address()))) {
            gate.get("/");
            RawResponse answer = AdminClient.of(gate).get("/metrics");
            assertThat(answer.header("Content-Type")).startsWith("text/plain; version=0.0.4");
            assertThat(requests(Scraped.read(answer.text()), "orders")).isEqualTo(1);
            Promtool.pleasedBy(answer.text(), folder);
        }
    }

    @Test
    void comesAsOpenMetricsWhereTheScraperAsksForThat() throws Exception {
        try (var gate = AdminClient.open("routes: [{ respond: { status: 200 } }]\n")) {
            RawResponse answer =
                    AdminClient.of(gate)
                            .get("/metrics", "Accept: application/openmetrics-text;version=1.0.0");
            assertThat(answer.header("Content-Type")).startsWith("application/openmetrics-text");
            assertThat(answer.text()).endsWith("# EOF\n");
        }
    }

    @Test
    void countsConfigurationsThatWereTakenAndThatWereRefused() throws Exception {
        try (var endpoint = ScriptedEndpoint.start(Behaviours.ok("orders"));
                var gate = AdminClient.open(file("orders", endpoint.address()))) {
            assertThat(reloads(gate, "taken")).isZero();
            gate.weir().reload(read(file("shop", endpoint.address())));
            gate.weir().reload(read(file("orders", endpoint.address())));
            WeirConfig wrong = WeirConfig.DEFAULTS.withRoutes(RouteConfig.to("nobody"));
            assertThatThrownBy(() -> gate.weir().reload(wrong))
                    .isInstanceOf(InvalidConfiguration.class);
            assertThat(reloads(gate, "taken")).isEqualTo(2);
            assertThat(reloads(gate, "refused")).isEqualTo(1);
        }
    }

    private static double reloads(Gate gate, String result) throws IOException {
        return scrape(gate).value("weir_config_reloads_total", "result", result);
    }

    @Test
    void tellsNothingOfWhatTheFileDoesNotHaveAnyMore() throws Exception {
        try (var endpoint = ScriptedEndpoint.start(Behaviours.ok("orders"));
                var gate = AdminClient.open(file("orders", endpoint.address()))) {
            gate.get("/");
            gate.weir().reload(read(file("shop", endpoint.address())));
            gate.get("/");
            Scraped page = scrape(gate);
            assertThat(page.text()).doesNotContain("orders");
            assertThat(requests(page, "shop")).isEqualTo(1);
            assertThat(
                            page.value(
                                    "weir_endpoint_up",
                                    "service",
                                    "shop",
                                    "endpoint",
                                    endpoint.address()))
                    .isEqualTo(1);
        }
    }

    @Test
    void countsOnWhenARouteIsTakenBackAtOnceAndAnewWhenMuchLater() throws Exception {
        try (var endpoint = ScriptedEndpoint.start(Behaviours.ok("orders"));
                var gate = AdminClient.open(file("orders", endpoint.address()))) {
            gate.get("/");
            gate.weir().reload(read(file("shop", endpoint.address())));
            gate.weir().reload(read(file("orders", endpoint.address())));
            gate.get("/");
            assertThat(requests(scrape(gate), "orders")).isEqualTo(2);
            gate.weir().reload(read(file("shop", endpoint.address())));
            gate.weir().reload(read(file("more", endpoint.address())));
            gate.weir().reload(read(file("orders", endpoint.address())));
            gate.get("/");
            assertThat(requests(scrape(gate), "orders")).isEqualTo(1);
        }
    }
}
