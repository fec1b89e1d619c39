package dev.weir;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.DesyncVectors.Tier;
import dev.weir.DesyncVectors.Vector;
import dev.weir.testkit.Behaviours;
import dev.weir.testkit.RawClient;
import dev.weir.testkit.RawResponse;
import dev.weir.testkit.Request;
import dev.weir.testkit.ScriptedEndpoint;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The 158 requests of HTTP Desync Guardian through a running gate, by the tiers of that project.
class DesyncVectorsTest {
    private static final String CODINGS =
            "names codings beside chunked; Weir would have to decode them, and answers 501 as"
                    + " RFC 9112 §6.1 says";
    private static final String TWO_LINES =
            "two Transfer-Encoding lines: legal as a list, but servers exist that read only one";
    private static final String PARAMETERS =
            "a parameter on chunked, which RFC 9112 §7 does not define";

    /// Compliant to the project, refused by Weir, and why.
    private static final Map<Integer, String> STRICTER =
            Map.ofEntries(
                    Map.entry(74, CODINGS),
                    Map.entry(76, CODINGS),
                    Map.entry(77, TWO_LINES),
                    Map.entry(78, PARAMETERS),
                    Map.entry(111, TWO_LINES),
                    Map.entry(112, CODINGS),
                    Map.entry(113, TWO_LINES),
                    Map.entry(114, "# and quotes in the target, which no URI has (RFC 3986 §3.4)"),
                    Map.entry(116, "no target at all between two blanks (RFC 9112 §3)"));

    private static ScriptedEndpoint endpoint;
    private static Gate gate;

    @BeforeAll
    static void open() throws Exception {
        endpoint = ScriptedEndpoint.start(Behaviours.echo());
        gate = Gate.openOnOneLoop(Gate.to(endpoint.address()));
    }

    @AfterAll
    static void close() {
        gate.close();
        endpoint.close();
    }

    private static Stream<Vector> of(Tier tier) throws Exception {
        return DesyncVectors.all().stream().filter(vector -> vector.tier() == tier);
    }

    static Stream<Vector> severe() throws Exception {
        return of(Tier.SEVERE);
    }

    static Stream<Vector> ambiguous() throws Exception {
        return of(Tier.AMBIGUOUS);
    }

    static Stream<Vector> acceptable() throws Exception {
        return of(Tier.ACCEPTABLE);
    }

    static Stream<Vector> compliant() throws Exception {
        return of(Tier.COMPLIANT);
    }

    @Test
    void hasAllVectors() throws Exception {
        assertThat(DesyncVectors.all()).hasSize(158);
        assertThat(severe()).hasSize(58);
        assertThat(compliant().map(Vector::number)).containsAll(STRICTER.keySet());
    }

    @ParameterizedTest
    @MethodSource
    void severe(Vector vector) throws Exception {
        long before = endpoint.requestCount();
        try (RawClient client = gate.client()) {
            refusedAndClosed(client, client.send(vector.whole()).readResponse("POST"));
        }
        assertThat(endpoint.requestCount()).isEqualTo(before);
    }

    @ParameterizedTest
    @MethodSource
    void severeInPieces(Vector vector) throws Exception {
        long before = endpoint.requestCount();
        byte[] all = vector.whole().getBytes(StandardCharsets.ISO_8859_1);
        int head = vector.head().length();
        try (RawClient client = gate.client()) {
            client.sendCut(
                    all, Duration.ofNanos(50_000), 1, head / 3, head / 2, head - 3, head - 1);
            refusedAndClosed(client, client.readResponse("POST"));
        }
        assertThat(endpoint.requestCount()).isEqualTo(before);
    }

    static Stream<Vector> severeInPieces() throws Exception {
        return severe();
    }

    @ParameterizedTest
    @MethodSource
    void ambiguous(Vector vector) throws Exception {
        long before = endpoint.requestCount();
        int connections = endpoint.connections().accepted();
        try (RawClient client = gate.client()) {
            RawResponse response = client.send(vector.whole()).readResponse(vector.method());
            if (response.status() >= 400) {
                refusedAndClosed(client, response);
                assertThat(endpoint.requestCount()).isEqualTo(before);
                return;
            }
            assertThat(response.header("Connection")).isEqualTo("close");
            assertThat(client.readUntilClosed()).isEmpty();
        }
        writtenAnew(vector);
        assertThat(endpoint.requests().getLast().header("Connection")).isEqualTo("close");
        assertThat(gate.get("/next").status()).isEqualTo(200);
        assertThat(endpoint.connections().accepted()).isGreaterThan(connections);
        assertThat(endpoint.requests().getLast().turn()).isEqualTo(1);
    }

    /// What the project lets pass and calls not compliant: here, either refused or clean.
    @ParameterizedTest
    @MethodSource
    void acceptable(Vector vector) throws Exception {
        long before = endpoint.requestCount();
        try (RawClient client = gate.client()) {
            RawResponse response = client.send(vector.whole()).readResponse(vector.method());
            if (response.status() >= 400) {
                refusedAndClosed(client, response);
                assertThat(endpoint.requestCount()).isEqualTo(before);
                return;
            }
        }
        writtenAnew(vector);
    }

    @ParameterizedTest
    @MethodSource
    void compliant(Vector vector) throws Exception {
        long before = endpoint.requestCount();
        try (RawClient client = gate.client()) {
            RawResponse response = client.send(vector.whole()).readResponse(vector.method());
            if (STRICTER.containsKey(vector.number())) {
                refusedAndClosed(client, response);
                assertThat(endpoint.requestCount()).isEqualTo(before);
                return;
            }
            assertThat(response.status()).isEqualTo(200);
            client.send("GET /next HTTP/1.1\r\nHost: weir.test\r\n\r\n");
            assertThat(client.readResponse().header("X-Echo-Target")).isEqualTo("/next");
        }
        assertThat(endpoint.requestCount()).isEqualTo(before + 2);
        assertThat(endpoint.violations()).isEmpty();
    }

    private static void refusedAndClosed(RawClient client, RawResponse response) {
        assertThat(response.status()).isBetween(400, 599);
        assertThat(response.header("Connection")).isEqualTo("close");
        assertThat(client.readUntilClosed()).isEmpty();
    }

    private static void writtenAnew(Vector vector) {
        Request request = endpoint.requests().getLast();
        assertThat(endpoint.violations()).isEmpty();
        assertThat(request.version()).isEqualTo("HTTP/1.1");
        assertThat(request.values("Host")).hasSize(1);
        List<String> framing =
                Stream.of("Content-Length", "Transfer-Encoding")
                        .flatMap(name -> request.values(name).stream())
                        .toList();
        assertThat(framing).as(vector.head()).hasSizeLessThanOrEqualTo(1);
        assertThat(request.values("Via")).containsExactly("1.1 weir");
    }
}
