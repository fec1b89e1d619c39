package dev.weir.health;

import static dev.weir.service.ServiceConfig.Protocol.H1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Answers of every shape, read from real sockets.
@Timeout(120)
class HttpAnswerTest {
    private static final HealthConfig PLAIN =
            HealthConfig.of("/").withTiming(Duration.ofHours(1), Duration.ofSeconds(60));
    private static final HealthConfig READY = PLAIN.withBody("ready");
    private static final String HEAD = "HTTP/1.1 200 OK\r\n";

    private final ScheduledExecutorService deadlines = Executors.newScheduledThreadPool(1);

    @AfterEach
    void stopDeadlines() {
        deadlines.shutdownNow();
    }

    @Test
    void passesOverInterimAnswers() throws Exception {
        assertThat(
                        probeAnswer(
                                "HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n"
                                        + "HTTP/1.1 204 No Content\r\n\r\n",
                                PLAIN))
                .isEqualTo(CheckResult.good("status 204"));
    }

    @Test
    void takesAnAnswerOfHttp10WithoutReason() throws Exception {
        assertThat(probeAnswer("HTTP/1.0 200\r\n\r\n", PLAIN))
                .isEqualTo(CheckResult.good("status 200"));
    }

    @ParameterizedTest
    @CsvSource({
        "'SSH-2.0-OpenSSH_9.2\r\n'",
        "'HTTP/2.0 200 OK\r\n\r\n'",
        "'HTTP/1.1 2x0 OK\r\n\r\n'",
        "'HTTP/1.1 099 Low\r\n\r\n'",
        "'HTTP/1.1  200 OK\r\n\r\n'",
        "'HTTP/1.1 2000 OK\r\n\r\n'",
        "'HTTP/1.1 200 OK\n\n'",
        "'HTTP/1.1 200 OK\r\nno colon\r\n\r\n'",
        "'HTTP/1.1 200 OK\r\nblank : x\r\n\r\n'",
        "'HTTP/1.1 200 OK\r\nA: b\r\n folded\r\n\r\n'",
        "'HTTP/1.1 200 OK\r\nA: b\u0000\r\n\r\n'",
        "'HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n'",
        "'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n'",
    })
    void saysThatSomethingIsNotHttp(String answer) throws Exception {
        // The connection stays open: only what was read may decide, not the end of it.
        try (ScriptedPort port =
                ScriptedPort.open(
                        connection -> {
                            ScriptedPort.always(answer).serve(connection);
                            ScriptedPort.head(connection);
                        })) {
            assertThat(probe(port, PLAIN)).isEqualTo(CheckResult.silent("not HTTP"));
        }
    }

    @ParameterizedTest
    @CsvSource({"''", "HTT", "HTTP/1.1 200", "'HTTP/1.1 200 OK\r\nA: b\r\n'"})
    void saysThatTheConnectionWasClosedBeforeAnAnswer(String answer) throws Exception {
        assertThat(probeAnswer(answer, PLAIN))
                .isEqualTo(CheckResult.silent("closed before an answer"));
    }

    @Test
    void saysThatAResetCameBeforeAnAnswer() throws Exception {
        try (ScriptedPort port =
                ScriptedPort.open(
                        connection -> {
                            ScriptedPort.head(connection);
                            connection.setSoLinger(true, 0);
                        })) {
            assertThat(probe(port, PLAIN)).isEqualTo(CheckResult.silent("closed before an answer"));
        }
    }

    @Test
    void readsAHeadOfUpTo32KiB() throws Exception {
        String field = "A: " + "b".repeat(1019) + "\r\n";

        assertThat(probeAnswer(HEAD + field.repeat(31) + "\r\n", PLAIN))
                .isEqualTo(CheckResult.good("status 200"));
        assertThat(probeAnswer(HEAD + field.repeat(33) + "\r\n", PLAIN))
                .isEqualTo(CheckResult.silent("the answer's head is larger than 32 KiB"));
    }

    @ParameterizedTest
    @CsvSource({
        "'Content-Length: 14\r\n\r\n{status:ready}'",
        "'Content-Length: 5000\r\n\r\nready'",
        "'\r\n{status:ready}'",
        "'Transfer-Encoding: chunked\r\n\r\n5;x=y\r\n{rere\r\n4\r\nady}\r\n0\r\n\r\n'",
        "'Transfer-Encoding: gzip, Chunked\r\n\r\n0A\r\nxxreadyxxx\r\n0\r\n\r\n'",
        "'Transfer-Encoding: identity\r\nContent-Length: 1\r\n\r\n{status:ready}'",
    })
    void findsTheTextInABody(String answer) throws Exception {
        assertThat(probeAnswer(HEAD + answer, READY)).isEqualTo(CheckResult.good("status 200"));
    }

    @ParameterizedTest
    @CsvSource({
        "'Content-Length: 4\r\n\r\nready'",
        "'Content-Length: 0\r\n\r\n'",
        "'\r\n{status:starting}'",
        "'Transfer-Encoding: chunked\r\n\r\n3\r\nrea\r\n0\r\n\r\ndy'",
    })
    void saysThatTheBodyLacksTheText(String answer) throws Exception {
        assertThat(probeAnswer(HEAD + answer, READY))
                .isEqualTo(CheckResult.bad("body lacks \"ready\""));
    }

    @ParameterizedTest
    @CsvSource({
        "'Content-Length: 5000\r\n\r\nread'",
        "'Transfer-Encoding: chunked\r\n\r\n'",
        "'Transfer-Encoding: chunked\r\n\r\n3'",
        "'Transfer-Encoding: chunked\r\n\r\n5\r\nrea'",
        "'Transfer-Encoding: chunked\r\n\r\n3\r\nrea'",
    })
    void saysThatTheConnectionWasClosedInTheMiddle(String answer) throws Exception {
        assertThat(probeAnswer(HEAD + answer, READY))
                .isEqualTo(CheckResult.silent("closed in the middle of its answer"));
    }

    @ParameterizedTest
    @CsvSource({
        "'x\r\nready\r\n0\r\n\r\n'",
        "'3\r\nreadyx\r\n0\r\n\r\n'",
        "'1234567890123456\r\n'",
        "'-5\r\nready\r\n'",
    })
    void saysThatBrokenChunksAreNotHttp(String chunks) throws Exception {
        assertThat(probeAnswer(HEAD + "Transfer-Encoding: chunked\r\n\r\n" + chunks, READY))
                .isEqualTo(CheckResult.silent("not HTTP"));
    }

    @Test
    void looksForTheTextInTheFirst64KiBOnly() throws Exception {
        String filler = "x".repeat(64 * 1024 - 5);
        String chunk = "4000\r\n" + "x".repeat(0x4000) + "\r\n";
        String chunked = HEAD + "Transfer-Encoding: chunked\r\n\r\n" + chunk.repeat(4);

        assertThat(probeAnswer(HEAD + "\r\n" + filler + "ready", READY).good()).isTrue();
        assertThat(probeAnswer(HEAD + "\r\n" + filler + "xready", READY).good()).isFalse();
        assertThat(probeAnswer(chunked + "5\r\nready\r\n0\r\n\r\n", READY).good()).isFalse();
    }

    @Test
    void showsASoughtTextOnOneShortLine() throws Exception {
        assertThat(probeAnswer(HEAD + "\r\n", PLAIN.withBody("a\r\nb" + "c".repeat(90))).text())
                .isEqualTo("body lacks \"a  b" + "c".repeat(36) + "…\"");
    }

    @Test
    void looksForNoTextWhereTheStatusAllowsNoBody() throws Exception {
        assertThat(probeAnswer("HTTP/1.1 204 No Content\r\n\r\nready", READY))
                .isEqualTo(CheckResult.bad("body lacks \"ready\""));
    }

    private CheckResult probeAnswer(String answer, HealthConfig config) throws IOException {
        try (ScriptedPort port = ScriptedPort.answering(answer)) {
            return probe(port, config);
        }
    }

    private CheckResult probe(ScriptedPort port, HealthConfig config) {
        return Probe.of(port.address(), Optional.empty(), config, Optional.empty(), H1, deadlines)
                .run();
    }
}
