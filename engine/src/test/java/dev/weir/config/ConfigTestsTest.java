package dev.weir.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.InvalidConfiguration;
import dev.weir.Weir;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The tests that stand in a file: what holds passes, what does not is told with its reason.
class ConfigTestsTest {
    private static final String SHOP =
            """
            weir: 1
            trusted-proxies: [10.9.0.0/16]
            listeners:
              web: { listen: 8080, redirect: https }
              inside: 8081
            routes:
              - name: orders
                match: { host: shop.example.com, path: "/api/orders/{id}", methods: [GET, DELETE], listener: inside }
                filters:
                  - ip-allow: [10.0.0.0/8]
                  - headers: { response: { set: { X-Frame-Options: DENY } } }
                  - rate-limit: 1/m
                strip-prefix: /api
                to: orders
              - name: storefront
                match: { host: shop.example.com, listener: inside }
                to: { pages: 95, canary: 5, old: 0 }
              - name: moved
                match: { host: old.example.com, path: "/{page}" }
                redirect: { status: 308, to: "https://shop.example.com/{page}" }
              - match: { path: /secret }
                filters: [{ jwt: { secret: "0123456789abcdef0123456789abcdef" } }]
                to: orders
            services:
              orders: { endpoints: [127.0.0.1:1] }
              pages: { endpoints: [127.0.0.1:2] }
              canary: { endpoints: [127.0.0.1:3] }
              old: { endpoints: [127.0.0.1:4] }
            tests:
            """;

    @TempDir Path folder;

    @Test
    void areRefusedWhereNoListenerTakesRequests() {
        String yaml =
                """
                weir: 1
                listeners: { raw: { listen: "127.0.0.1:0", tcp: all } }
                services: { all: { endpoints: [127.0.0.1:1] } }
                tests: [{ request: GET http://a/, expect: { status: 404 } }]
                """;
        Reading reading = ConfigFile.read("weir.yaml", yaml, folder, _ -> null);
        assertThat(reading)
                .isInstanceOfSatisfying(
                        Reading.Refused.class,
                        refused ->
                                assertThat(refused.problems())
                                        .extracting(one -> one.path() + ": " + one.message())
                                        .containsExactly(
                                                "tests[0]: cannot be run: no listener takes HTTP requests"));
    }

    private List<String> failures(String test) {
        Reading reading =
                ConfigFile.read("weir.yaml", SHOP + "  - " + test + "\n", folder, _ -> null);
        return reading instanceof Reading.Refused refused
                ? refused.problems().stream()
                        .map(one -> one.path() + ": " + one.message() + " | " + one.hint())
                        .toList()
                : List.of();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{ request: GET https://shop.example.com/api/orders/7, listener: inside, client-ip: 10.1.2.3, expect: { route: orders, service: orders, path: /orders/7, headers: { X-Frame-Options: DENY } } }",
                "{ request: GET https://shop.example.com/api//orders/./7?a=b, listener: inside, client-ip: 10.1.2.3, expect: { route: orders } }",
                "{ request: GET https://shop.example.com/api/orders/7, listener: inside, expect: { route: orders, status: 403 } }",
                "{ request: GET https://shop.example.com/api/orders/7, listener: inside, client-ip: 10.9.0.1, headers: { X-Forwarded-For: 198.51.100.1 }, expect: { status: 403 } }",
                "{ request: GET https://shop.example.com/api/orders/7, listener: inside, client-ip: 10.1.0.1, headers: { X-Forwarded-For: 198.51.100.1 }, expect: { service: orders } }",
                "{ request: GET https://SHOP.example.com:443, listener: inside, expect: { route: storefront, service: canary } }",
                "{ request: GET https://shop.example.com?a=1, listener: inside, expect: { service: pages } }",
                "{ request: GET http://shop.example.com/x, expect: { status: 301, headers: { Location: { regex: 'https://shop.example.com.*/x' } } } }",
                "{ request: POST http://old.example.com/x, listener: inside, expect: { route: moved, status: 308, headers: { Location: 'https://shop.example.com/x' } } }",
                "{ request: GET http://old.example.com/x/y, listener: inside, expect: { status: 404 } }",
                "{ request: GET http://old.example.com/..%2fx, listener: inside, expect: { status: 400 } }",
                "{ request: GET http://any.example.com/secret, listener: inside, expect: { route: route-4, status: 401, headers: { WWW-Authenticate: { present: true }, X-Frame-Options: { present: false } } } }",
                "{ request: TRACE http://any.example.com/, listener: inside, expect: { status: 405 } }"
            })
    void passesWhatHolds(String test) {
        assertThat(failures(test)).isEmpty();
    }

    @Test
    void saysWhichRouteWonAndWhyTheOtherDidNot() {
        assertThat(
                        failures(
                                "{ request: PUT https://shop.example.com/api/orders/7, listener: inside, expect: { route: orders } }"))
                .containsExactly(
                        "tests[0] › expect › route: expected route \"orders\", but it goes to one of the services pages or canary by route \"storefront\" (weir.yaml:15)"
                                + " | route \"orders\" (weir.yaml:7) does not match: the method is PUT, not GET or DELETE");
        assertThat(
                        failures(
                                "{ request: GET https://shop.example.com/api/orders/7, listener: inside, client-ip: 10.0.0.1, expect: { route: storefront } }"))
                .containsExactly(
                        "tests[0] › expect › route: expected route \"storefront\", but it goes to service orders by route \"orders\" (weir.yaml:7)"
                                + " | route \"storefront\" (weir.yaml:15) matches too, but orders comes first");
        assertThat(
                        failures(
                                "{ request: GET https://else.example.com/, listener: inside, expect: { route: storefront } }"))
                .containsExactly(
                        "tests[0] › expect › route: expected route \"storefront\", but it is answered 404 (no-route)"
                                + " | route \"storefront\" (weir.yaml:15) does not match: the host is else.example.com, not shop.example.com");
    }

    @Test
    void saysWhichFilterAnswered() {
        assertThat(
                        failures(
                                "{ request: GET https://shop.example.com/api/orders/7, listener: inside, expect: { service: orders } }"))
                .containsExactly(
                        "tests[0] › expect › service: expected service \"orders\", but the ip-allow filter of route \"orders\" (weir.yaml:7) answers 403 (forbidden) | null");
    }

    @Test
    void saysThatAListenerAnsweredBeforeAnyRoute() {
        assertThat(
                        failures(
                                "{ request: GET http://shop.example.com/, expect: { route: storefront } }"))
                .first()
                .asString()
                .contains(
                        "but it is answered 301 before any route: the listener web sends clients to https");
    }

    @Test
    void saysThatAServiceWithoutAShareGetsNothing() {
        assertThat(
                        failures(
                                "{ request: GET https://shop.example.com/, listener: inside, expect: { service: old } }"))
                .singleElement()
                .asString()
                .contains(
                        "expected service \"old\", but it goes to one of the services pages or canary");
    }

    @Test
    void saysWhatAnEndpointOfAnotherPathGets() {
        assertThat(
                        failures(
                                "{ request: GET https://shop.example.com/api/orders/7, listener: inside, client-ip: 10.0.0.1, expect: { path: /api/orders/7, status: 200 } }"))
                .hasSize(2);
        assertThat(
                        failures(
                                "{ request: GET https://shop.example.com/api/orders/7, listener: inside, client-ip: 10.0.0.1, expect: { path: /api/orders/7 } }"))
                .containsExactly(
                        "tests[0] › expect › path: expected path /api/orders/7, but the endpoint gets /orders/7 | null");
    }

    @Test
    void saysEveryFieldThatDiffers() {
        assertThat(
                        failures(
                                "{ request: GET http://old.example.com/x, listener: inside, expect: { headers: { Location: /x, X-None: a, X-Request-Id: { present: false } } } }"))
                .extracting(line -> line.replaceAll("it is \"[0-9a-z]{20}\"", "it is ID"))
                .containsExactly(
                        "tests[0] › expect › headers › Location: expected \"/x\", but it is \"https://shop.example.com/x\" | null",
                        "tests[0] › expect › headers › X-None: expected \"a\", but there is none | null",
                        "tests[0] › expect › headers › X-Request-Id: expected no such field, but it is ID | null");
    }

    @Test
    void eachTestHasTheWholeAllowanceOfALimiter() {
        String one =
                "{ request: GET https://shop.example.com/api/orders/7, listener: inside, client-ip: 10.1.2.3, expect: { service: orders } }";
        assertThat(failures(one + "\n  - " + one + "\n  - " + one)).isEmpty();
    }

    @Test
    void aFileWhoseTestsFailIsNotStartedButCanBeLookedAt() throws IOException {
        Path file = folder.resolve("weir.yaml");
        Files.writeString(
                file,
                """
                weir: 1
                listeners: { web: 0 }
                routes: [{ name: all, respond: { status: 204 } }]
                tests: [{ request: GET http://localhost/, expect: { status: 200 } }]
                """);
        assertThat(ConfigFile.readUntested(file, _ -> null)).isInstanceOf(Reading.Loaded.class);
        try (Weir weir = Weir.start(file)) {
            throw new AssertionError("started on " + weir.port("web"));
        } catch (InvalidConfiguration e) {
            assertThat(e.getMessage())
                    .contains(
                            "weir.yaml:4:61  tests[0] › expect › status: expected status 200, but route \"all\" ("
                                    + file
                                    + ":3) answers 204");
        }
    }
}
