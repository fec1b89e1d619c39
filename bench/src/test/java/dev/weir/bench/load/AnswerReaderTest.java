package dev.weir.bench.load;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.bench.load.AnswerReader.Progress;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerReaderTest {
    private final AnswerReader reader = new AnswerReader();

    private Progress read(String text) {
        return reader.read(Unpooled.copiedBuffer(text, US_ASCII));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nContent-Length: 10\r\nServer: x\r\n\r\n0123456789",
                "HTTP/1.1 200 OK\r\ncontent-length:0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nA;x=1\r\n0123456789\r\n1\r\nx\r\n0\r\nT: 1\r\n\r\n",
                "HTTP/1.1 204 No Content\r\n\r\n",
                "HTTP/1.1 304 Not Modified\r\nContent-Length: 99\r\n\r\n",
                "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx"
            })
    void isWholeAtTheLastByteAndNotBeforeHoweverItIsCut(String answer) {
        for (int cut = 0; cut < answer.length(); cut++) {
            reader.begin(false);
            assertThat(read(answer.substring(0, cut))).isEqualTo(Progress.MORE);
            assertThat(read(answer.substring(cut))).as("cut at %d", cut).isEqualTo(Progress.WHOLE);
            assertThat(reader.keepAlive()).isTrue();
        }
    }

    @Test
    void knowsThatAnAnswerToHeadHasNoBody() {
        reader.begin(true);
        assertThat(read("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n")).isEqualTo(Progress.WHOLE);
    }

    @Test
    void readsUpToTheEndOfTheConnectionWhereNoLengthIsSaid() {
        reader.begin(false);
        assertThat(read("HTTP/1.1 200 OK\r\n\r\nso far")).isEqualTo(Progress.MORE);
        assertThat(reader.endsWithConnection()).isTrue();
        assertThat(reader.keepAlive()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n"
            })
    void seesThatNoFurtherRequestMayFollow(String answer) {
        reader.begin(false);
        assertThat(read(answer)).isEqualTo(Progress.WHOLE);
        assertThat(reader.keepAlive()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SMTP ready, at your service\r\n\r\n",
                "HTTP/1.1 abc OK\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: ten\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx and more"
            })
    void refusesWhatIsNoAnswerOrMoreThanOne(String answer) {
        reader.begin(false);
        assertThat(read(answer)).isEqualTo(Progress.MALFORMED);
    }

    @Test
    void startsAfreshAfterAnAnswerThatWasCutOff() {
        reader.begin(false);
        read("HTTP/1.1 200 OK\r\nContent-Le");
        reader.begin(false);
        assertThat(read("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"))
                .isEqualTo(Progress.WHOLE);
        assertThat(reader.status()).isEqualTo(404);
    }
}
