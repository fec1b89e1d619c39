package dev.weir.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.weir.WeirConfig;
import dev.weir.filter.jwt.JwtConfig;
import dev.weir.filter.ratelimit.RateLimitConfig;
import dev.weir.listen.ListenerConfig;
import dev.weir.route.Action;
import dev.weir.route.RouteConfig;
import dev.weir.schema.HostPort;
import dev.weir.schema.Location;
import dev.weir.schema.Problem;
import dev.weir.schema.Rate;
import dev.weir.service.EndpointConfig;
import dev.weir.service.ServiceConfig;
import dev.weir.tls.Pki;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Files as they lie on a disk, good and bad.
class ConfigFileTest {
    private static final String GOOD =
            """
            weir: 1
            listeners: { web: 8080 }
            routes: [{ name: app, to: app }]
            services: { app: { endpoints: [127.0.0.1:8081] } }
            """;

    @TempDir Path folder;

    private Path file(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }

    private static String refused(Path file) {
        return refused(ConfigFile.read(file, name -> null));
    }

    private static String refused(Reading reading) {
        assertThat(reading).isInstanceOf(Reading.Refused.class);
        return new ProblemReport(reading.sources(), false)
                .render(((Reading.Refused) reading).problems(), "nothing was started.");
    }

    private WeirConfig text(String text, Map<String, String> environment) {
        return EffectiveConfigTest.loaded(
                        ConfigFile.read("weir.yaml", text, folder, environment::get))
                .config();
    }

    @Test
    void saysThatThereIsNoSuchFile() {
        Path missing = folder.resolve("weir.yaml");
        assertThat(refused(missing))
                .isEqualTo(missing + "  there is no such file\n1 problem; nothing was started.\n");
    }

    @Test
    void saysThatAFolderIsNoFile() {
        assertThat(refused(folder))
                .startsWith(folder + "  is a folder, not a file\n")
                .endsWith("1 problem; nothing was started.\n");
    }

    @Test
    void saysThatAFileMayNotBeRead() throws IOException {
        Path file = file("weir.yaml", GOOD);
        assertThat(file.toFile().setReadable(false)).isTrue();
        assumeFalse(Files.isReadable(file), "this user may read everything");
        assertThat(refused(file)).startsWith(file + "  may not be read by this user\n");
    }

    @Test
    void refusesAFileOfTenMegabytesWithoutReadingOn() throws IOException {
        Path file = file("weir.yaml", GOOD + "#".repeat(10 << 20));
        assertThat(refused(file)).startsWith(file + "  is larger than 8MiB\n");
    }

    @Test
    void refusesWhatIsNoText() throws IOException {
        Path binary = folder.resolve("weir.jar");
        Files.write(binary, new byte[] {'P', 'K', 3, 4, 0, 0, 0});
        assertThat(refused(binary)).startsWith(binary + "  is not a text file\n");

        Path latin1 = folder.resolve("latin1.yaml");
        Files.write(latin1, "# Müller\n".getBytes(StandardCharsets.ISO_8859_1));
        assertThat(refused(latin1)).startsWith(latin1 + "  is not UTF-8 text\n");

        Path utf16 = folder.resolve("utf16.yaml");
        Files.write(utf16, GOOD.getBytes(StandardCharsets.UTF_16));
        assertThat(refused(utf16)).startsWith(utf16 + "  is UTF-16 text\n");
    }

    @Test
    void readsFilesFromWindows() throws IOException {
        Path file = file("weir.yaml", "\ufeff" + GOOD.replace("\n", "\r\n"));
        assertThat(EffectiveConfigTest.loaded(ConfigFile.read(file, name -> null)).config())
                .isEqualTo(text(GOOD, Map.of()));
    }

    @Test
    void fillsInVariables() throws IOException {
        file("secrets/token", "s3cret\n\n");
        WeirConfig config =
                text(
                        """
                        weir: 1
                        listeners: { web: "127.0.0.1:${PORT}", other: "${NONE:-9090}", third: "${EMPTY:-9091}" }
                        routes:
                          - { name: "${file:secrets/token}", respond: { body: "$${PORT} is ${PORT}${EMPTY}" } }
                        """,
                        Map.of("PORT", "8080", "EMPTY", ""));
        assertThat(config.listeners())
                .containsEntry("web", ListenerConfig.of(new HostPort("127.0.0.1", 8080)))
                .containsEntry("other", ListenerConfig.of(9090))
                .containsEntry("third", ListenerConfig.of(9091));
        assertThat(config.routes().getFirst().name()).contains("s3cret\n");
        assertThat(config.routes().getFirst().action())
                .isEqualTo(Action.Respond.of(200, "${PORT} is 8080"));
    }

    @Test
    void refusesASecretOfMoreThan64Kib() throws IOException {
        file("large", "x".repeat((64 << 10) + 1));
        assertThat(
                        refused(
                                ConfigFile.read(
                                        "weir.yaml",
                                        GOOD + "drain: { delay: \"${file:large}\" }\n",
                                        folder,
                                        name -> null)))
                .contains("weir.yaml:5:18  large is larger than 64KiB");
    }

    @Test
    void joinsIncludedFilesInTheOrderOfTheirNames() throws IOException {
        Path main =
                file(
                        "weir.yaml",
                        "weir: 1\nlisteners: { web: 8080 }\ninclude: [services.yaml, routes.d/*.yaml]\nroutes:\n  - { name: first, to: app }\n");
        file("services.yaml", "services: { app: { endpoints: [127.0.0.1:8081] } }\n");
        file("routes.d/b.yaml", "routes: [{ name: third, to: more }]\n");
        file("routes.d/a.yaml", "include: ../more.yaml\nroutes: [{ name: second, to: app }]\n");
        file("routes.d/.hidden.yaml", "nonsense: true\n");
        file("routes.d/empty.yaml", "# nothing yet\n");
        file("more.yaml", "services: { more: { endpoints: [127.0.0.1:8082] } }\n");

        Reading.Loaded loaded = EffectiveConfigTest.loaded(ConfigFile.read(main, name -> null));

        assertThat(loaded.config().routes())
                .extracting(route -> route.name().orElseThrow())
                .containsExactly("first", "second", "third");
        assertThat(loaded.config().services()).containsOnlyKeys("app", "more");
        assertThat(loaded.origins().at("routes \"third\" › to"))
                .isEqualTo(new Location(folder.resolve("routes.d/b.yaml").toString(), 1, 29));
    }

    @Test
    void saysWhichFilesIncludeEachOther() throws IOException {
        Path main = file("weir.yaml", GOOD + "include: a.yaml\n");
        file("a.yaml", "include: b.yaml\n");
        file("b.yaml", "include: a.yaml\n");
        assertThat(refused(main)).contains("the way: weir.yaml → a.yaml → b.yaml → a.yaml");
    }

    @Test
    void tellsWhereASettingStands() {
        Reading.Loaded loaded =
                EffectiveConfigTest.loaded(
                        ConfigFile.read("weir.yaml", GOOD, folder, name -> null));
        assertThat(loaded.origins().at("routes \"app\" › to"))
                .isEqualTo(new Location("weir.yaml", 3, 27));
        assertThat(loaded.origins().at("routes \"app\" › timeout"))
                .as("a default stands where its section does")
                .isEqualTo(new Location("weir.yaml", 3, 10));
        assertThat(loaded.origins().at("drain")).isEqualTo(Location.NOWHERE);
    }

    @Test
    void warnsOfWhatIsHardlyMeant() {
        Reading.Loaded loaded =
                EffectiveConfigTest.loaded(
                        ConfigFile.read(
                                "weir.yaml",
                                "weir: 1\nservices: { app: { endpoints: [127.0.0.1:8081] } }\n",
                                folder,
                                name -> null));
        assertThat(loaded.warnings())
                .extracting(problem -> problem.path() + ": " + problem.message())
                .containsExactly(
                        "listeners: there are none, so no client can connect",
                        "services \"app\": no route leads here");
    }

    @Test
    void warnsOfBalancingThatIsHardlyMeant() {
        Reading.Loaded loaded =
                EffectiveConfigTest.loaded(
                        ConfigFile.read(
                                "weir.yaml",
                                """
                                weir: 1
                                zone: eu-1
                                listeners: { web: 8080 }
                                routes: [{ name: app, to: app }]
                                services:
                                  app:
                                    endpoints: [{ address: 127.0.0.1:8081, zone: eu-1a }, 127.0.0.1:8082]
                                    balance: { hash: client.ip }
                                    sticky: sid
                                """,
                                folder,
                                name -> null));
        assertThat(loaded.warnings())
                .extracting(problem -> problem.at() + " " + problem.message())
                .containsExactly(
                        "weir.yaml:2:7 no endpoint is in this zone. Did you mean eu-1a?",
                        "weir.yaml:9:13 the cookie wins over the hash, which decides only for clients without one");
    }

    @Test
    void warnsOfCiphersThatLeaveClientsOfTls12NoHttp2() throws Exception {
        Pki.in(folder).server("site", "localhost");
        Reading.Loaded loaded =
                EffectiveConfigTest.loaded(
                        ConfigFile.read(
                                "weir.yaml",
                                """
                                weir: 1
                                listeners:
                                  old:
                                    listen: 8443
                                    tls: &old
                                      certificates: [{ cert: site.pem, key: site.key }]
                                      ciphers: [TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA]
                                  only-http1: { listen: 8444, protocols: [h1], tls: *old }
                                  mixed:
                                    listen: 8445
                                    tls:
                                      certificates: [{ cert: site.pem, key: site.key }]
                                      ciphers: [TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA, TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256]
                                routes: [{ respond: {} }]
                                """,
                                folder,
                                name -> null));
        assertThat(loaded.warnings())
                .extracting(problem -> problem.at() + "  " + problem.message())
                .containsExactly(
                        "weir.yaml:7:16  HTTP/2 forbids all of these (RFC 9113 §9.2.2), so clients of TLS 1.2 get HTTP/1.1; name a suite with GCM or CHACHA20 too");
    }

    @Test
    void warnsOfPassiveHealthThatCannotDoWhatItSays() {
        Reading.Loaded loaded =
                EffectiveConfigTest.loaded(
                        ConfigFile.read(
                                "weir.yaml",
                                """
                                weir: 1
                                listeners: { web: 8080 }
                                routes: [{ to: { one: 1, two: 1, four: 1 } }]
                                services:
                                  one: { endpoints: [127.0.0.1:81], outliers: { failures: 3 } }
                                  two:
                                    endpoints: [127.0.0.1:82, 127.0.0.1:83]
                                    outliers: { latency: { endpoints: 3 } }
                                  four:
                                    endpoints: [127.0.0.1:84, 127.0.0.1:85, 127.0.0.1:86, 127.0.0.1:87]
                                    outliers: { at-most: 75% }
                                """,
                                folder,
                                name -> null));
        assertThat(loaded.warnings())
                .extracting(problem -> problem.at() + "  " + problem.message())
                .containsExactly(
                        "weir.yaml:5:47  one endpoint is never ejected, as no other could take over",
                        "weir.yaml:8:39  the service has only 2 endpoints",
                        "weir.yaml:11:26  with 75% ejected, fewer than the 50% of panic work, and the ejected ones get requests again");
    }

    @Test
    void findsMistakesInAConfigurationSaidInJava() {
        RouteConfig route =
                RouteConfig.to("usres")
                        .withName("users")
                        .withTimeout(Duration.ofDays(2))
                        .withFilters(RateLimitConfig.of(Rate.perSecond(1)), JwtConfig.DEFAULTS);
        WeirConfig config =
                WeirConfig.DEFAULTS
                        .withListener("web", ListenerConfig.of(0))
                        .withRoutes(route)
                        .withService("users", ServiceConfig.of())
                        .withService(
                                "pages",
                                ServiceConfig.of(EndpointConfig.of(new HostPort("", 8081))));
        assertThat(ConfigFile.validate(config))
                .allMatch(problem -> problem.at().equals(Location.NOWHERE))
                .extracting(problem -> problem.path() + ": " + problem.message())
                .containsExactlyInAnyOrder(
                        "routes \"users\" › timeout › first-byte: \"48h\" is more than 24h",
                        "routes \"users\" › to › usres: no service is called \"usres\". Did you mean users?",
                        "routes \"users\" › filters[1] › jwt: secret or keys is missing",
                        "services \"users\": has neither endpoints nor discover",
                        "services \"pages\" › endpoints[0]: an endpoint needs a host before its port");
    }

    @Test
    void findsNothingWrongInAGoodConfigurationSaidInJava() {
        assertThat(ConfigFile.validate(text(GOOD, Map.of()))).isEmpty();
        assertThat(ConfigFile.validate(EffectiveConfigTest.everything().config())).isEmpty();
    }

    @Test
    void readsTenThousandRoutesInTwoSeconds() {
        StringBuilder text =
                new StringBuilder(GOOD.replace("routes: [{ name: app, to: app }]\n", ""));
        text.append("routes:\n");
        for (int i = 0; i < 10_000; i++) {
            text.append("  - name: route").append(i).append('\n');
            text.append("    match: { host: shop.example.com, path: /api/v")
                    .append(i)
                    .append("/**, methods: [GET, POST] }\n");
            text.append("    filters:\n      - rate-limit: { key: client.ip, rate: 100/s }\n");
            text.append("    timeout: 5s\n    to: app\n");
        }
        // Compiles what reads files: how long that takes says more of the machine than of the code.
        text(text.toString(), Map.of());
        // Time of this thread, so that a busy machine does not count.
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long start = threads.getCurrentThreadCpuTime();
        assertThat(text(text.toString(), Map.of()).routes()).hasSize(10_000);
        assertThat(Duration.ofNanos(threads.getCurrentThreadCpuTime() - start))
                .isLessThan(Duration.ofSeconds(2));
    }

    @Test
    void neverFailsOnAFileThatIsMixedUp() throws IOException {
        String everything = Files.readString(EffectiveConfigTest.EVERYTHING);
        String[] pieces = {
            "{", "}", "[", "]", ":", "-", "\"", "'", "*", "&a", "${", "\t", "\n  ", "null", "-1",
            "#"
        };
        long seed = 20260101;
        Random random = new Random(seed);
        for (int round = 0; round < 1_000; round++) {
            StringBuilder text = new StringBuilder(everything);
            for (int edit = random.nextInt(3); edit >= 0; edit--) {
                int at = random.nextInt(text.length());
                int to = Math.min(text.length(), at + random.nextInt(6));
                text.replace(at, to, pieces[random.nextInt(pieces.length)]);
            }
            Reading reading = ConfigFile.read("mixed.yaml", text.toString(), folder, name -> null);
            if (reading instanceof Reading.Refused refused) {
                assertThat(
                                new ProblemReport(refused.sources(), true)
                                        .render(refused.problems(), "so."))
                        .as("seed " + seed + ", round " + round)
                        .contains("mixed.yaml");
            }
        }
    }

    @Test
    void showsNoControlCharacterOfAFile() {
        Reading reading =
                ConfigFile.read(
                        "weir.yaml",
                        GOOD + "drain: { delay: \"\\e[2J\" }\n# \u202e\n",
                        folder,
                        name -> null);
        assertThat(refused(reading)).contains("\ufffd[2J").doesNotContain("\u001b");
    }

    @Test
    void paintsOnlyWhenAsked() {
        Problem problem = new Problem(new Location("weir.yaml", 1, 1), "weir", "wrong", null, 4);
        Sources sources = Sources.NONE.with("weir.yaml", "weir: 2\n");
        assertThat(new ProblemReport(sources, true).render(java.util.List.of(problem)))
                .contains("\u001b[1mweir.yaml:1:1\u001b[0m  weir: wrong")
                .contains("\u001b[31m^^^^\u001b[0m");
        assertThat(new ProblemReport(sources, false).render(java.util.List.of(problem)))
                .isEqualTo("weir.yaml:1:1  weir: wrong\n    1 | weir: 2\n      | ^^^^\n");
    }
}
