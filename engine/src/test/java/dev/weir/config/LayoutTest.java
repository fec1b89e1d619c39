package dev.weir.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.WeirConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/// Laying files out: as the golden pairs `layout/NAME.yaml` and `.expected` show, the same the second time, and without a change of what the
/// file says. Refresh the pairs with `-Dweir.write=true` as for `ConfigMistakesTest`, and read what changed.
class LayoutTest {
    private static final Path RESOURCES = Path.of("src/test/resources");
    private static final Path FOLDER = RESOURCES.resolve("layout");

    private static String laid(String text) {
        return switch (Layout.of("weir.yaml", text)) {
            case Layout.Result.Laid laid -> laid.text();
            case Layout.Result.Refused refused ->
                    throw new AssertionError(refused.problems() + "\n" + text);
        };
    }

    static List<Path> pairs() throws IOException {
        return yaml("layout");
    }

    private static List<Path> yaml(String folder) throws IOException {
        try (Stream<Path> files = Files.list(RESOURCES.resolve(folder))) {
            return files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void laysOutAsExpected(Path file) throws IOException {
        String laid = laid(Files.readString(file));
        Path expected = FOLDER.resolve(file.getFileName().toString().replace(".yaml", ".expected"));
        if (Boolean.getBoolean("weir.write")) {
            Files.writeString(expected, laid);
        }
        assertThat(laid).isEqualTo(Files.readString(expected));
        assertThat(laid(laid)).as("the second time").isEqualTo(laid);
    }

    @Test
    void changesNothingOfWhatTheSampleOfEverythingSays() throws IOException {
        String text = Files.readString(EffectiveConfigTest.EVERYTHING);
        String laid = laid(text);
        assertThat(laid).startsWith("# Every key that a configuration can have.\nweir: 1\n");
        assertThat(config(laid)).isEqualTo(EffectiveConfigTest.everything().config());
        assertThat(laid(laid)).isEqualTo(laid);
    }

    private static WeirConfig config(String text) {
        Path folder = RESOURCES.resolve("good").toAbsolutePath();
        return EffectiveConfigTest.loaded(ConfigFile.read("weir.yaml", text, folder, _ -> null))
                .config();
    }

    /// Files with mistakes in meaning are laid out, too; those that are no YAML are refused.
    @Test
    void laysOutFilesWithMistakesOrRefusesThem() throws IOException {
        List<Path> files = new ArrayList<>(yaml("bad"));
        files.addAll(yaml("doubtful"));
        int laidOut = 0;
        for (Path file : files) {
            if (Layout.of(file) instanceof Layout.Result.Laid laid) {
                laidOut++;
                assertThat(laid(laid.text())).as(file.toString()).isEqualTo(laid.text());
            } else {
                assertThat(Layout.of(file))
                        .as(file.toString())
                        .isInstanceOfSatisfying(
                                Layout.Result.Refused.class,
                                refused ->
                                        assertThat(refused.problems())
                                                .isNotEmpty()
                                                .noneMatch(
                                                        one ->
                                                                one.message()
                                                                        .contains(
                                                                                "without changing")));
            }
        }
        assertThat(laidOut).isGreaterThan(files.size() * 3 / 4);
    }

    @Test
    void neverChangesWhatAFileSaysHoweverItIsWritten() throws IOException {
        Object everything =
                new Load(LoadSettings.builder().build())
                        .loadFromString(Files.readString(EffectiveConfigTest.EVERYTHING));
        WeirConfig meant = EffectiveConfigTest.everything().config();
        for (long seed = 1; seed <= 60; seed++) {
            Scribbler scribbler = new Scribbler(new Random(seed));
            String text = scribbler.write(everything);
            String laid = laid(text);
            assertThat(config(laid)).as("seed %d", seed).isEqualTo(meant);
            assertThat(laid(laid)).as("seed %d", seed).isEqualTo(laid);
            for (int i = 0; i < scribbler.comments; i++) {
                assertThat(laid).as("seed %d", seed).containsOnlyOnce("# remark " + i + ".");
            }
        }
    }

    /// Writes the same values in any layout that YAML allows: order of keys, indentation, brackets, quotes, comments, empty lines.
    private static final class Scribbler {
        private final Random random;
        private final StringBuilder out = new StringBuilder();
        private int comments;

        Scribbler(Random random) {
            this.random = random;
        }

        String write(Object root) {
            remarks(0);
            block(root, 0);
            remarks(0);
            return out.toString();
        }

        private void remarks(int indent) {
            while (random.nextInt(6) == 0) {
                if (random.nextBoolean()) {
                    out.append(" ".repeat(indent)).append(remark()).append('\n');
                } else {
                    out.append("\n".repeat(1 + random.nextInt(2)));
                }
            }
        }

        private String remark() {
            return "# remark " + comments++ + ".";
        }

        private void lineEnd() {
            out.append(" ".repeat(random.nextInt(3)));
            if (random.nextInt(8) == 0) {
                out.append("   ").append(remark());
            }
            out.append('\n');
            if (random.nextInt(12) == 0) {
                out.append('\n');
            }
        }

        private void block(Object value, int indent) {
            int step = 1 + random.nextInt(4);
            if (value instanceof Map<?, ?> map) {
                List<Object> keys = new ArrayList<>(map.keySet());
                Collections.shuffle(keys, random);
                for (Object key : keys) {
                    remarks(indent);
                    out.append(" ".repeat(indent)).append(scalar(String.valueOf(key)));
                    out.append(" ".repeat(random.nextInt(2))).append(':');
                    inside(map.get(key), indent, step);
                }
            } else if (value instanceof List<?> list) {
                for (Object item : list) {
                    remarks(indent);
                    out.append(" ".repeat(indent)).append('-');
                    inside(item, indent, step);
                }
            }
        }

        private void inside(Object value, int indent, int step) {
            boolean nested =
                    value instanceof Map<?, ?> map && !map.isEmpty()
                            || value instanceof List<?> list && !list.isEmpty();
            if (nested && random.nextInt(3) > 0) {
                lineEnd();
                block(value, indent + step);
            } else {
                out.append(' ');
                flow(value, indent + step, random.nextBoolean());
                lineEnd();
            }
        }

        private void flow(Object value, int indent, boolean oneLine) {
            if (value instanceof Map<?, ?> map) {
                out.append('{');
                List<Object> keys = new ArrayList<>(map.keySet());
                Collections.shuffle(keys, random);
                String between = "";
                for (Object key : keys) {
                    out.append(between);
                    space(indent, oneLine);
                    out.append(scalar(String.valueOf(key))).append(": ");
                    flow(map.get(key), indent + 1, oneLine);
                    between = ",";
                }
                space(indent, oneLine);
                out.append('}');
            } else if (value instanceof List<?> list) {
                out.append('[');
                String between = "";
                for (Object item : list) {
                    out.append(between);
                    space(indent, oneLine);
                    flow(item, indent + 1, oneLine);
                    between = ",";
                }
                space(indent, oneLine);
                out.append(']');
            } else {
                out.append(value == null ? "null" : scalar(String.valueOf(value)));
            }
        }

        private void space(int indent, boolean oneLine) {
            if (oneLine || random.nextInt(3) > 0) {
                out.append(" ".repeat(random.nextInt(3)));
                return;
            }
            if (random.nextInt(4) == 0) {
                out.append("  ").append(remark());
            }
            out.append('\n');
            if (random.nextInt(4) == 0) {
                out.append(" ".repeat(random.nextInt(9))).append(remark()).append('\n');
            }
            out.append(" ".repeat(indent));
        }

        private String scalar(String text) {
            boolean plain = text.matches("[A-Za-z0-9/][A-Za-z0-9_./-]*") && !text.equals("null");
            int style = random.nextInt(3);
            if (style == 0 && plain) {
                return text;
            }
            return style == 1 && text.matches("\\P{Cntrl}*")
                    ? "'" + text.replace("'", "''") + "'"
                    : "\"" + escaped(text) + "\"";
        }

        private static String escaped(String text) {
            return text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
        }
    }
}
