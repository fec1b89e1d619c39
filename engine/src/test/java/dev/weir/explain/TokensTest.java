package dev.weir.explain;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class TokensTest {
    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");

    private final Tokens tokens = new Tokens("a".repeat(32).getBytes(StandardCharsets.US_ASCII));

    @Test
    void holdsUntilItsTimeIsOver() {
        String token = tokens.until(NOW.plusSeconds(60));

        assertThat(tokens.holds(token, NOW)).isTrue();
        assertThat(tokens.holds(token, NOW.plusSeconds(60))).isTrue();
        assertThat(tokens.holds(token, NOW.plusSeconds(61))).isFalse();
    }

    @Test
    void cannotBeMadeToHoldLonger() {
        String token = tokens.until(NOW.plusSeconds(60));
        String signature = token.substring(token.indexOf('.'));
        String later = Long.toString(NOW.plusSeconds(3600).getEpochSecond());

        assertThat(tokens.holds(later + signature, NOW)).isFalse();
        assertThat(tokens.holds("0" + token, NOW)).isFalse();
    }

    @Test
    void doesNotHoldWhereAnotherKeyIs() {
        Tokens others = new Tokens("b".repeat(32).getBytes(StandardCharsets.US_ASCII));

        assertThat(others.holds(tokens.until(NOW), NOW)).isFalse();
    }

    @Test
    void takesNoTextThatIsNoToken() {
        for (String text :
                new String[] {
                    "",
                    ".",
                    "1",
                    "-1.x",
                    "9999999999",
                    "9999999999.",
                    "99999999999999999999.x",
                    "٣٣٣٣٣٣٣٣٣٣.x",
                    "9".repeat(10) + "." + "x".repeat(1000)
                }) {
            assertThat(tokens.holds(text, NOW)).as(text).isFalse();
        }
    }
}
