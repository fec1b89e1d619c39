package dev.weir.explain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.explain.Passage.EndedBy;
import dev.weir.explain.Passage.Kept;
import dev.weir.explain.Passage.Part;
import dev.weir.explain.Passage.Span;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PassageTextTest {
    private static Passage passage(String path, List<Span> spans) {
        return new Passage(
                "r2z30fqxgrptc3gesywv",
                Instant.parse("2026-11-22T10:02:51.581Z"),
                Kept.FAILED,
                "203.0.113.9",
                "web",
                "GET",
                "shop.example.com",
                path,
                "HTTP/1.1",
                504,
                "orders",
                "orders",
                "10.0.0.12:8080",
                2,
                true,
                EndedBy.ENDPOINT,
                "answer-timeout",
                "The service took too long to answer.",
                0,
                89,
                320,
                spans);
    }

    @Test
    void drawsWhereTheTimeWent() {
        Passage passage =
                passage(
                        "/api/orders/3",
                        List.of(
                                new Span(Part.HEAD, "", "", 0, 0.25),
                                new Span(Part.QUEUE, "", "", 0.25, 80),
                                new Span(
                                        Part.FAILED_ATTEMPT,
                                        "10.0.0.11:8080",
                                        "connect-refused",
                                        80,
                                        81),
                                new Span(Part.PAUSE, "", "", 81, 160),
                                new Span(Part.CONNECT, "10.0.0.12:8080", "", 160, 164),
                                new Span(
                                        Part.ENDPOINT,
                                        "10.0.0.12:8080",
                                        "answer-timeout",
                                        164,
                                        320)));

        assertThat(PassageText.render(passage, Optional.empty(), false))
                .isEqualTo(
                        """
                        GET shop.example.com/api/orders/3   504 answer-timeout   320 ms
                          id r2z30fqxgrptc3gesywv
                          2026-11-22 10:02:51.581Z from 203.0.113.9 by web, HTTP/1.1
                          route orders › service orders › 10.0.0.12:8080, 2 attempts
                          answer-timeout: The service took too long to answer.
                          not repeated, because the retry budget was spent

                        Waterfall, 320 ms in all
                          head read                       ▏                                      0.3 ms
                          filters and queue               █████████                             79.8 ms
                          10.0.0.11:8080 connect-refused           ▏                             1.0 ms
                          pause before retry                       ████████▉                    79.0 ms
                          connect                                           ▌                    4.0 ms
                          10.0.0.12:8080 answer-timeout                     █████████████████▌   156 ms
                          0 bytes came, 89 went; ended by the endpoint
                        """);
    }

    @Test
    void letsNothingMoveTheCursor() {
        String text = PassageText.render(List.of(passage("/\u001b[2J\u0007", List.of())), false);

        assertThat(text).doesNotContain("\u001b", "\u0007").contains("/\ufffd[2J\ufffd");
    }

    @Test
    void saysThatThereIsNone() {
        assertThat(PassageText.render(List.of(), true)).isEqualTo("No such request is kept.\n");
    }
}
