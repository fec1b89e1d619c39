package dev.weir;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.testkit.Behaviours;
import dev.weir.testkit.Hpack;
import dev.weir.testkit.RawHttp2Client;
import dev.weir.testkit.ScriptedEndpoint;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Requests that break HTTP/2, or that HTTP/1.1 would read as others: reset or refused, and never forwarded.
class Http2AttacksTest {
    private ScriptedEndpoint endpoint;
    private Gate gate;
    private RawHttp2Client client;

    @BeforeEach
    void open() throws Exception {
        endpoint = ScriptedEndpoint.start(Behaviours.echo());
        gate = Gate.openForHttp2(Gate.to(endpoint.address()));
        client = gate.http2();
    }

    @AfterEach
    void close() throws Exception {
        client.close();
        gate.close();
        endpoint.close();
        assertThat(endpoint.violations()).isEmpty();
    }

    private void resets(String... fields) {
        client.head(1, true, fields);
        assertThat(client.awaitReset(1)).isEqualTo(RawHttp2Client.PROTOCOL_ERROR);
        assertNothingPassed();
    }

    private void assertNothingPassed() {
        client.works(101);
        assertThat(endpoint.requests()).allMatch(request -> request.target().equals("/works"));
    }

    private static String[] with(String name, String value) {
        return RawHttp2Client.request("GET", "/", name, value);
    }

    /// A request whose pseudo-field says this, or that has none.
    private static String[] pseudo(String name, String value) {
        List<String> fields = new ArrayList<>(List.of(RawHttp2Client.request("GET", "/")));
        int at = fields.indexOf(name);
        fields.remove(at);
        fields.remove(at);
        if (value != null) {
            fields.addAll(0, List.of(name, value));
        }
        return fields.toArray(String[]::new);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a\rb",
                "a\nb",
                "a\r\nx-injected: 1",
                "a\0b",
                "\u0001",
                "a\u007f",
                "a ",
                " a",
                "a\t",
                "\ta"
            })
    void resetsValuesThatNoFieldMayHave(String value) {
        resets(with("x-field", value));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x field",
                "x:field",
                "X-Field",
                "x-fi\reld",
                "x-fi\neld",
                "x\0",
                "x\u00e9",
                "x\"",
                "x-field ",
                "host\r\nx"
            })
    void resetsNamesThatNoFieldMayHave(String name) {
        resets(with(name, "a"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "connection",
                "keep-alive",
                "proxy-connection",
                "transfer-encoding",
                "upgrade",
                "content_length",
                "transfer_encoding",
                "te"
            })
    void resetsFieldsOfAnHttp1Connection(String name) {
        resets(with(name, "chunked"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "relative",
                "http://weir.test/",
                "//a b",
                "/a b",
                "/a\tb",
                "/a#fragment",
                "/a\u00e9",
                "/a\r\nHost: evil",
                "/a\\b",
                "*",
                "*a"
            })
    void resetsPathsThatNoRequestLineCouldHold(String path) {
        resets(pseudo(":path", path));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ftp", "http://evil/?", "", "HTTP", "http "})
    void resetsOtherSchemes(String scheme) {
        resets(pseudo(":scheme", scheme));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"user@weir.test", "weir.test/path", "", "a b", "a,b", "a:99999", "a\r\n"})
    void resetsAuthoritiesThatAreNone(String authority) {
        resets(pseudo(":authority", authority));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "GE T", "GET /evil HTTP/1.1\r\nX:", "G\0", "GET\r\n"})
    void resetsMethodsThatAreNoToken(String method) {
        resets(pseudo(":method", method));
    }

    @ParameterizedTest
    @ValueSource(strings = {":method", ":scheme", ":path", ":authority"})
    void resetsRequestsThatLackAPseudoField(String name) {
        resets(pseudo(name, null));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ":method",
                ":scheme",
                ":path",
                ":authority",
                ":status",
                ":unknown",
                ":",
                ":PATH"
            })
    void resetsPseudoFieldsThatComeTwiceOrAreUnknown(String name) {
        List<String> fields = new ArrayList<>(List.of(name, "http"));
        fields.addAll(List.of(RawHttp2Client.request("GET", "/")));
        resets(fields.toArray(String[]::new));
    }

    @Test
    void resetsPseudoFieldsBehindRegularOnes() {
        resets(":method", "GET", ":scheme", "http", ":authority", "a", "x-a", "b", ":path", "/");
    }

    @Test
    void resetsConnectWithAPath() {
        resets(":method", "CONNECT", ":authority", "a:1", ":path", "/");
        client.head(103, true, ":method", "CONNECT", ":scheme", "http", ":authority", "a:1");
        assertThat(client.awaitReset(103)).isEqualTo(RawHttp2Client.PROTOCOL_ERROR);
        client.head(105, true, ":method", "CONNECT", ":authority", "a:1");
        assertThat(client.answer(105).status()).isEqualTo(405);
        client.head(107, true, RawHttp2Client.request("TRACE", "/"));
        assertThat(client.answer(107).status()).isEqualTo(405);
        assertThat(endpoint.requests()).allMatch(request -> request.target().equals("/works"));
    }

    @Test
    void refusesAHostThatIsNotTheAuthority() {
        client.head(1, true, with("host", "evil.test"));
        assertThat(client.answer(1).status()).isEqualTo(400);
        client.head(3, true, with("host", "WEIR.test"));
        assertThat(client.answer(3).status()).isEqualTo(200);
        assertThat(endpoint.requests().getLast().values("host")).containsExactly("weir.test");
    }

    @Test
    void resetsTwoHosts() {
        resets(RawHttp2Client.request("GET", "/", "host", "weir.test", "host", "weir.test"));
    }

    @Test
    void takesAHostInPlaceOfTheAuthority() {
        client.head(1, true, ":method", "GET", ":scheme", "http", ":path", "/", "host", "A.test");
        assertThat(client.answer(1).status()).isEqualTo(200);
        assertThat(endpoint.requests().getLast().values("host")).containsExactly("A.test");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/%00", "/a/../../b", "/%zz", "/..%2fadmin", "/;x/admin"})
    void refusesPathsThatTwoProgramsReadInTwoWays(String path) {
        client.get(1, path);
        assertThat(client.answer(1).status()).isEqualTo(400);
        assertNothingPassed();
    }

    @Test
    void forwardsThePathThatWasMatched() {
        client.get(1, "/a//b/../%63?x");
        client.answer(1);
        assertThat(endpoint.requests().getLast().target()).isEqualTo("/a/c?x");
    }

    @ParameterizedTest
    @ValueSource(strings = {"5, 5", "+5", "-0", "0x5", "", "5 5", "99999999999999999999"})
    void resetsLengthsThatAreNone(String length) {
        client.head(1, false, with("content-length", length));
        assertThat(client.awaitReset(1)).isEqualTo(RawHttp2Client.PROTOCOL_ERROR);
        client.head(3, true, with("content-length", "1"));
        assertThat(client.awaitReset(3)).isEqualTo(RawHttp2Client.PROTOCOL_ERROR);
        assertNothingPassed();
    }

    @Test
    void neverForwardsABodyWhole() {
        String[] post = RawHttp2Client.request("POST", "/", "content-length", "4");
        client.head(1, false, post).data(1, true, "abc");
        assertThat(client.awaitReset(1)).isEqualTo(RawHttp2Client.PROTOCOL_ERROR);
        client.head(3, false, post).data(3, false, "abcde");
        assertThat(client.awaitReset(3)).isEqualTo(RawHttp2Client.PROTOCOL_ERROR);
        client.head(5, false, post).data(5, false, "abcd").data(5, true, "e");
        assertThat(client.awaitReset(5)).isEqualTo(RawHttp2Client.PROTOCOL_ERROR);
        client.head(7, false, post).data(7, false, "abc").head(7, true, "x-trailer", "a");
        assertThat(client.awaitReset(7)).isEqualTo(RawHttp2Client.PROTOCOL_ERROR);
        client.works(9);
        assertThat(endpoint.requests())
                .filteredOn(request -> request.method().equals("POST"))
                .allSatisfy(request -> assertThat(request.body().complete()).isFalse());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ":path",
                "content-length",
                "host",
                "connection",
                "X-Upper",
                "transfer-encoding"
            })
    void resetsTrailersThatAreNone(String name) {
        client.head(1, false, RawHttp2Client.request("POST", "/")).data(1, false, "a");
        client.head(1, true, name, "1");
        assertThat(client.awaitReset(1)).isEqualTo(RawHttp2Client.PROTOCOL_ERROR);
        client.works(101);
        assertThat(endpoint.requests())
                .filteredOn(request -> request.method().equals("POST"))
                .allSatisfy(request -> assertThat(request.body().complete()).isFalse());
    }

    @Test
    void resetsTrailersThatDoNotEndTheStream() {
        client.head(1, false, RawHttp2Client.request("POST", "/"));
        client.head(1, false, "x-a", "b");
        assertThat(client.awaitReset(1)).isEqualTo(RawHttp2Client.PROTOCOL_ERROR);
        client.works(3);
    }

    @Test
    void resetsHeadsAndDataBehindTheEndOfARequest() {
        endpoint.behave(
                Behaviours.byPath(
                        java.util.Map.of("/", Behaviours.hang(), "/works", Behaviours.echo())));
        client.get(1, "/").head(1, true, RawHttp2Client.request("GET", "/"));
        assertThat(client.awaitReset(1)).isEqualTo(RawHttp2Client.STREAM_CLOSED);
        client.get(3, "/").data(3, true, "more");
        assertThat(client.awaitReset(3)).isEqualTo(RawHttp2Client.STREAM_CLOSED);
        client.works(5);
    }

    @Test
    void givesUpConnectionsThatUseAClosedStream() {
        client.works(1);
        client.get(1, "/");
        assertThat(client.awaitGoAway()).isEqualTo(RawHttp2Client.STREAM_CLOSED);
        client.awaitEnd();
    }

    @Test
    void givesUpConnectionsWhoseStreamsGoBackwards() {
        client.works(5);
        client.get(3, "/");
        assertThat(client.awaitGoAway()).isEqualTo(RawHttp2Client.PROTOCOL_ERROR);
        client.awaitEnd();
    }

    @Test
    void givesUpConnectionsWithDataForAStreamThatNeverWas() {
        client.data(7, true, "a");
        assertThat(client.awaitGoAway()).isEqualTo(RawHttp2Client.PROTOCOL_ERROR);
    }

    @Test
    void givesUpConnectionsThatSendNoPreface() throws Exception {
        try (var odd = gate.client()) {
            odd.send("PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n");
            // Which makes it HTTP/1.1, of a wrong version.
            assertThat(odd.readResponse().status()).isEqualTo(505);
        }
    }

    /// A small block that means a large head, by one entry of the dynamic table.
    @Test
    void boundsAHeadThatIsSmallOnTheWire() {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        block.writeBytes(Hpack.block(RawHttp2Client.request("GET", "/")));
        block.writeBytes(Hpack.indexed("x-bomb", "b".repeat(3000)));
        byte[] again = new byte[12_000];
        Arrays.fill(again, (byte) (0x80 | 62));
        block.writeBytes(again);
        byte[] bytes = block.toByteArray();
        client.frame(
                RawHttp2Client.HEADERS,
                RawHttp2Client.END_HEADERS | RawHttp2Client.END_STREAM,
                1,
                bytes);
        assertThat(client.answer(1).status()).isEqualTo(431);
        assertNothingPassed();
    }

    @Test
    void givesUpConnectionsWhoseHeadDoesNotEnd() {
        client.frame(RawHttp2Client.HEADERS, 0, 1, Hpack.block(RawHttp2Client.request("GET", "/")));
        byte[] piece = Hpack.block("x-a", "b".repeat(8000));
        for (int i = 0; i < 20; i++) {
            client.frame(RawHttp2Client.CONTINUATION, 0, 1, piece);
        }
        assertThat(client.awaitGoAway()).isNotEqualTo(RawHttp2Client.NO_ERROR);
        client.awaitEnd();
    }

    @Test
    void ignoresATinyLimitOfTheClientsForHeads() throws Exception {
        try (RawHttp2Client tiny = gate.http2(6, 1)) {
            tiny.works(1);
        }
    }

    @Test
    void logsWhatItResets() throws Exception {
        gate.close();
        java.nio.file.Path log = java.nio.file.Files.createTempFile("weir", ".log");
        gate =
                Gate.openForHttp2(
                        Gate.to(endpoint.address())
                                + "logs: { access: { to: \""
                                + log
                                + "\" } }\n");
        client = gate.http2();
        resets(pseudo(":path", "/a b"));
        org.awaitility.Awaitility.await()
                .untilAsserted(
                        () ->
                                assertThat(java.nio.file.Files.readString(log))
                                        .contains("\"status\":400")
                                        .contains("\"reason\":\"bad-request\""));
        java.nio.file.Files.delete(log);
    }
}
