package dev.weir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.admin.Steering;
import dev.weir.admin.Steering.Outcome;
import dev.weir.config.ConfigFile;
import dev.weir.config.Reading;
import dev.weir.testkit.RawClient;
import dev.weir.testkit.RawResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The file is read again, a text is sent, an earlier version is taken again.
class VersionsTest {
    private static final String YAML =
            """
            weir: 1
            admin: { listen: "127.0.0.1:0", socket: off }
            listeners: { web: "127.0.0.1:0" }
            routes: [{ name: all, respond: { status: 200, body: %s } }]
            """;

    private final List<String> lines = new CopyOnWriteArrayList<>();

    @TempDir Path directory;
    private Path file;
    private Weir weir;
    private Steering steering;

    @BeforeEach
    void start() throws Exception {
        file = Files.writeString(directory.resolve("weir.yaml"), YAML.formatted("one"));
        Reading.Loaded read = (Reading.Loaded) ConfigFile.read(file, _ -> null);
        weir =
                Weir.start(
                        read,
                        WeirOptions.DEFAULTS
                                .withDirectory(directory)
                                .withFile(file)
                                .withEvents(lines::add));
        steering = weir.steering();
    }

    @AfterEach
    void stop() {
        weir.close();
    }

    private String answer() throws IOException {
        try (var client = RawClient.connect(weir.port("web"))) {
            RawResponse response = client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").readResponse();
            return response.text();
        }
    }

    @Test
    void readsTheFileAgainAndSaysWhatHasChanged() throws Exception {
        Files.writeString(file, YAML.formatted("two"));
        assertThat(steering.reload("test")).isInstanceOf(Outcome.Done.class);
        assertThat(answer()).isEqualTo("two");
        assertThat(steering.current().number()).isEqualTo(2);
        assertThat(steering.current().text()).isEqualTo(YAML.formatted("two"));
        assertThat(lines)
                .anyMatch(
                        line ->
                                line.startsWith("configuration  version 2 is in force (" + file)
                                        && line.contains("by test")
                                        && line.endsWith("route all changed"));
        assertThat(steering.reload("test")).isInstanceOf(Outcome.Done.class);
        assertThat(steering.current().number()).isEqualTo(2);
    }

    @Test
    void aFileWithMistakesChangesNothingAndIsSaid() throws Exception {
        Files.writeString(file, YAML.formatted("two").replace("respond", "respnd"));
        assertThat(steering.reload("test"))
                .isInstanceOfSatisfying(
                        Outcome.Refused.class,
                        refused -> assertThat(refused.problems()).isNotEmpty());
        assertThat(answer()).isEqualTo("one");
        assertThat(steering.lastRefused()).hasSize(1);
        assertThat(lines)
                .anyMatch(line -> line.startsWith("configuration  not changed: " + file))
                .anyMatch(line -> line.contains("weir.yaml:4:") && line.contains("respnd"));
        Files.writeString(file, YAML.formatted("three"));
        assertThat(steering.reload("test")).isInstanceOf(Outcome.Done.class);
        assertThat(steering.lastRefused()).isEmpty();
    }

    @Test
    void whatIsSentIsWrittenToTheFileWithItsPermissions() throws Exception {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        String etag = steering.current().etag();
        assertThat(steering.apply(YAML.formatted("sent"), etag, "test"))
                .isInstanceOf(Outcome.Done.class);
        assertThat(answer()).isEqualTo("sent");
        assertThat(file).hasContent(YAML.formatted("sent"));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-r-----");
        assertThat(Files.list(directory)).containsExactly(file);
        assertThat(steering.apply(YAML.formatted("late"), etag, "test"))
                .isInstanceOf(Outcome.Stale.class);
        assertThat(answer()).isEqualTo("sent");
    }

    @Test
    void whoSendsATextThatSomebodyElseHasOvertakenIsRefusedAndMayReadItAgain() throws Exception {
        AdminClient admin =
                new AdminClient(weir.admin().orElseThrow().address().orElseThrow().getPort());
        String first = tag(admin.get("/api/v1/config"));

        RawResponse others = put(admin, "two", "If-Match: " + first);
        assertThat(others.status()).as(others.text()).isEqualTo(200);
        RawResponse late = put(admin, "late", "If-Match: " + first);

        assertThat(late.status()).isEqualTo(412);
        assertThat(late.text()).contains("it has changed since you read it", "Read it again");
        assertThat(tag(late)).isEqualTo(tag(others));
        assertThat(answer()).isEqualTo("two");
        assertThat(file).hasContent(YAML.formatted("two"));
        assertThat(put(admin, "late").status()).as("which text was read?").isEqualTo(428);
        RawResponse again = admin.get("/api/v1/config");
        assertThat(again.text()).isEqualTo(YAML.formatted("two"));
        assertThat(put(admin, "late", "If-Match: " + tag(again)).status()).isEqualTo(200);
        assertThat(answer()).isEqualTo("late");
    }

    private static RawResponse put(AdminClient admin, String body, String... lines)
            throws IOException {
        List<String> head = new ArrayList<>(List.of(lines));
        head.add("Content-Type: application/yaml");
        return admin.send(
                "PUT", "/api/v1/config", YAML.formatted(body), head.toArray(String[]::new));
    }

    private static String tag(RawResponse answer) {
        return String.valueOf(answer.header("ETag"));
    }

    @Test
    void theTextOfAnEarlierVersionCanBeRead() throws Exception {
        AdminClient admin =
                new AdminClient(weir.admin().orElseThrow().address().orElseThrow().getPort());
        String first = tag(admin.get("/api/v1/config"));
        steering.apply(YAML.formatted("two"), steering.current().etag(), "test");

        RawResponse earlier = admin.get("/api/v1/config/history/1");
        assertThat(earlier.text()).isEqualTo(YAML.formatted("one"));
        assertThat(earlier.header("Content-Type")).isEqualTo("application/yaml");
        assertThat(tag(earlier)).isEqualTo(first);
        assertThat(admin.get("/api/v1/config/history/2").text()).isEqualTo(YAML.formatted("two"));
        for (String unknown : List.of("3", "0", "one", "+1")) {
            assertThat(admin.get("/api/v1/config/history/" + unknown).status())
                    .as(unknown)
                    .isEqualTo(404);
        }
    }

    @Test
    void anEditThatNobodyHasReadIsNotOverwritten() throws Exception {
        String etag = steering.current().etag();
        Files.writeString(file, YAML.formatted("edited"));
        assertThat(steering.apply(YAML.formatted("sent"), etag, "test"))
                .isInstanceOfSatisfying(
                        Outcome.Refused.class,
                        refused ->
                                assertThat(refused.problems().getFirst().message())
                                        .contains("was edited since it was read"));
        assertThat(steering.rollback(1, "test")).isInstanceOf(Outcome.Refused.class);
        assertThat(file).hasContent(YAML.formatted("edited"));
        assertThat(steering.reload("test")).isInstanceOf(Outcome.Done.class);
        assertThat(steering.rollback(1, "test")).isInstanceOf(Outcome.Done.class);
        assertThat(file).hasContent(YAML.formatted("one"));
    }

    @Test
    void whatIsInForceIsKnownWhileAnotherComes() throws Exception {
        synchronized (steering) {
            var asked = CompletableFuture.supplyAsync(() -> steering.current().number());
            assertThat(asked.get(5, TimeUnit.SECONDS)).isEqualTo(1);
        }
    }

    @Test
    void whatIsSentWithMistakesIsNotWritten() throws Exception {
        String etag = steering.current().etag();
        assertThat(steering.apply("weir: 2\n", etag, "test")).isInstanceOf(Outcome.Refused.class);
        assertThat(file).hasContent(YAML.formatted("one"));
        assertThat(answer()).isEqualTo("one");
    }

    @Test
    void goesBackToAnEarlierVersion() throws Exception {
        steering.apply(YAML.formatted("two"), steering.current().etag(), "test");
        assertThat(steering.rollback(1, "test")).isInstanceOf(Outcome.Done.class);
        assertThat(answer()).isEqualTo("one");
        assertThat(file).hasContent(YAML.formatted("one"));
        assertThat(steering.history())
                .extracting(Steering.Version::number)
                .containsExactly(3L, 2L, 1L);
        assertThat(steering.rollback(7, "test")).isInstanceOf(Outcome.Refused.class);
    }

    @Test
    void aStormOfWishesEndsWithTheLastFile() throws Exception {
        for (int i = 0; i < 200; i++) {
            Files.writeString(file, YAML.formatted("v" + i));
            weir.reloadSoon("HUP");
        }
        await().untilAsserted(() -> assertThat(answer()).isEqualTo("v199"));
        assertThat(steering.history().size()).isLessThanOrEqualTo(50);
    }

    @Test
    void watchesTheFile() throws Exception {
        try (var _ = weir.watch()) {
            Files.writeString(file, YAML.formatted("seen"));
            await().atMost(Duration.ofSeconds(15))
                    .untilAsserted(() -> assertThat(answer()).isEqualTo("seen"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u00ff\u00fe", "weir: 1\nroutes: ["})
    void watchesOnWhereTheFileCouldNotBeRead(String mistake) throws Exception {
        try (var _ = weir.watch()) {
            Files.writeString(file, mistake, StandardCharsets.ISO_8859_1);
            await().atMost(Duration.ofSeconds(15)).until(() -> !steering.lastRefused().isEmpty());
            Files.writeString(file, YAML.formatted("mended"));
            await().atMost(Duration.ofSeconds(15))
                    .untilAsserted(() -> assertThat(answer()).isEqualTo("mended"));
        }
    }

    /// What is written while it is being found out that the file includes another one now.
    @Test
    void watchesWhatIsIncludedFromTheMomentItWasRead() throws Exception {
        Path more = file.resolveSibling("more.yaml");
        Files.writeString(
                more,
                "routes: [{ name: more, match: { path: /more }, respond: { status: 204 } }]\n");
        Files.writeString(file, YAML.formatted("one") + "include: more.yaml\n");
        assertThat(steering.reload("test")).isInstanceOf(Outcome.Done.class);
        Files.writeString(
                more,
                "routes: [{ name: other, match: { path: /more }, respond: { status: 204 } }]\n");
        try (var _ = weir.watch()) {
            await().atMost(Duration.ofSeconds(15))
                    .until(() -> weir.config().routes().toString().contains("other"));
        }
    }

    @Test
    void whatItHasWrittenItselfIsNothingNewForTheWatch() throws Exception {
        try (var _ = weir.watch()) {
            steering.apply(YAML.formatted("two"), steering.current().etag(), "test");
            Files.writeString(file, YAML.formatted("three"));
            await().atMost(Duration.ofSeconds(15))
                    .untilAsserted(() -> assertThat(answer()).isEqualTo("three"));
        }
        assertThat(lines).filteredOn(line -> line.contains("is in force")).hasSize(2);
    }
}
