package dev.weir.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Every input that is committed goes through its target in every build.
class CorpusReplayTest {
    private interface Check {
        void of(byte[] input);
    }

    private enum Target {
        REQUEST_HEAD(RequestHeadTarget::fuzzerTestOneInput),
        HTTP2_HEAD(Http2HeadTarget::fuzzerTestOneInput),
        HTTP2_FRAMES(Http2FramesTarget::fuzzerTestOneInput),
        CHUNKED_BODY(ChunkedBodyTarget::fuzzerTestOneInput),
        RESPONSE_HEAD(ResponseHeadTarget::fuzzerTestOneInput),
        FORWARDED(ForwardedTarget::fuzzerTestOneInput),
        PATH(PathTarget::fuzzerTestOneInput),
        PROXY_HEADER(ProxyHeaderTarget::fuzzerTestOneInput),
        ROUTE_TABLE(RouteTableTarget::fuzzerTestOneInput);

        private final Check check;

        Target(Check check) {
            this.check = check;
        }

        Path corpus() throws URISyntaxException {
            String folder = "/fuzz/" + name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
            return Path.of(CorpusReplayTest.class.getResource(folder).toURI());
        }
    }

    @ParameterizedTest
    @EnumSource
    void readsEveryCommittedInputAsThePlainReadingDoes(Target target)
            throws IOException, URISyntaxException {
        List<Path> inputs;
        try (Stream<Path> files = Files.list(target.corpus())) {
            inputs = files.sorted().toList();
        }
        assertThat(inputs).hasSizeGreaterThan(20);
        for (Path input : inputs) {
            byte[] bytes = Files.readAllBytes(input);
            try {
                target.check.of(bytes);
            } catch (AssertionError | RuntimeException problem) {
                throw new AssertionError(target + " " + input.getFileName(), problem);
            }
        }
    }

    @Test
    void noticesADifference() {
        assertThatThrownBy(() -> Same.check("a", "b\r", "a word", "x\n"))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("a word differs")
                .hasMessageContaining("b\\r")
                .hasMessageContaining("x\\n");
        assertThatThrownBy(() -> Same.clean("a\r\nb\nc", "x")).isInstanceOf(AssertionError.class);
        assertThatThrownBy(() -> Same.clean("a\rb\r\n", "x")).isInstanceOf(AssertionError.class);
        Same.clean("a\r\nb\r\n\r\n", "x");
    }
}
