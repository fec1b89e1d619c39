package dev.weir.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestParserTest {
    private static final String PLAIN =
            "GET /a/b?x=1 HTTP/1.1\r\nHost: Shop.Example.com:8080\r\nAccept: */*\r\n\r\n";

    @Test
    void splitsTheTargetAndFindsTheHost() {
        RequestHead head = Wire.read(PLAIN);
        assertThat(head.method()).isEqualTo("GET");
        assertThat(head.path()).isEqualTo("/a/b");
        assertThat(head.query()).isEqualTo("x=1");
        assertThat(head.host()).isEqualTo("shop.example.com");
        assertThat(head.authority()).isEqualTo("Shop.Example.com:8080");
        assertThat(head.persistent()).isTrue();
        assertThat(head.bodyLength()).isEqualTo(RequestHead.NO_BODY);
    }

    @Test
    void writesAnewWhatItRead() {
        assertThat(Wire.forwarded(PLAIN)).isEqualTo(PLAIN);
        assertThat(
                        Wire.forwarded(
                                "POST / HTTP/1.1\r\nhost:a\r\nX:  y \t\r\ncontent-length: 007\r\n\r\n"))
                .isEqualTo("POST / HTTP/1.1\r\nhost: a\r\nX: y\r\nContent-Length: 7\r\n\r\n");
    }

    @Test
    void givesTheSameResultHoweverTheBytesAreCut() {
        String request =
                "\r\nPOST http://other.example/p%61th/../q?z HTTP/1.1\r\nHost: a.example\r\n"
                        + "Connection: close, X-Drop\r\nX-Drop: 1\r\nTransfer-Encoding: chunked\r\n\r\n";
        String whole = Wire.forwarded(request);
        assertThat(whole)
                .isEqualTo(
                        "POST /q?z HTTP/1.1\r\nHost: other.example\r\nTransfer-Encoding: chunked\r\n\r\n");
        for (int cut = 1; cut < request.length(); cut++) {
            assertThat(Wire.forwarded(request, cut)).as("cut at %d", cut).isEqualTo(whole);
        }
        int[] everywhere = IntStream.range(1, request.length()).toArray();
        assertThat(Wire.forwarded(request, everywhere)).isEqualTo(whole);
    }

    @Test
    void leavesWhatFollowsTheHead() {
        ByteBuf in = Wire.bytes(PLAIN + "next");
        assertThat(new RequestParser(LimitsConfig.DEFAULTS).parse(in, new RequestHead()))
                .isEqualTo(Parsed.COMPLETE);
        assertThat(in.readableBytes()).isEqualTo(4);
    }

    @Test
    void takesNoMoreThanTheHeadWhenAnAbsoluteTargetHasAHostInCapitals() {
        String request =
                "POST http://EVIL.Example/x HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\n";
        String expected = "POST /x HTTP/1.1\r\nHost: EVIL.Example\r\nContent-Length: 4\r\n\r\n";
        ByteBuf in = Wire.bytes(request + "body");
        RequestHead head = new RequestHead();
        assertThat(new RequestParser(LimitsConfig.DEFAULTS).parse(in, head))
                .isEqualTo(Parsed.COMPLETE);
        assertThat(in.toString(StandardCharsets.ISO_8859_1)).isEqualTo("body");
        assertThat(head.host()).isEqualTo("evil.example");
        for (int cut = 1; cut < request.length(); cut++) {
            assertThat(Wire.forwarded(request, cut)).as("cut at %d", cut).isEqualTo(expected);
        }
    }

    @Test
    void forwardsTheHostThatAnOldClientNamesInItsTargetOnly() {
        assertThat(Wire.forwarded("GET http://a/ HTTP/1.0\r\n\r\n"))
                .isEqualTo("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    }

    @Test
    void hearsEveryConnectionFieldThoughOneNominatesTheOthers() {
        String request =
                "GET / HTTP/1.1\r\nHost: a\r\nConnection: connection\r\n"
                        + "Connection: close, X-Drop\r\nX-Drop: 1\r\n\r\n";
        assertThat(Wire.read(request).persistent()).isFalse();
        assertThat(Wire.forwarded(request)).doesNotContain("X-Drop");
    }

    @Test
    void boundsWhatNominationsCost() {
        String before = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close";
        assertThat(Wire.forwarded(before + ", x".repeat(31) + "\r\n\r\n")).startsWith("GET");
        assertThat(Wire.forwarded(before + ", x".repeat(32) + "\r\n\r\n")).isEqualTo("MALFORMED");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET  / HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET / HTTP/1.1 \r\nHost: a\r\n\r\n",
                "GET /\r\nHost: a\r\n\r\n",
                "GET / HTTP/1.32\r\nHost: a\r\n\r\n",
                "GET / http/1.1\r\nHost: a\r\n\r\n",
                "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET /#a HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET /\\a HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET /\u00e9 HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET /../a HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET /%00 HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET a HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET * HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET http://u@a/ HTTP/1.1\r\nHost: a\r\n\r\n",
                "CONNECT a HTTP/1.1\r\nHost: a\r\n\r\n",
                "G(T / HTTP/1.1\r\nHost: a\r\n\r\n",
                "\r\n\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
                "\u0001GET / HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET / HTTP/1.1\nHost: a\n\n",
                "GET / HTTP/1.1\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n",
                "GET / HTTP/1.1\r\nHost:\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a:x\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a:99999\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: [::1\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a..\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a..b\r\n\r\n",
                "GET / HTTP/1.1\r\n Host: a\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\n b\r\n\r\n",
                "GET / HTTP/1.1\r\nHost : a\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nx\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nX: a\u0000b\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nX@: b\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1, 1\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -0\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0x5\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1_0\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9223372036854775808\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
                "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, identity\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: ,chunked\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked;a=b\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: \"chunked\"\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\u000b\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nConnection: a b\r\n\r\n",
            })
    void refusesWhatCouldBeReadInTwoWays(String request) {
        assertThat(Wire.forwarded(request)).isEqualTo("MALFORMED");
        int[] everywhere = IntStream.range(1, request.length()).toArray();
        assertThat(Wire.forwarded(request, everywhere)).isEqualTo("MALFORMED");
    }

    @ParameterizedTest
    @CsvSource({
        "GET / HTTP/2.0, VERSION_NOT_SUPPORTED",
        "GET / HTTP/9.9, VERSION_NOT_SUPPORTED",
    })
    void namesVersionsItDoesNotSpeak(String line, Parsed expected) {
        assertThat(Wire.forwarded(line + "\r\nHost: a\r\n\r\n")).isEqualTo(expected.name());
    }

    @ParameterizedTest
    @ValueSource(strings = {"xchunked", "gzip", "gzip, chunked", "identity"})
    void namesTransferCodingsItDoesNotKnow(String coding) {
        assertThat(
                        Wire.forwarded(
                                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: "
                                        + coding
                                        + "\r\n\r\n"))
                .isEqualTo("CODING_NOT_SUPPORTED");
    }

    @Test
    void boundsRequestLineHeadAndFields() {
        assertThat(Wire.forwarded("GET /" + "a".repeat(9000) + " HTTP/1.1\r\nHost: a\r\n\r\n"))
                .isEqualTo("LINE_TOO_LONG");
        assertThat(Wire.forwarded("GET /" + "a".repeat(9000))).isEqualTo("LINE_TOO_LONG");
        assertThat(
                        Wire.forwarded(
                                "GET / HTTP/1.1\r\nHost: a\r\nX: "
                                        + "a".repeat(40_000)
                                        + "\r\n\r\n"))
                .isEqualTo("HEAD_TOO_LARGE");
        assertThat(
                        Wire.forwarded(
                                "GET / HTTP/1.1\r\nHost: a\r\n" + "X: a\r\n".repeat(100) + "\r\n"))
                .isEqualTo("HEAD_TOO_LARGE");
        assertThat(Wire.forwarded("GET / HTTP/1.1\r\nHost: a\r\n" + "X: a\r\n".repeat(99) + "\r\n"))
                .startsWith("GET / HTTP/1.1\r\n");
    }

    @Test
    void dropsHopByHopAndNominatedFields() {
        assertThat(
                        Wire.forwarded(
                                "GET / HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, X-Mine\r\nX-Mine: 1\r\n"
                                        + "Keep-Alive: timeout=5\r\nProxy-Connection: a\r\nTE: trailers\r\n"
                                        + "Trailer: X\r\nUpgrade: h2c\r\nHTTP2-Settings: a\r\n"
                                        + "Proxy-Authorization: a\r\nProxy-Authenticate: a\r\nX-Other: 2\r\n\r\n"))
                .isEqualTo("GET / HTTP/1.1\r\nHost: a\r\nX-Other: 2\r\n\r\n");
    }

    @Test
    void refusesToLetANominationRemoveWhatEndpointsRelyOn() {
        assertThat(
                        Wire.forwarded(
                                "GET / HTTP/1.1\r\nHost: a\r\nConnection: host, authorization, cookie, x-forwarded-for\r\n"
                                        + "Authorization: b\r\nCookie: c\r\n\r\n"))
                .isEqualTo("GET / HTTP/1.1\r\nHost: a\r\nAuthorization: b\r\nCookie: c\r\n\r\n");
    }

    @Test
    void dropsRejectsOrAllowsNamesWithUnderscores() {
        String request = "GET / HTTP/1.1\r\nHost: a\r\nX_Real_IP: 1\r\n\r\n";
        assertThat(Wire.forwarded(request)).isEqualTo("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        assertThat(Wire.forwarded(request, underscores(LimitsConfig.Underscores.REJECT)))
                .isEqualTo("MALFORMED");
        assertThat(Wire.forwarded(request, underscores(LimitsConfig.Underscores.ALLOW)))
                .isEqualTo(request);
    }

    static LimitsConfig underscores(LimitsConfig.Underscores how) {
        LimitsConfig d = LimitsConfig.DEFAULTS;
        return new LimitsConfig(
                d.requestLine(),
                d.headers(),
                d.headerCount(),
                d.headerTimeout(),
                d.bodyIdle(),
                d.keepAlive(),
                d.http2KeepAlive(),
                d.connections(),
                d.requestsPerConnection(),
                d.memory(),
                d.mergeSlashes(),
                how);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content_Length", "Transfer_Encoding", "Transfer---Encoding", "transfer.encoding",
                "Transfer___Encoding", "ContentLength", "-Content-Length", "Content-Length-"
            })
    void refusesNamesThatAreAlmostThoseOfFramingFields(String name) {
        String request = "POST / HTTP/1.1\r\nHost: a\r\n" + name + ": 5\r\n\r\n";
        for (LimitsConfig.Underscores underscores : LimitsConfig.Underscores.values()) {
            assertThat(Wire.forwarded(request, underscores(underscores))).isEqualTo("MALFORMED");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"X-Content-Length", "Content-Length2", "Content-Lengths", "Content"})
    void passesNamesThatOnlyHaveALikeness(String name) {
        String request = "POST / HTTP/1.1\r\nHost: a\r\n" + name + ": 5\r\n\r\n";
        assertThat(Wire.forwarded(request)).isEqualTo(request);
    }

    @Test
    void knowsWhetherTheClientStays() {
        assertThat(Wire.read("GET / HTTP/1.1\r\nHost: a\r\nConnection: Close\r\n\r\n").persistent())
                .isFalse();
        assertThat(Wire.read("GET / HTTP/1.0\r\n\r\n").persistent()).isFalse();
        assertThat(Wire.read("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n").persistent())
                .isTrue();
    }

    @Test
    void endsBothConnectionsWithABodyThatHasNoMeaning() {
        String request = "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n";
        assertThat(Wire.forwarded(request + "\r\n"))
                .isEqualTo(request + "Connection: close\r\n\r\n");
        assertThat(Wire.read(request + "\r\n").persistent()).isFalse();
        assertThat(Wire.read("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n").persistent())
                .isTrue();
    }

    @Test
    void givesAnEndpointAHostEvenIfTheClientNamedNone() {
        assertThat(Wire.forwarded("GET / HTTP/1.0\r\n\r\n"))
                .isEqualTo("GET / HTTP/1.1\r\nHost: endpoint:80\r\n\r\n");
    }

    @Test
    void hearsExpectationsOnlyWhereTheyMeanSomething() {
        String body = "Host: a\r\nContent-Length: 3\r\n";
        assertThat(
                        Wire.read("PUT / HTTP/1.1\r\n" + body + "Expect: 100-Continue\r\n\r\n")
                                .expectsContinue())
                .isTrue();
        assertThat(
                        Wire.read("PUT / HTTP/1.0\r\n" + body + "Expect: 100-continue\r\n\r\n")
                                .expectsContinue())
                .isFalse();
        assertThat(Wire.forwarded("PUT / HTTP/1.1\r\n" + body + "Expect: 200-ok\r\n\r\n"))
                .isEqualTo("EXPECTATION_NOT_SUPPORTED");
    }
}
