package dev.weir.bench.load;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlanTest {
    @Test
    void writesTheRequestThatTheWordsDescribe() {
        Plan plan =
                Plan.parse(
                        "--port",
                        "80",
                        "--rate",
                        "1",
                        "--seconds",
                        "1",
                        "--method",
                        "POST",
                        "--target",
                        "/x?y=1",
                        "--header",
                        "Accept: */*",
                        "--header",
                        "X-A: b c",
                        "--body-bytes",
                        "3");
        assertThat(new String(plan.request(true), US_ASCII))
                .isEqualTo(
                        "POST /x?y=1 HTTP/1.1\r\nHost: 127.0.0.1:80\r\nAccept: */*\r\nX-A: b c\r\n"
                                + "Content-Length: 3\r\nConnection: close\r\n\r\nbbb");
    }

    @Test
    void takesTheHostThatIsGiven() {
        Plan plan =
                Plan.parse(
                        "--port", "80", "--rate", "1", "--seconds", "1", "--header", "host: a.b");
        assertThat(new String(plan.request(false), US_ASCII))
                .isEqualTo("GET / HTTP/1.1\r\nhost: a.b\r\n\r\n");
    }

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
                    --port 80 --rate 1,                              --seconds is missing
                    --port 80 --rate 1 --seconds,                    --seconds wants a value
                    --port 80 --rate 1 --seconds 1 --fast,           unknown word: --fast
                    --port 80 --rate 1 --rate 2 --seconds 1,         --rate stands twice
                    --port 99999 --rate 1 --seconds 1,               from 1 to 65535
                    --port 80 --rate NaN --seconds 1,                expected: a number from
                    --port 80 --rate 1 --seconds 1 --header X,       'expected: Name: value'
                    --port 80 --rate 1 --seconds 1 --seed 4,         --poisson
                    --port 80 --rate 900000 --seconds 900,           'more than 20,000,000 requests'
                    """)
    void saysWhatIsWrongWithTheWords(String words, String expected) {
        assertThatThrownBy(() -> Plan.parse(words.split(" ")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(expected);
    }

    @Test
    void endsWithTwoAndTheUsageOnStandardErrorIfAWordIsWrong() {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        int status =
                OpenLoop.run(
                        new String[] {"--port", "x"},
                        InputStream.nullInputStream(),
                        new PrintStream(out),
                        new PrintStream(err));
        assertThat(status).isEqualTo(2);
        assertThat(out.toString(US_ASCII)).isEmpty();
        assertThat(err.toString(US_ASCII)).contains("--port: \"x\"").contains("bench/open-loop");
    }
}
