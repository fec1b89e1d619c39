package dev.weir.config;

import dev.weir.filter.FilterConfig;
import dev.weir.schema.Says;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// The page that tells users every key of the configuration file, derived from the same records as the reader; only the
/// introduction is written by hand. Thread-safe.
public final class ConfigReference {
    static final String INCLUDE =
            "Files that are read as if they stood here: a name, a pattern such as routes.d/*.yaml, or a list of them.";

    private ConfigReference() {}

    /// How a section stands below its key in an example.
    enum Stand {
        ITSELF,
        IN_A_LIST,
        UNDER_A_NAME,
        /// Without a key of its own: one of its settings names it.
        FLAT
    }

    /// A section of the page.
    ///
    /// @param title the path of keys: `routes › match`
    record Section(String title, RecordShape<?> shape, Stand stand) {
        private static final int FEWEST = 2;

        String anchor() {
            return title.toLowerCase(Locale.ROOT).replace("›", "").replace(' ', '-');
        }

        /// The key that it stands below.
        String key() {
            String path =
                    stand == Stand.FLAT ? title.substring(0, title.lastIndexOf(" › ")) : title;
            return path.substring(path.lastIndexOf(' ') + 1);
        }

        /// An example as YAML, without its key: what must be said, and what has an example.
        String example() {
            Map<String, String> lines = new LinkedHashMap<>();
            for (Part part : shape.parts()) {
                String key = part.keys().iterator().next();
                if (!example(part).isEmpty()) {
                    lines.put(key, key + ": " + example(part) + "\n");
                    if (!reads(String.join("", lines.values()))) {
                        lines.remove(key);
                    }
                }
            }
            for (Part part : shape.parts()) {
                if (lines.size() < FEWEST && !part.standardText().isEmpty()) {
                    lines.putIfAbsent(part.key(), part.key() + ": " + part.standardText() + "\n");
                }
            }
            return String.join("", lines.values());
        }

        /// The example below its key.
        String placed(String example) {
            String key = key() + ":\n";
            return switch (stand) {
                case ITSELF, FLAT -> key + example.indent(2);
                case UNDER_A_NAME -> key + "  NAME:\n" + example.indent(4);
                case IN_A_LIST -> key + "  - " + example.indent(4).stripLeading();
            };
        }

        private static String example(Part part) {
            if (part.inline() && part.shape() instanceof ChoiceShape<?> choice) {
                Says says =
                        choice.kinds().values().iterator().next().type().getAnnotation(Says.class);
                return says == null ? "" : says.example();
            }
            return part.example();
        }

        /// Whether nothing in the example excludes what stands before it.
        private boolean reads(String yaml) {
            Findings findings = new Findings();
            Variables none = new Variables(Path.of("."), name -> "");
            Value value =
                    YamlText.read("example", yaml.replace("${file:", "$${file:"), none, findings);
            if (value != null) {
                shape.read(value, Place.top(findings));
            }
            return findings.problems().stream()
                    .allMatch(problem -> problem.message().endsWith(" is missing"));
        }
    }

    /// The page as Markdown, with a line break at its end.
    public static String markdown() {
        StringBuilder out = new StringBuilder(introduction());
        for (Section section : sections()) {
            section(out, section);
        }
        out.append(
                "\n## Filters\n\nThe steps of a route's `filters`, in the order in which they are written.\n");
        for (Section filter : filters()) {
            section(out, filter);
        }
        return out.toString();
    }

    private static String introduction() {
        try (InputStream in = ConfigReference.class.getResourceAsStream("reference.md")) {
            if (in == null) {
                throw new IllegalStateException("the introduction is packaged with this class");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// All sections but the filters, each followed by those inside it.
    static List<Section> sections() {
        List<Section> found = new ArrayList<>();
        collect(new Section("The file", Shapes.CONFIG, Stand.ITSELF), "", found);
        return found;
    }

    static List<Section> filters() {
        List<Section> found = new ArrayList<>();
        if (Shapes.of(FilterConfig.class) instanceof ChoiceShape<?> filters) {
            filters.kinds()
                    .forEach(
                            (key, kind) -> {
                                if (kind.shape() instanceof RecordShape<?> shape) {
                                    collect(new Section(key, shape, Stand.ITSELF), key, found);
                                }
                            });
        }
        return found;
    }

    private static void collect(Section section, String path, List<Section> found) {
        found.add(section);
        for (Part part : section.shape.parts()) {
            if (part.inline() && part.shape() instanceof ChoiceShape<?> choice) {
                choice.kinds()
                        .forEach(
                                (key, kind) ->
                                        nested(
                                                kind.shape(),
                                                KeyPath.key(path, key),
                                                Stand.ITSELF,
                                                found));
            } else {
                nested(part.shape(), KeyPath.key(path, part.key()), Stand.ITSELF, found);
            }
        }
    }

    private static void nested(Shape<?> shape, String path, Stand stand, List<Section> found) {
        switch (shape) {
            case OptionalShape<?> optional -> nested(optional.inner(), path, stand, found);
            case ListShape<?> list -> nested(list.entry(), path, Stand.IN_A_LIST, found);
            case MapShape<?> map -> nested(map.entry(), path, Stand.UNDER_A_NAME, found);
            case RecordShape<?> section -> collect(new Section(path, section, stand), path, found);
            case ChoiceShape<?> choice when !choice.forms().none() ->
                    choice.kinds()
                            .forEach(
                                    (key, kind) ->
                                            nested(
                                                    kind.shape(),
                                                    KeyPath.key(path, key),
                                                    kind.flat() ? Stand.FLAT : Stand.ITSELF,
                                                    found));
            default -> {}
        }
    }

    private static void section(StringBuilder out, Section section) {
        RecordShape<?> shape = section.shape;
        out.append("\n### ").append(section.title).append("\n\n");
        out.append(Names.says(shape.recordType())).append("\n\n");
        if (!shape.forms().none()) {
            out.append("Short form: ").append(shape.forms().looks()).append(".\n\n");
        }
        out.append("| key | type | default | meaning |\n|---|---|---|---|\n");
        boolean file = shape == Shapes.CONFIG;
        for (Part part : shape.parts()) {
            row(out, part, file ? "" : section.title);
        }
        if (file) {
            out.append("| `include` | list of texts | – | ").append(INCLUDE).append(" |\n");
        }
        for (Part part : shape.parts()) {
            String words = words(part.shape());
            if (!words.isEmpty()) {
                out.append("\n`").append(part.key()).append("`:\n\n").append(words);
            }
        }
        String example = section.example();
        if (!file && !example.isEmpty()) {
            out.append("\n```yaml\n").append(section.placed(example)).append("```\n");
        }
    }

    private static void row(StringBuilder out, Part part, String title) {
        if (part.inline() && part.shape() instanceof ChoiceShape<?> choice) {
            choice.kinds()
                    .forEach(
                            (key, kind) ->
                                    row(
                                            out,
                                            key,
                                            type(kind.shape(), KeyPath.key(title, key)),
                                            "one of `" + String.join("`, `", part.keys()) + "`",
                                            Names.says(kind.type())));
            return;
        }
        String standard = part.standardText();
        boolean section = part.shape() instanceof RecordShape;
        Bounds bounds = part.bounds();
        row(
                out,
                part.key(),
                type(part.shape(), KeyPath.key(title, part.key())),
                part.required()
                        ? "required"
                        : standard.isEmpty() ? "–" : section ? "as there" : "`" + standard + "`",
                part.says()
                        + (bounds == null
                                ? ""
                                : " From `" + bounds.min() + "` to `" + bounds.max() + "`.")
                        + (part.example().isEmpty()
                                ? ""
                                : " For example `" + part.example() + "`."));
    }

    private static void row(
            StringBuilder out, String key, String type, String standard, String meaning) {
        out.append("| `")
                .append(key)
                .append("` | ")
                .append(type.replace("|", "\\|"))
                .append(" | ")
                .append(standard.replace("|", "\\|"))
                .append(" | ")
                .append(meaning.replace("|", "\\|"))
                .append(" |\n");
    }

    private static String type(Shape<?> shape, String title) {
        return switch (shape) {
            case OptionalShape<?> optional -> type(optional.inner(), title);
            case ListShape<?> list -> "list: " + type(list.entry(), title);
            case MapShape<?> map -> "map of names: " + type(map.entry(), title);
            case RecordShape<?> section ->
                    (section.forms().none() ? "" : section.forms().looks() + ", or ")
                            + "[section](#"
                            + new Section(title, section, Stand.ITSELF).anchor()
                            + ")";
            case ChoiceShape<?> choice when choice.forms().none() ->
                    "[" + choice.noun() + "](#filters)";
            default -> shape.type();
        };
    }

    private static String words(Shape<?> shape) {
        return switch (shape) {
            case EnumShape<?> words -> words.explained();
            case OptionalShape<?> optional -> words(optional.inner());
            case ListShape<?> list -> words(list.entry());
            case ChoiceShape<?> choice ->
                    String.join(
                            "",
                            choice.forms().forms().stream()
                                    .map(form -> words(form.parameter()))
                                    .toList());
            default -> "";
        };
    }
}
