package dev.weir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.testkit.Behaviours;
import dev.weir.testkit.RawClient;
import dev.weir.testkit.ScriptedEndpoint;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// Requests, watched through the admin API as they end.
class AdminTailTest {
    private static final String LOG = "/api/v1/log";

    private record Event(String name, JsonNode data) {}

    /// Reads events on a thread of its own until it is closed.
    private static final class Reader implements AutoCloseable {
        private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
        private final InputStream from;

        /// The gateway watches from when this returns.
        Reader(int port, String path) throws IOException, InterruptedException {
            from = URI.create("http://127.0.0.1:" + port + path).toURL().openStream();
            Thread.ofVirtual().start(this::read);
            next("count");
        }

        private void read() {
            String name = "";
            try (BufferedReader lines =
                    new BufferedReader(new InputStreamReader(from, StandardCharsets.UTF_8))) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    if (line.startsWith("event: ")) {
                        name = line.substring(7);
                    } else if (line.startsWith("data: ")) {
                        events.add(new Event(name, AdminClient.JSON.readTree(line.substring(6))));
                    }
                }
            } catch (IOException e) {
                events.add(new Event("end", AdminClient.JSON.createObjectNode()));
            }
        }

        JsonNode next(String name) throws InterruptedException {
            while (true) {
                Event event = events.poll(20, TimeUnit.SECONDS);
                assertThat(event).as("an event called " + name).isNotNull();
                if (event.name.equals(name)) {
                    return event.data;
                }
            }
        }

        @Override
        public void close() throws IOException {
            from.close();
        }
    }

    private static void get(Gate gate, String path) throws IOException {
        try (RawClient client = RawClient.connect(gate.port())) {
            client.send("GET " + path + " HTTP/1.1\r\nHost: shop\r\n\r\n").readResponse("GET");
        }
    }

    private static String routes(ScriptedEndpoint endpoint) {
        return """
        services: { good: { endpoints: ["%s"] }, gone: { endpoints: ["127.0.0.1:1"] } }
        routes:
          - { name: broken, match: { path: "/broken" }, to: gone }
          - { name: rest, to: good }
        """
                .formatted(endpoint.address());
    }

    @Test
    void showsEachRequestInTheWordsOfTheAccessLog() throws Exception {
        try (var endpoint = ScriptedEndpoint.start(Behaviours.ok("a"));
                Gate gate = AdminClient.open(routes(endpoint));
                Reader reader = new Reader(AdminClient.of(gate).port(), LOG)) {
            get(gate, "/a?token=secret");
            JsonNode request = reader.next("request");
            assertThat(request.get("status").asInt()).isEqualTo(200);
            assertThat(request.get("route").asText()).isEqualTo("rest");
            assertThat(request.get("service").asText()).isEqualTo("good");
            assertThat(request.get("endpoint").asText()).isEqualTo(endpoint.address());
            assertThat(request.get("path").asText()).isEqualTo("/a?token=***");
            assertThat(request.get("total_ms").asDouble()).isPositive();

            get(gate, "/broken");
            assertThat(reader.next("request").get("reason").asText()).isEqualTo("connect-refused");
            await().until(() -> reader.next("count").get("ended").asInt() == 2);
        }
    }

    @Test
    void showsOnlyWhatIsWanted() throws Exception {
        try (var endpoint = ScriptedEndpoint.start(Behaviours.ok("a"));
                Gate gate = AdminClient.open(routes(endpoint));
                Reader failed = new Reader(AdminClient.of(gate).port(), LOG + "?status=5xx");
                Reader rest = new Reader(AdminClient.of(gate).port(), LOG + "?route=rest");
                Reader slow = new Reader(AdminClient.of(gate).port(), LOG + "?slow=1h")) {
            get(gate, "/a");
            get(gate, "/broken");
            assertThat(failed.next("request").get("route").asText()).isEqualTo("broken");
            assertThat(rest.next("request").get("route").asText()).isEqualTo("rest");
            await().until(() -> slow.next("count").get("ended").asInt() == 2);
            assertThat(slow.events).extracting(Event::name).doesNotContain("request");
            assertThat(rest.next("count").get("dropped").asInt()).isZero();
        }
    }

    @Test
    void goesOnWatchingAcrossAReload() throws Exception {
        try (var endpoint = ScriptedEndpoint.start(Behaviours.ok("a"));
                Gate gate = AdminClient.open(routes(endpoint));
                Reader reader = new Reader(AdminClient.of(gate).port(), LOG)) {
            gate.weir().reload(gate.weir().config());
            get(gate, "/b");
            assertThat(reader.next("request").get("path").asText()).isEqualTo("/b");
        }
    }

    @Test
    void refusesAFilterThatItDoesNotUnderstand() throws Exception {
        try (Gate gate =
                Gate.openWith(
                        "weir: 1\n"
                                + AdminClient.ANYWHERE
                                + "listeners: { web: \"127.0.0.1:0\" }\n")) {
            AdminClient admin = AdminClient.of(gate);
            assertThat(admin.get(LOG + "?status=often").status()).isEqualTo(400);
            assertThat(admin.get(LOG + "?slow=soon").text()).contains("soon");
        }
    }

    /// More than sockets of both sides and the rings hold is neither kept nor waited for.
    @Test
    void countsWhatASlowReaderMissesAndHoldsUpNoRequest() throws Exception {
        String longPath = "/" + "x".repeat(6000);
        try (var endpoint = ScriptedEndpoint.start(Behaviours.ok("a"));
                Gate gate = AdminClient.open(routes(endpoint));
                Socket sleepy = new Socket()) {
            sleepy.setReceiveBufferSize(4096);
            sleepy.connect(
                    new InetSocketAddress(
                            InetAddress.getLoopbackAddress(), AdminClient.of(gate).port()));
            sleepy.getOutputStream()
                    .write(
                            ("GET " + LOG + " HTTP/1.1\r\nHost: localhost\r\n\r\n")
                                    .getBytes(StandardCharsets.US_ASCII));
            InputStream in = sleepy.getInputStream();
            assertThat(in.read()).isEqualTo('H');
            // A request is answered whatever the reader does, for as long as it takes until one is
            // lost.
            try (Reader awake = new Reader(AdminClient.of(gate).port(), LOG + "?slow=1h");
                    RawClient client = RawClient.connect(gate.port())) {
                for (int i = 0; i < 2000; i++) {
                    client.send("GET " + longPath + " HTTP/1.1\r\nHost: shop\r\n\r\n");
                    assertThat(client.readResponse("GET").status()).isEqualTo(200);
                }
                await().atMost(Duration.ofSeconds(20))
                        .until(() -> awake.next("count").get("ended").asInt() == 2000);
            }
            BufferedReader lines =
                    new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
            int dropped = 0;
            for (String line = lines.readLine(); dropped == 0; line = lines.readLine()) {
                assertThat(line).as("the stream goes on").isNotNull();
                if (line.startsWith("data: {\"ended\"")) {
                    dropped = AdminClient.JSON.readTree(line.substring(6)).get("dropped").asInt();
                }
            }
            assertThat(dropped).isPositive();
        }
    }
}
