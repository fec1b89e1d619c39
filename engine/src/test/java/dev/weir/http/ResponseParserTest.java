package dev.weir.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What Weir makes of an endpoint's head. [dev.weir.SplitEverywhereTest] has more of them, cut everywhere.
class ResponseParserTest {
    private static final String OK = "HTTP/1.1 200 OK\r\n";

    private static ResponseHead read(String answer, LimitsConfig limits) {
        ResponseHead head = new ResponseHead();
        ByteBuf in = Wire.bytes(answer);
        assertThat(new ResponseParser(limits).parse(in, head, false)).isEqualTo(Parsed.COMPLETE);
        return head;
    }

    @ParameterizedTest
    @ValueSource(strings = {"DROP", "REJECT", "ALLOW"})
    void passesAnEndpointsNamesWithUnderscoresWhateverClientsMaySend(String underscores) {
        LimitsConfig limits =
                RequestParserTest.underscores(LimitsConfig.Underscores.valueOf(underscores));
        ResponseHead head = read(OK + "X_Total: 7\r\nContent-Length: 0\r\n\r\n", limits);
        assertThat(head.headers().get("X_Total")).isEqualTo("7");
    }

    @Test
    void takesTheEndpointForGoneWhereItAnnouncesABodyThatMayNotBe() {
        assertThat(persistent("HTTP/1.1 204 No Content\r\n\r\n")).isTrue();
        assertThat(persistent("HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n")).isTrue();
        assertThat(persistent("HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n")).isFalse();
        assertThat(persistent("HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n"))
                .isFalse();
        assertThat(persistent("HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n")).isTrue();
    }

    private static boolean persistent(String answer) {
        return read(answer, LimitsConfig.DEFAULTS).persistent();
    }
}
