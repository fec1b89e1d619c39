package dev.weir.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PathNormaliserTest {
    private static final int PATHS = 300_000;
    private static final long SEED = 20_251_121;

    /// What breaks normalisers, weighted towards dots, slashes and their encodings.
    private static final String[] PIECES = {
        "/",
        "/",
        "/",
        ".",
        ".",
        "..",
        "/..",
        "/./",
        "//",
        "a",
        "B",
        "z9",
        ";",
        ";x=1",
        "%",
        "%2",
        "%zz",
        "%2e",
        "%2E",
        "%2f",
        "%2F",
        "%5c",
        "%5C",
        "%3b",
        "%3B",
        "%00",
        "%20",
        "%41",
        "%7e",
        "%7F",
        "%25",
        "%252e",
        "%c3%a9",
        "%C3",
        "%a9",
        "%c0%ae",
        "%c1%9c",
        "%e0%80%af",
        "%e2%82%ac",
        "%ed%a0%80",
        "%ed%9f%bf",
        "%ef%bf%bf",
        "%f0%9f%98%80",
        "%f0%80%80%ae",
        "%f4%8f%bf%bf",
        "%f4%90%80%80",
        "%f8%88%80%80%80",
        "%ff",
        "\\",
        "é",
        "?",
        "#",
        "~",
        "!",
        "@",
        "=",
        "+",
        "\u0001",
        " "
    };

    /// Pieces that no check refuses by themselves, so that long paths survive.
    private static final String[] FAIR = {
        "/", "/", "/", "/a", "/b", ".", "..", "/..", "/.", "//", "a", "b", "%41", "%2e", "%2F",
        ";p", "%c3%a9", "%7e"
    };

    @ParameterizedTest
    @CsvSource({
        "/, /",
        "/a/b, /a/b",
        "/a/b/, /a/b/",
        "/.well-known/acme, /.well-known/acme",
        "/a/.b/..c/d../e., /a/.b/..c/d../e.",
        "/a/./b, /a/b",
        "/a/../b, /b",
        "/a/b/.., /a/",
        "/a/., /a/",
        "/., /",
        "/a/.., /",
        "/a/%2e%2e/b, /b",
        "/a/%2E./b, /b",
        "//, /",
        "/a//b///c//, /a/b/c/",
        "/a//../b, /b",
        "/%61%62%7E%2d, /ab~-",
        "/caf%c3%a9, /caf%C3%A9",
        "/a%2fb, /a%2Fb",
        "/a%5cb, /a%5Cb",
        "/a%20b%3a, /a%20b%3A",
        "/%252e%252e/a, /%252e%252e/a",
        "/a;x=1/b;y, /a;x=1/b;y",
        "/a;..;/b, /a;..;/b",
        "/;jsessionid=1, /;jsessionid=1",
        "/a/b;x/../c, /a/c",
        "/..., /...",
        "/%0d%0aSet-Cookie:x, /%0D%0ASet-Cookie:x",
    })
    void bringsPathsIntoOneForm(String path, String normal) {
        assertThat(normalise(path, true)).contains(normal);
    }

    @ParameterizedTest
    @CsvSource({"/a//b, /a//b", "/a//../b, /a/b", "/a/..//b, //b", "/a//., /a//", "//.., /"})
    void keepsDoubleSlashesWhenTold(String path, String normal) {
        assertThat(normalise(path, false)).contains(normal);
    }

    @ParameterizedTest
    @CsvSource({
        "a, NOT_A_PATH",
        "'', NOT_A_PATH",
        "*, NOT_A_PATH",
        "/.., CLIMBS",
        "/../etc/passwd, CLIMBS",
        "/a/../../b, CLIMBS",
        "/%2e%2e/b, CLIMBS",
        "/a/%2E%2e/.%2e/b, CLIMBS",
        "//../a, CLIMBS",
        "/a%00.png, ENCODED_NUL",
        "/a\\b, BACKSLASH",
        "/..\\..\\a, BACKSLASH",
        "/%, BAD_ENCODING",
        "/%2, BAD_ENCODING",
        "/%2/e, BAD_ENCODING",
        "/%zz, BAD_ENCODING",
        "/%u002e, BAD_ENCODING",
        "/%c0%ae%c0%ae/a, NOT_UTF8",
        "/%c1%9c, NOT_UTF8",
        "/%e0%80%af, NOT_UTF8",
        "/%ed%a0%80, NOT_UTF8",
        "/%f4%90%80%80, NOT_UTF8",
        "/%c3, NOT_UTF8",
        "/%c3/%a9, NOT_UTF8",
        "/%c3a%a9, NOT_UTF8",
        "/%80, NOT_UTF8",
        "/%ff, NOT_UTF8",
        "/a/..%2fb, HIDDEN_DOTS",
        "/a/..%2F, HIDDEN_DOTS",
        "/a/%2e%2e%2fb, HIDDEN_DOTS",
        "/a/%2e%2e%5cb, HIDDEN_DOTS",
        "/a/..%5c, HIDDEN_DOTS",
        "/a/..;x/b, HIDDEN_DOTS",
        "/a/..;/b, HIDDEN_DOTS",
        "/a/..;, HIDDEN_DOTS",
        "/a/.;x/b, HIDDEN_DOTS",
        "/a/%2e%2e;/b, HIDDEN_DOTS",
        "/a/..%3bx/b, HIDDEN_DOTS",
        "/a%2f.., HIDDEN_DOTS",
        "/a%2f..%2fb, HIDDEN_DOTS",
        "/a;x%2f..;y/b, HIDDEN_DOTS",
        "/a%5c.%5cb, HIDDEN_DOTS",
        "/a%2f../../b, HIDDEN_DOTS",
        "/;x/admin, ONLY_PARAMETERS",
        "/a/;/b, ONLY_PARAMETERS",
        "/%3bx/admin, ONLY_PARAMETERS",
        "/a?b, BAD_BYTE",
        "/a#b, BAD_BYTE",
        "/é, BAD_BYTE",
        "/a b, BAD_BYTE",
    })
    void refusesWaysPastARule(String path, String refusal) throws ReflectiveOperationException {
        byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
        int code = (int) PathNormaliser.class.getField(refusal).get(null);
        assertThat(PathNormaliser.normalise(bytes, 0, bytes.length, true)).isEqualTo(code);
        assertThat(PathNormaliser.says(code)).isNotBlank();
    }

    @Test
    void agreesWithThePlainWayOnRandomPaths() {
        RandomGenerator random = new SplittableRandom(SEED);
        int accepted = 0;
        int changed = 0;
        for (int i = 0; i < PATHS; i++) {
            String path = path(random, i % 2 == 0 ? PIECES : FAIR);
            boolean merge = random.nextBoolean();
            Optional<String> slow = SlowPath.normalise(path, merge);
            assertThat(normalise(path, merge)).as("seed %d, %s", SEED, path).isEqualTo(slow);
            if (slow.isPresent()) {
                accepted++;
                changed += slow.get().equals(path) ? 0 : 1;
                assertThat(normalise(slow.get(), merge)).as("again %s", path).isEqualTo(slow);
            }
        }
        assertThat(accepted).as("paths accepted").isBetween(PATHS / 10, PATHS * 9 / 10);
        assertThat(changed).as("paths changed").isGreaterThan(PATHS / 20);
    }

    @Test
    void touchesNoByteOutsideThePath() {
        byte[] bytes = "GET /a/../%62/./c HTTP/1.1".getBytes(StandardCharsets.US_ASCII);
        byte[] before = bytes.clone();
        int end = PathNormaliser.normalise(bytes, 4, 17, true);
        assertThat(new String(bytes, 4, end - 4, StandardCharsets.US_ASCII)).isEqualTo("/b/c");
        assertThat(Arrays.copyOf(bytes, 4)).isEqualTo(Arrays.copyOf(before, 4));
        assertThat(Arrays.copyOfRange(bytes, 17, bytes.length))
                .isEqualTo(Arrays.copyOfRange(before, 17, before.length));
    }

    @Test
    void climbsOnlyToWhereThePathBegins() {
        byte[] bytes = "/x/../../a".getBytes(StandardCharsets.US_ASCII);
        assertThat(PathNormaliser.normalise(bytes, 2, bytes.length, true))
                .isEqualTo(PathNormaliser.CLIMBS);
    }

    @Test
    void readsWhatPeopleWriteInAFile() {
        assertThat(PathNormaliser.normalise("/café/a b", true)).isEqualTo("/caf%C3%A9/a%20b");
        assertThat(PathNormaliser.normalise("/caf%c3%a9", true)).isEqualTo("/caf%C3%A9");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/..", "/a\\b", "/%zz", "/a\rb", "x"})
    void saysWhyAWrittenPathCannotBe(String path) {
        assertThatThrownBy(() -> PathNormaliser.normalise(path, true))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("path");
    }

    private static String path(RandomGenerator random, String[] pieces) {
        StringBuilder out = new StringBuilder(random.nextInt(20) == 0 ? "" : "/");
        for (int i = random.nextInt(9); i > 0; i--) {
            out.append(pieces[random.nextInt(pieces.length)]);
        }
        return out.toString();
    }

    private static Optional<String> normalise(String path, boolean mergeSlashes) {
        byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
        int end = PathNormaliser.normalise(bytes, 0, bytes.length, mergeSlashes);
        return end < 0
                ? Optional.empty()
                : Optional.of(new String(bytes, 0, end, StandardCharsets.US_ASCII));
    }
}
