package dev.weir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.testkit.Behaviours;
import dev.weir.testkit.RawClient;
import dev.weir.testkit.ScriptedEndpoint;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// The stream of events of the admin API, read as a browser does.
class AdminStreamTest {
    private record Event(String name, JsonNode data) {}

    /// Reads events on a thread of its own until it is closed.
    private static final class Reader implements AutoCloseable {
        private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
        private final BufferedReader from;

        Reader(int port) throws IOException {
            URLConnection connection =
                    URI.create("http://127.0.0.1:" + port + "/api/v1/stream")
                            .toURL()
                            .openConnection();
            assertThat(connection.getContentType()).isEqualTo("text/event-stream");
            from =
                    new BufferedReader(
                            new InputStreamReader(
                                    connection.getInputStream(), StandardCharsets.UTF_8));
            Thread.ofVirtual().start(this::read);
        }

        private void read() {
            String name = "";
            try {
                for (String line = from.readLine(); line != null; line = from.readLine()) {
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

        Event next() throws InterruptedException {
            Event event = events.poll(10, TimeUnit.SECONDS);
            assertThat(event).isNotNull();
            return event;
        }

        Event next(String name) throws InterruptedException {
            Event event = next();
            while (!event.name.equals(name)) {
                event = next();
            }
            return event;
        }

        @Override
        public void close() {
            try {
                from.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /// RFC 7396 §2.
    private static void merge(ObjectNode target, JsonNode patch) {
        for (Map.Entry<String, JsonNode> member : patch.properties()) {
            if (member.getValue().isNull()) {
                target.remove(member.getKey());
            } else if (member.getValue().isObject()) {
                JsonNode inside = target.get(member.getKey());
                ObjectNode object =
                        inside instanceof ObjectNode here
                                ? here
                                : target.putObject(member.getKey());
                merge(object, member.getValue());
            } else {
                target.set(member.getKey(), member.getValue());
            }
        }
    }

    @Test
    void beginsWithAPictureAndGoesOnWithWhatChanges() throws Exception {
        try (var endpoint = ScriptedEndpoint.start(Behaviours.ok("a"));
                Gate gate = AdminClient.open(Gate.to(endpoint.address()));
                Reader reader = new Reader(AdminClient.of(gate).port())) {
            Event first = reader.next();
            assertThat(first.name()).isEqualTo("picture");
            ObjectNode picture = (ObjectNode) first.data();
            JsonNode state = picture.at("/services/all/endpoints").get(endpoint.address());
            assertThat(state.get("state").asText()).isEqualTo("ready");

            AdminClient.of(gate).patch("all", endpoint.address(), "{\"state\": \"draining\"}");
            assertThat(reader.next("line").data().get("line").asText()).contains("draining");
            await().until(
                            () -> {
                                merge(picture, reader.next("change").data());
                                return picture.at("/services/all/endpoints")
                                        .get(endpoint.address())
                                        .get("state")
                                        .asText()
                                        .equals("draining");
                            });
            assertThat(picture.at("/overview/needs_attention").findValuesAsText("concern"))
                    .contains("taken-out");

            AdminClient.of(gate).patch("all", endpoint.address(), "{\"state\": \"ready\"}");
            await().until(
                            () -> {
                                merge(picture, reader.next("change").data());
                                return picture.at("/overview/needs_attention").isEmpty();
                            });
            // What was put together from changes is what one gets anew.
            try (Reader other = new Reader(AdminClient.of(gate).port())) {
                ObjectNode anew = (ObjectNode) other.next().data();
                await().until(
                                () -> {
                                    merge(picture, reader.next("change").data());
                                    return picture.equals(anew);
                                });
            }
        }
    }

    /// Who changes something and looks at once must see it, though others are told once a second.
    @Test
    void aNewReaderSeesWhatWasJustChangedThoughAnotherReadsAlready() throws Exception {
        try (var endpoint = ScriptedEndpoint.start(Behaviours.ok("a"));
                Gate gate = AdminClient.open(Gate.to(endpoint.address()));
                Reader reader = new Reader(AdminClient.of(gate).port())) {
            reader.next("change");
            for (String state : List.of("draining", "ready", "draining")) {
                AdminClient.of(gate)
                        .patch("all", endpoint.address(), "{\"state\": \"" + state + "\"}");
                try (Reader other = new Reader(AdminClient.of(gate).port())) {
                    assertThat(
                                    other.next("picture")
                                            .data()
                                            .at("/services/all/endpoints")
                                            .get(endpoint.address())
                                            .get("state")
                                            .asText())
                            .isEqualTo(state);
                }
            }
        }
    }

    @Test
    void hasPlaceForSoManyReaders() throws Exception {
        try (Gate gate = AdminClient.open(Gate.to("127.0.0.1:1"))) {
            AdminClient admin = AdminClient.of(gate);
            List<Reader> readers = new ArrayList<>();
            try {
                for (int i = 0; i < 32; i++) {
                    readers.add(new Reader(admin.port()));
                    assertThat(readers.getLast().next().name()).isEqualTo("picture");
                }
                assertThat(admin.get("/api/v1/stream").status()).isEqualTo(503);
            } finally {
                readers.forEach(Reader::close);
            }
            await().untilAsserted(
                            () -> {
                                try (Reader again = new Reader(admin.port())) {
                                    assertThat(again.next().name()).isEqualTo("picture");
                                }
                            });
        }
    }

    @Test
    void endsWithTheGatewayHoweverShortlyBeforeItHasBegun() throws Exception {
        for (int i = 0; i < 5; i++) {
            try (Gate gate = AdminClient.open("routes: [{ respond: { status: 404 } }]\n");
                    RawClient client = RawClient.connect(AdminClient.of(gate).port())) {
                client.send("GET /api/v1/stream HTTP/1.1\r\nHost: localhost\r\n\r\n");
                assertThat(client.readBytes(12)).asString().isEqualTo("HTTP/1.1 200");
                gate.close();
                assertThat(client.readUntilClosed()).isNotEmpty();
            }
        }
    }

    @Test
    void showsWhereConnectionsGoThatArePassedOn() throws Exception {
        try (TcpEndpoint endpoint = TcpEndpoint.echo();
                Gate gate =
                        Gate.openWith(
                                """
                                weir: 1
                                %slisteners: { web: { listen: "127.0.0.1:0", tcp: mail } }
                                services: { mail: { endpoints: [%s] } }
                                """
                                        .formatted(AdminClient.ANYWHERE, endpoint.address()))) {
            AdminClient admin = AdminClient.of(gate);
            assertThat(admin.json("/api/v1/listeners").get(0).get("services").get(0).asText())
                    .isEqualTo("mail");
            await().atMost(Duration.ofSeconds(30))
                    .until(
                            () -> {
                                try (RawClient client = gate.client()) {
                                    client.send("a").readBytes(1);
                                }
                                return !flows(gate).isEmpty();
                            });
            JsonNode flow = flows(gate).get(0);
            assertThat(flow.get("listener").asText()).isEqualTo("web");
            assertThat(flow.get("route").asText()).isEmpty();
            assertThat(flow.get("service").asText()).isEqualTo("mail");
            assertThat(flow.get("rate").asDouble()).isPositive();
            assertThat(flow.get("errors").asDouble()).isZero();
        }
    }

    /// The ways that traffic takes now.
    private static JsonNode flows(Gate gate) throws Exception {
        try (Reader reader = new Reader(AdminClient.of(gate).port())) {
            return reader.next("picture").data.at("/traffic/flows");
        }
    }
}
