package dev.weir.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BodyReaderTest {

    /// The content, then how it ended: `.` for done, `!` for malformed, `…` for more to come.
    private static String read(long length, String text, int pieces) {
        BodyReader body = new BodyReader(LimitsConfig.DEFAULTS);
        body.begin(length);
        StringBuilder content = new StringBuilder();
        for (int from = 0; from < text.length() && !body.done(); from += pieces) {
            ByteBuf in = Wire.bytes(text.substring(from, Math.min(text.length(), from + pieces)));
            int next;
            while ((next = body.next(in)) > 0) {
                content.append(in.readCharSequence(next, StandardCharsets.ISO_8859_1));
            }
            if (next == BodyReader.MALFORMED) {
                return content + "!";
            }
        }
        Headers trailers = body.trailers();
        if (trailers != null) {
            trailers.forEach((name, value) -> content.append('[').append(name + "=" + value + "]"));
        }
        return content + (body.done() ? "." : "…");
    }

    private static void reads(long length, String text, String expected) {
        for (int pieces = 1; pieces <= text.length(); pieces++) {
            assertThat(read(length, text, pieces)).as("pieces of %d", pieces).isEqualTo(expected);
        }
    }

    @Test
    void takesAsManyBytesAsWereSaid() {
        reads(5, "hello", "hello.");
        reads(6, "hello", "hello…");
        assertThat(read(5, "hello world", 100)).isEqualTo("hello.");
    }

    @Test
    void takesChunks() {
        reads(ResponseHead.CHUNKED, "5\r\nhello\r\n0006\r\n world\r\n0\r\n\r\n", "hello world.");
        reads(ResponseHead.CHUNKED, "5\r\nhel", "hel…");
        reads(ResponseHead.CHUNKED, "A\r\n0123456789\r\n00\r\n\r\n", "0123456789.");
    }

    @Test
    void dropsChunkExtensions() {
        reads(ResponseHead.CHUNKED, "5;a=b;c;d=\"e\\\"\\\\;\"\r\nhello\r\n0;x\r\n\r\n", "hello.");
    }

    @Test
    void readsTrailers() {
        reads(ResponseHead.CHUNKED, "1\r\nx\r\n0\r\nX-Sum: 1\r\nY: 2\r\n\r\n", "x[X-Sum=1][Y=2].");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0x5\r\nhello\r\n",
                "+5\r\nhello\r\n",
                " 5\r\nhello\r\n",
                "5 \r\nhello\r\n",
                "5;\r\nhello\r\n",
                "5 ;a\r\nhello\r\n",
                "-1\r\n",
                "1_0\r\n",
                "\r\n",
                "00000000000000005\r\nhello\r\n",
                "5\nhello\r\n",
                "5\r\rhello\r\n",
                "5;a\nhello\r\n",
                "5;a=\"b\nc\"\r\nhello\r\n",
                "5;a=\"b\rc\"\r\nhello\r\n",
                "5;a=b c\r\nhello\r\n",
                "0\r\n : x\r\n\r\n",
                "0\r\nX : x\r\n\r\n",
                "0\r\nX: x\n\r\n",
            })
    void refusesChunksThatCouldBeReadInTwoWays(String text) {
        for (int pieces = 1; pieces <= text.length(); pieces++) {
            assertThat(read(ResponseHead.CHUNKED, text, pieces)).endsWith("!");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"5\r\nhelloX\r\n", "5\r\nhello\n", "5\r\nhello world\r\n"})
    void refusesDataThatIsNotAsLongAsItsChunkSays(String text) {
        assertThat(read(ResponseHead.CHUNKED, text, text.length())).isEqualTo("hello!");
    }

    @Test
    void boundsChunkExtensions() {
        String much = ";a=" + "b".repeat(5000);
        assertThat(read(ResponseHead.CHUNKED, "5" + much + "\r\nhello\r\n", 7)).isEqualTo("!");
    }
}
