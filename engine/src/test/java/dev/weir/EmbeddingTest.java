package dev.weir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.admin.Steering;
import dev.weir.balance.Balance;
import dev.weir.filter.Filter;
import dev.weir.filter.FilterConfig;
import dev.weir.health.HealthConfig;
import dev.weir.listen.ListenerConfig;
import dev.weir.route.RouteConfig;
import dev.weir.schema.HostPort;
import dev.weir.service.EndpointConfig;
import dev.weir.service.ServiceConfig;
import dev.weir.testkit.Behaviours;
import dev.weir.testkit.ScriptedEndpoint;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Weir as a library.
class EmbeddingTest {
    @TempDir Path folder;

    private static String get(Weir weir) throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + weir.port("web") + "/x"))
                        .timeout(Duration.ofSeconds(5))
                        .build();
        try (HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
        }
    }

    @Test
    void startsFromAFileWithOneLine() throws Exception {
        try (var endpoint = ScriptedEndpoint.start(Behaviours.ok("a"))) {
            Path file = folder.resolve("weir.yaml");
            Files.writeString(
                    file, "weir: 1\nlisteners: { web: 0 }\n" + Gate.to(endpoint.address()));
            try (Weir weir = Weir.start(file)) {
                assertThat(get(weir)).isEqualTo("Response from: a");
            }
        }
    }

    @Test
    void startsFromTheSameConfigurationSaidInJava() throws Exception {
        try (var endpoint = ScriptedEndpoint.start(Behaviours.ok("a"))) {
            WeirConfig config =
                    WeirConfig.DEFAULTS
                            .withListener("web", ListenerConfig.of(0))
                            .withRoutes(RouteConfig.to("all").withName("all").withPath("/**"))
                            .withService(
                                    "all",
                                    ServiceConfig.of(
                                                    EndpointConfig.of(
                                                            new HostPort(
                                                                    "127.0.0.1", endpoint.port())))
                                            .withBalance(Balance.ROUND_ROBIN)
                                            .withHealth(HealthConfig.of("tcp")));
            try (Weir weir = Weir.start(config)) {
                assertThat(get(weir)).isEqualTo("Response from: a");
                assertThatThrownBy(() -> weir.port("wbe")).hasMessageContaining("[web]");
            }
        }
    }

    @Test
    void refusesAWrongConfigurationWithAllItsMistakes() {
        WeirConfig config =
                WeirConfig.DEFAULTS
                        .withListener("web", ListenerConfig.of(0))
                        .withRoutes(
                                RouteConfig.to("nobody").withName("a"),
                                RouteConfig.to("nothing").withName("b"));
        assertThatThrownBy(() -> Weir.start(config))
                .isInstanceOfSatisfying(
                        InvalidConfiguration.class, e -> assertThat(e.problems()).hasSize(2))
                .hasMessageContaining("nobody")
                .hasMessageContaining("nothing")
                .hasMessageContaining("nothing was started.");
    }

    @Test
    void refusesAWrongFile() throws Exception {
        Path file = folder.resolve("weir.yaml");
        Files.writeString(file, "weir: 1\nlisteners: { web: 0 }\nroutes: [{ to: nobody }]\n");
        assertThatThrownBy(() -> Weir.start(file))
                .isInstanceOf(InvalidConfiguration.class)
                .hasMessageContaining("weir.yaml:3:16");
    }

    @Test
    void bindsNothingWhenOneAddressCannotBeHad() throws Exception {
        try (ServerSocket taken = new ServerSocket(0);
                ServerSocket free = new ServerSocket(0)) {
            int other = free.getLocalPort();
            free.close();
            WeirConfig config =
                    WeirConfig.DEFAULTS
                            .withListener("a", ListenerConfig.of(other))
                            .withListener("b", ListenerConfig.of(taken.getLocalPort()));
            assertThatThrownBy(() -> Weir.start(config)).isInstanceOf(IOException.class);
            try (ServerSocket again = new ServerSocket(other)) {
                assertThat(again.isBound()).isTrue();
            }
        }
    }

    /// A filter of the program's own has no name in a file, so a text that was made of the configuration is less than it.
    @Test
    void whatIsSaidInJavaIsNotReplacedByATextThatSaysLess() throws Exception {
        FilterConfig own = _ -> new Filter() {};
        WeirConfig config =
                WeirConfig.DEFAULTS
                        .withListener("web", ListenerConfig.of(0))
                        .withRoutes(RouteConfig.to("all").withName("a").withFilters(own))
                        .withService(
                                "all",
                                ServiceConfig.of(EndpointConfig.of(new HostPort("127.0.0.1", 1))));
        try (Weir weir = Weir.start(config)) {
            Steering steering = weir.steering();
            weir.reload(config.withRoutes(RouteConfig.to("all").withName("b").withFilters(own)));

            assertThat(steering.rollback(1, "test")).isInstanceOf(Steering.Outcome.Refused.class);
            String text = steering.current().text();
            assertThat(steering.apply(text + "\n", steering.current().etag(), "test"))
                    .isInstanceOf(Steering.Outcome.Refused.class);
            assertThat(weir.config().routes().getFirst().filters()).containsExactly(own);

            weir.reload(config.withRoutes(RouteConfig.to("all").withName("c")));
            assertThat(
                            steering.apply(
                                    steering.current().text() + "\n",
                                    steering.current().etag(),
                                    "test"))
                    .isInstanceOf(Steering.Outcome.Done.class);
        }
    }

    @Test
    void severalInstancesLiveBesideEachOther() throws Exception {
        try (var endpoint = ScriptedEndpoint.start(Behaviours.ok("a"));
                var one = Gate.open(Gate.to(endpoint.address()));
                var two = Gate.open(Gate.to(endpoint.address()))) {
            assertThat(get(one.weir())).isEqualTo(get(two.weir()));
            assertThat(one.port()).isNotEqualTo(two.port());
        }
    }
}
