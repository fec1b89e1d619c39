package dev.weir.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TextSearchTest {
    /// Two letters make texts that overlap with themselves, which is where such searches go wrong.
    @Test
    void findsWhatAPlainSearchFinds() {
        SplittableRandom random = new SplittableRandom(2026);
        int found = 0;
        for (int round = 0; round < 20_000; round++) {
            String text = letters(random, 1 + random.nextInt(6));
            String body = letters(random, random.nextInt(40));
            boolean contains = contains(text, body);
            assertThat(contains).as("%s in %s", text, body).isEqualTo(body.contains(text));
            found += contains ? 1 : 0;
        }
        assertThat(found).isBetween(2_000, 18_000);
    }

    private static boolean contains(String text, String body) {
        TextSearch search = new TextSearch(text.getBytes(StandardCharsets.UTF_8));
        for (byte b : body.getBytes(StandardCharsets.UTF_8)) {
            if (search.found()) {
                return true;
            }
            search.add(b);
        }
        return search.found();
    }

    private static String letters(SplittableRandom random, int length) {
        StringBuilder letters = new StringBuilder();
        for (int i = 0; i < length; i++) {
            letters.append(random.nextBoolean() ? 'a' : 'b');
        }
        return letters.toString();
    }
}
