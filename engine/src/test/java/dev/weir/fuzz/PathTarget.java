package dev.weir.fuzz;

import dev.weir.http.PathNormaliser;
import dev.weir.http.SlowPath;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/// Paths in normal form. Choice 0 merges slashes. The text is the path.
public final class PathTarget {
    /// The path stands in the middle of a head, of which not a byte may change.
    private static final String BEFORE = "GET /../";

    private static final String AFTER = "/../?x HTTP/1.1";

    private PathTarget() {}

    public static void fuzzerTestOneInput(byte[] bytes) {
        Input input = Input.of(bytes);
        boolean merge = input.choice(0);
        String path = input.text();
        Optional<String> plain = SlowPath.normalise(path, merge);
        Same.check(normalise(path, merge), plain, "the normal form", path);
        plain.ifPresent(
                normal -> {
                    Same.check(normalise(normal, merge), plain, "the form of the form", path);
                    Same.holds(normal.length() <= path.length(), "a path grows", path);
                    Same.holds(normal.matches("/[!-~]*"), "a path has odd bytes", path);
                    Same.holds(!(normal + "/").matches(".*/\\.\\.?/.*"), "dots stay", path);
                });
    }

    private static Optional<String> normalise(String path, boolean mergeSlashes) {
        byte[] bytes = (BEFORE + path + AFTER).getBytes(StandardCharsets.ISO_8859_1);
        byte[] before = bytes.clone();
        int from = BEFORE.length();
        int to = from + path.length();
        int end = PathNormaliser.normalise(bytes, from, to, mergeSlashes);
        Same.holds(
                Arrays.equals(bytes, 0, from, before, 0, from)
                        && Arrays.equals(bytes, to, bytes.length, before, to, before.length),
                "bytes outside the path change",
                path);
        if (end < 0) {
            Same.holds(!PathNormaliser.says(end).isBlank(), "a refusal has no words", path);
            return Optional.empty();
        }
        return Optional.of(new String(bytes, from, end - from, StandardCharsets.ISO_8859_1));
    }
}
