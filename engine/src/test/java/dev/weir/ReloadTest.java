package dev.weir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.weir.config.ConfigFile;
import dev.weir.config.Reading;
import dev.weir.testkit.Behaviours;
import dev.weir.testkit.LoadClient;
import dev.weir.testkit.LoadReport;
import dev.weir.testkit.RawClient;
import dev.weir.testkit.ScriptedEndpoint;
import dev.weir.tls.Pki;
import java.io.IOException;
import java.net.ConnectException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A configuration takes the place of another while requests are under way.
class ReloadTest {
    private static final int RELOADS = 100;
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

    private final List<String> lines = new CopyOnWriteArrayList<>();

    private Weir start(String yaml) throws Exception {
        return Weir.start(read(yaml), WeirOptions.DEFAULTS.withEvents(lines::add));
    }

    private static Reading.Loaded read(String yaml) {
        return switch (ConfigFile.read("weir.yaml", "weir: 1\n" + yaml, Path.of(""), _ -> null)) {
            case Reading.Loaded loaded -> loaded;
            case Reading.Refused refused ->
                    throw new IllegalArgumentException(refused.problems().toString());
        };
    }

    private static String answer(RawClient client) {
        return client.send(GET).readResponse().text();
    }

    private static String body(int port) throws IOException {
        try (var client = RawClient.connect(port)) {
            return answer(client);
        }
    }

    // ---- nothing is lost ----

    @Test
    void aHundredReloadsUnderLoadLoseNoRequest() throws Exception {
        try (var stays = ScriptedEndpoint.start(Behaviours.ok("ok"));
                var comes = ScriptedEndpoint.start(Behaviours.ok("ok"));
                var weir = start(version(0, stays, comes))) {
            var load =
                    LoadClient.to(weir.port("web"))
                            .withConnections(32)
                            .withRequests(1_000_000)
                            .withPatience(Duration.ofSeconds(20))
                            .withAtMost(Duration.ofMinutes(2))
                            .start();
            for (int i = 1; i <= RELOADS; i++) {
                int before = load.finished();
                weir.reload(read(version(i, stays, comes)));
                await().until(() -> load.finished() > before + 100);
            }
            LoadReport report = load.stop();
            assertThat(report.ok()).as(report.toString()).isGreaterThan(RELOADS * 100);
            assertThat(report.samples()).as(report.toString()).isEmpty();
        }
    }

    @Test
    void aHundredReloadsLoseNoRequestOfHttp2(@TempDir Path folder) throws Exception {
        Pki pki = Pki.in(folder);
        pki.server("site", "localhost");
        try (var stays = ScriptedEndpoint.start(Behaviours.ok("ok"));
                var comes = ScriptedEndpoint.start(Behaviours.ok("ok"));
                var weir = start(overTls(pki, version(0, stays, comes)));
                var client = HttpClient.newBuilder().sslContext(pki.trusting()).build();
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            HttpRequest get =
                    HttpRequest.newBuilder(
                                    URI.create("https://localhost:" + weir.port("web") + "/"))
                            .build();
            AtomicBoolean enough = new AtomicBoolean();
            AtomicInteger answered = new AtomicInteger();
            List<Future<?>> asking = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                asking.add(
                        threads.submit(
                                () -> {
                                    while (!enough.get()) {
                                        var answer =
                                                client.send(
                                                        get, HttpResponse.BodyHandlers.ofString());
                                        assertThat(answer.statusCode()).isEqualTo(200);
                                        assertThat(answer.version())
                                                .isEqualTo(HttpClient.Version.HTTP_2);
                                        answered.incrementAndGet();
                                    }
                                    return null;
                                }));
            }
            for (int i = 1; i <= RELOADS; i++) {
                int before = answered.get();
                weir.reload(read(overTls(pki, version(i, stays, comes))));
                await().until(
                                () ->
                                        answered.get() > before + 20
                                                || asking.stream().anyMatch(Future::isDone));
            }
            enough.set(true);
            for (Future<?> one : asking) {
                one.get(20, TimeUnit.SECONDS);
            }
        }
    }

    private static String overTls(Pki pki, String yaml) {
        return yaml.replaceFirst(
                "web: .*\n",
                Matcher.quoteReplacement(
                        "web: { listen: \"127.0.0.1:0\", tls: { certificates: ["
                                + pki.pair("site")
                                + "] } }\n"));
    }

    @Test
    void tenThousandRoutesAreReadAndInForceWithinASecond() throws Exception {
        StringBuilder yaml = new StringBuilder("listeners: { web: \"127.0.0.1:0\" }\nroutes:\n");
        for (int i = 0; i < 10_000; i++) {
            yaml.append("  - { name: r%d, match: { path: /r/%d/** }, to: all }\n".formatted(i, i));
        }
        yaml.append("services: { all: { endpoints: [127.0.0.1:9] } }\n");
        String first = yaml.toString();
        try (var weir = start(first)) {
            long best = Long.MAX_VALUE;
            for (int i = 0; i < 5; i++) {
                long began = System.nanoTime();
                weir.reload(read(first.replace("name: r7,", "name: changed" + i + ",")));
                best = Math.min(best, System.nanoTime() - began);
            }
            assertThat(Duration.ofNanos(best)).isLessThan(Duration.ofSeconds(1));
        }
    }

    /// Every part of a file that can change does so in one of these.
    private static String version(int i, ScriptedEndpoint stays, ScriptedEndpoint comes) {
        return """
        listeners:
          web: { listen: "127.0.0.1:0"%s }
          %s: "127.0.0.1:0"
        limits: { requests-per-connection: %d }
        routes:
          - { name: other, match: { path: /other/%d }, respond: { status: 204 } }
          - { name: all, filters: [{ headers: { response: { set: { X-Version: v%d } } } }], to: all }
        services:
          %s
          all:
            endpoints: [%s%s]
            %s
            balance: %s
        """
                .formatted(
                        i % 4 == 3 ? ", protocols: [h1, h2c]" : "",
                        i % 5 == 0 ? "five" : "six",
                        1_000_000 + i / 10,
                        i,
                        i,
                        i % 2 == 0 ? "" : "odd: { endpoints: [127.0.0.1:9] }",
                        stays.address(),
                        i % 3 == 0 ? "" : ", " + comes.address(),
                        i % 7 == 0 ? "health: { every: 100ms }" : "",
                        i % 6 == 0 ? "peak-ewma" : "least-requests");
    }

    @Test
    void aRequestUnderWayEndsByWhatItBeganWith() throws Exception {
        try (var slow =
                        ScriptedEndpoint.start(
                                Behaviours.delay(
                                        Duration.ofMillis(500), Behaviours.status(200, "old")));
                var weir =
                        start(
                                """
                                listeners: { web: "127.0.0.1:0" }
                                routes: [{ to: old }]
                                services: { old: { endpoints: [%s] } }
                                """
                                        .formatted(slow.address()));
                var client = RawClient.connect(weir.port("web"))) {
            client.send(GET);
            slow.awaitHeads(1);
            weir.reload(
                    read(
                            """
                            listeners: { web: "127.0.0.1:0" }
                            routes: [{ respond: { status: 200, body: new } }]
                            """));
            assertThat(client.readResponse().text()).isEqualTo("old");
            assertThat(answer(client)).isEqualTo("new");
            await().untilAsserted(() -> assertThat(slow.connections().open()).isZero());
        }
    }

    // ---- what stays the same goes on ----

    private static String one(String endpoint, String more) {
        return """
        listeners: { web: "127.0.0.1:0" }
        routes:
          - name: all
            filters: [{ rate-limit: { rate: 1/h, burst: 2 } }]
            to: all
        services:
          all: { endpoints: [%s], health: { protocol: tcp, every: 10s } }
        %s
        """
                .formatted(endpoint, more);
    }

    @Test
    void anUnchangedServiceKeepsItsConnectionsItsHealthAndWhatFiltersCounted() throws Exception {
        try (var endpoint = ScriptedEndpoint.start(Behaviours.ok("ok"));
                var weir = start(one(endpoint.address(), ""));
                var client = RawClient.connect(weir.port("web"))) {
            assertThat(client.send(GET).readResponse().status()).isEqualTo(200);
            int accepted = endpoint.connections().accepted();
            int said = lines.size();
            weir.reload(read(one(endpoint.address(), "drain: { timeout: 7s }")));
            assertThat(client.send(GET).readResponse().status()).isEqualTo(200);
            assertThat(client.send(GET).readResponse().status()).isEqualTo(429);
            assertThat(endpoint.connections().accepted()).isEqualTo(accepted);
            assertThat(lines.subList(said, lines.size())).isEmpty();
            assertThat(weir.config().drain().timeout()).isEqualTo(Duration.ofSeconds(7));
        }
    }

    @Test
    void aWebSocketLivesThroughReloads() throws Exception {
        try (var echo = WebSocketEcho.start();
                var weir = start(one(echo.address(), ""));
                var http = HttpClient.newHttpClient()) {
            BlockingQueue<String> heard = new LinkedBlockingQueue<>();
            WebSocket socket =
                    http.newWebSocketBuilder()
                            .buildAsync(
                                    URI.create("ws://127.0.0.1:" + weir.port("web") + "/"),
                                    new WebSocket.Listener() {
                                        @Override
                                        public @Nullable CompletionStage<?> onText(
                                                WebSocket from, CharSequence data, boolean last) {
                                            heard.add(data.toString());
                                            from.request(1);
                                            return null;
                                        }
                                    })
                            .get(5, TimeUnit.SECONDS);
            for (int i = 1; i < 5; i++) {
                weir.reload(read(one(echo.address(), "drain: { timeout: %ds }".formatted(i))));
                socket.sendText("hello " + i, true);
                assertThat(heard.poll(5, TimeUnit.SECONDS)).isEqualTo("hello " + i);
            }
            socket.abort();
        }
    }

    @Test
    void anEndpointThatIsListedNoMoreGetsNoRequestAndLosesNone() throws Exception {
        String yaml =
                """
                listeners: { web: "127.0.0.1:0" }
                routes: [{ to: all }]
                services: { all: { balance: round-robin, endpoints: [%s] } }
                """;
        try (var stays = ScriptedEndpoint.start(Behaviours.status(200, "stays"));
                var leaves =
                        ScriptedEndpoint.start(
                                Behaviours.delay(
                                        Duration.ofMillis(400), Behaviours.status(200, "leaves")));
                var weir = start(yaml.formatted(leaves.address()));
                var client = RawClient.connect(weir.port("web"))) {
            client.send(GET);
            leaves.awaitHeads(1);
            weir.reload(read(yaml.formatted(stays.address())));
            for (int i = 0; i < 20; i++) {
                assertThat(body(weir.port("web"))).isEqualTo("stays");
            }
            assertThat(client.readResponse().text()).isEqualTo("leaves");
            assertThat(leaves.requestCount()).isEqualTo(1);
            await().untilAsserted(() -> assertThat(leaves.connections().open()).isZero());
            assertThat(lines)
                    .anyMatch(line -> line.contains(leaves.address() + "  left (reload)"))
                    .anyMatch(line -> line.contains(stays.address() + "  joined (reload)"));
        }
    }

    // ---- listeners ----

    @Test
    void listenersComeAndGo() throws Exception {
        String yaml =
                """
                listeners: { web: "127.0.0.1:0", %s: "127.0.0.1:0" }
                routes: [{ respond: { status: 200, body: ok } }]
                """;
        try (var weir = start(yaml.formatted("old"))) {
            int web = weir.port("web");
            int old = weir.port("old");
            try (var client = RawClient.connect(old)) {
                assertThat(answer(client)).isEqualTo("ok");
                weir.reload(read(yaml.formatted("new")));
                assertThat(weir.port("web")).isEqualTo(web);
                assertThat(body(weir.port("new"))).isEqualTo("ok");
                assertThat(client.closedByPeer(Duration.ofSeconds(5))).isTrue();
            }
            assertThatThrownBy(() -> body(old)).isInstanceOf(ConnectException.class);
        }
    }

    @Test
    void aListenerKeepsItsSocketWhenItsNameOrItsSettingsChange() throws Exception {
        int port = ScriptedEndpoint.deadPort();
        String yaml =
                """
                listeners: { %s: { listen: "127.0.0.1:%d", protocols: [%s] } }
                routes: [{ respond: { status: 200, body: ok } }]
                """;
        try (var weir = start(yaml.formatted("web", port, "h1"));
                var client = RawClient.connect(port)) {
            weir.reload(read(yaml.formatted("front", port, "h1, h2c")));
            assertThat(answer(client)).isEqualTo("ok");
            assertThat(weir.addresses().keySet()).containsExactly("front");
        }
    }

    // ---- what cannot be put in force changes nothing ----

    @Test
    void aReloadThatEndsAfterItsAddressesWereBoundLeavesNothingBehind() throws Exception {
        int free = ScriptedEndpoint.deadPort();
        try (var silent = new ServerSocket(0);
                var weir =
                        start(
                                "listeners: { web: \"127.0.0.1:0\" }\nroutes: [{ respond: { status: 200, body: one } }]\n")) {
            Reading.Loaded next =
                    read(
                            """
                            listeners: { web: "127.0.0.1:0", free: "127.0.0.1:%d" }
                            routes: [{ to: silent }]
                            services: { silent: { endpoints: ["127.0.0.1:%d"], health: { path: /, every: 50ms, timeout: 5s } } }
                            """
                                    .formatted(free, silent.getLocalPort()));
            AtomicReference<Throwable> ended = new AtomicReference<>();
            Thread reload =
                    Thread.ofVirtual()
                            .start(
                                    () -> {
                                        try {
                                            weir.reload(next);
                                        } catch (Exception e) {
                                            ended.set(e);
                                        }
                                    });
            // The first check of the new service comes after the addresses were bound. It gets no
            // answer, so the reload waits for it. (A check by TCP would have passed by now.)
            try (Socket _ = silent.accept()) {
                reload.interrupt();
                reload.join();
            }

            assertThat(ended.get()).isInstanceOf(InterruptedException.class);
            assertThat(weir.addresses().keySet()).containsExactly("web");
            assertThat(body(weir.port("web"))).isEqualTo("one");
            assertThatThrownBy(() -> body(free)).isInstanceOf(ConnectException.class);
            silent.setSoTimeout(1_000);
            assertThatThrownBy(silent::accept)
                    .as("nobody checks what is not in force")
                    .isInstanceOf(SocketTimeoutException.class);
            try (var endpoint = ScriptedEndpoint.start(Behaviours.ok("two"))) {
                weir.reload(
                        read(
                                "listeners: { web: \"127.0.0.1:0\", free: \"127.0.0.1:%d\" }\nroutes: [{ to: good }]\nservices: { good: { endpoints: [%s] } }\n"
                                        .formatted(free, endpoint.address())));
                assertThat(body(free)).endsWith("two");
            }
        }
    }

    @Test
    void aConfigurationThatCannotBePutInForceChangesNothing() throws Exception {
        try (var endpoint = ScriptedEndpoint.start(Behaviours.ok("ok"));
                var taken = new ServerSocket(0);
                var weir = start(one(endpoint.address(), ""));
                var client = RawClient.connect(weir.port("web"))) {
            int said = lines.size();
            String free = "127.0.0.1:" + ScriptedEndpoint.deadPort();
            assertThatThrownBy(
                            () ->
                                    weir.reload(
                                            read(
                                                    """
                                                    listeners: { web: "127.0.0.1:0", free: "%s", taken: %d }
                                                    routes: [{ to: other }]
                                                    services: { other: { endpoints: [127.0.0.1:9], health: { every: 50ms } } }
                                                    """
                                                            .formatted(
                                                                    free, taken.getLocalPort()))))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("in use");
            assertThatThrownBy(
                            () ->
                                    weir.reload(
                                            weir.config()
                                                    .withLogs(
                                                            read("logs: { access: { to: /no/such/folder/log } }")
                                                                    .config()
                                                                    .logs())))
                    .isInstanceOf(InvalidConfiguration.class)
                    .hasMessageContaining("the running configuration was not changed.");
            assertThat(client.send(GET).readResponse().status()).isEqualTo(200);
            assertThat(weir.addresses().keySet()).containsExactly("web");
            assertThatThrownBy(() -> body(Integer.parseInt(free.substring(free.indexOf(':') + 1))))
                    .isInstanceOf(ConnectException.class);
            assertThat(lines.subList(said, lines.size())).isEmpty();
        }
    }

    // ---- nothing is left behind ----

    @Test
    void aThousandReloadsLeaveNothingBehind() throws Exception {
        try (var stays = ScriptedEndpoint.start(Behaviours.ok("ok"));
                var comes = ScriptedEndpoint.start(Behaviours.ok("ok"));
                var weir = start(version(0, stays, comes))) {
            reload(weir, 200, stays, comes);
            long before = used();
            long threads = Thread.getAllStackTraces().size();
            reload(weir, 1000, stays, comes);
            await().atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> assertThat(used()).isLessThan(before + before / 20));
            assertThat(Thread.getAllStackTraces()).hasSizeLessThan((int) threads + 5);
        }
    }

    private static void reload(Weir weir, int times, ScriptedEndpoint stays, ScriptedEndpoint comes)
            throws Exception {
        for (int i = 1; i <= times; i++) {
            // Without what the tests of loads need: checks that a reload waits for.
            weir.reload(read(version(i, stays, comes).replace("health: { every: 100ms }", "")));
        }
    }

    private static long used() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
