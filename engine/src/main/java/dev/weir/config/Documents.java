package dev.weir.config;

import dev.weir.schema.Location;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/// Reads a file and those it includes into one map. For one reading; confined to its thread. Blocks.
final class Documents {
    private static final int MOST_FILES = 1_000;

    private static final String MINIMAL =
            """
            a file that works:
              weir: 1
              listeners: { web: 8080 }
              routes: [{ to: app }]
              services: { app: { endpoints: ["127.0.0.1:8081"] } }
            """;

    private final UnaryOperator<@Nullable String> environment;
    private final Findings findings;
    private Sources sources = Sources.NONE;
    private int files;

    Documents(UnaryOperator<@Nullable String> environment, Findings findings) {
        this.environment = environment;
        this.findings = findings;
    }

    Sources sources() {
        return sources;
    }

    /// The map of a file; null if a problem was reported.
    Value.@Nullable Entries file(String name, Path file) {
        String text = read(name, file);
        return text == null
                ? null
                : text(name, text, folder(file), List.of(file.toAbsolutePath().normalize()));
    }

    private @Nullable String read(String name, Path file) {
        String text = FileText.read(name, file, findings);
        sources = sources.with(name, text == null ? "" : text);
        return text;
    }

    /// The map of a text.
    ///
    /// @param chain the files that include each other, the innermost last
    Value.@Nullable Entries text(String name, String text, Path directory, List<Path> chain) {
        sources = sources.with(name, text);
        int before = findings.count();
        Value root = YamlText.read(name, text, new Variables(directory, environment), findings);
        if (root instanceof Value.Entries entries) {
            return included(name, entries, directory, chain);
        }
        if (before == findings.count()) {
            if (root == null || root instanceof Value.Nothing) {
                if (chain.size() > 1) {
                    return new Value.Entries(new Location(name, 1, 1), 1, List.of());
                }
                findings.problem(new Location(name, 0, 0), 1, "", "the file is empty", MINIMAL);
            } else {
                findings.problem(
                        root,
                        "",
                        "a configuration is a map, but here is " + Value.describe(root),
                        "expected: keys such as listeners, routes and services at the start of lines");
            }
        }
        return null;
    }

    private static Path folder(Path file) {
        Path folder = file.toAbsolutePath().getParent();
        return folder == null ? file.toAbsolutePath() : folder;
    }

    private Value.Entries included(
            String name, Value.Entries entries, Path directory, List<Path> chain) {
        Value.Entry include = entries.entry("include");
        if (include == null) {
            return entries;
        }
        Map<String, Value.Entry> merged = new LinkedHashMap<>();
        for (Value.Entry entry : entries.list()) {
            if (!entry.key().text().equals("include")) {
                merged.put(entry.key().text(), entry);
            }
        }
        List<Value> patterns =
                include.value() instanceof Value.Items items
                        ? items.list()
                        : List.of(include.value());
        for (Value pattern : patterns) {
            if (pattern instanceof Value.Scalar scalar) {
                include(name, scalar, directory, chain, merged);
            } else if (!(pattern instanceof Value.Broken)) {
                findings.problem(
                        pattern,
                        "include",
                        Value.unfit(pattern),
                        "expected: a file, routes.d/*.yaml, or a list of them");
            }
        }
        return new Value.Entries(entries.at(), entries.length(), List.copyOf(merged.values()));
    }

    private void include(
            String name,
            Value.Scalar pattern,
            Path directory,
            List<Path> chain,
            Map<String, Value.Entry> merged) {
        Path asNamed = Path.of(name);
        for (Path file : matching(pattern, directory)) {
            Path real = file.toAbsolutePath().normalize();
            if (chain.contains(real)) {
                findings.problem(
                        pattern,
                        "include",
                        pattern.shown() + " includes a file that is being read already",
                        "the way: " + way(chain, real));
                continue;
            }
            if (++files > MOST_FILES) {
                findings.problem(
                        pattern, "include", "more than " + MOST_FILES + " files", "join some");
                return;
            }
            Path shown =
                    file.startsWith(directory)
                            ? asNamed.resolveSibling(directory.relativize(file))
                            : file;
            String text = read(shown.toString(), file);
            List<Path> further = new ArrayList<>(chain);
            further.add(real);
            Value.Entries inner =
                    text == null ? null : text(shown.toString(), text, folder(file), further);
            if (inner != null) {
                merge(merged, inner);
            }
        }
    }

    private static String way(List<Path> chain, Path last) {
        StringBuilder out = new StringBuilder();
        for (Path file : chain) {
            out.append(file.getFileName()).append(" → ");
        }
        return out.append(last.getFileName()).toString();
    }

    private List<Path> matching(Value.Scalar pattern, Path directory) {
        try {
            String text = pattern.text();
            int slash = text.lastIndexOf('/');
            String last = text.substring(slash + 1);
            if (text.substring(0, slash + 1).matches(".*[*?\\[{].*")) {
                findings.problem(
                        pattern,
                        "include",
                        pattern.shown() + " has a star in the name of a folder",
                        "only the last part may have one, as in routes.d/*.yaml");
                return List.of();
            }
            Path folder = directory.resolve(text.substring(0, slash + 1));
            if (!last.matches(".*[*?\\[{].*")) {
                Path file = folder.resolve(last);
                if (!Files.exists(file)) {
                    findings.problem(
                            pattern, "include", "there is no file " + pattern.shown(), null);
                    return List.of();
                }
                return List.of(file);
            }
            return glob(folder, last);
        } catch (InvalidPathException | PatternSyntaxException e) {
            findings.problem(pattern, "include", pattern.shown() + " cannot name files", null);
        } catch (IOException | DirectoryIteratorException e) {
            findings.problem(pattern, "include", "the folder cannot be read", null);
        }
        return List.of();
    }

    private static List<Path> glob(Path folder, String last) throws IOException {
        List<Path> files = new ArrayList<>();
        if (Files.isDirectory(folder)) {
            try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, last)) {
                for (Path file : found) {
                    if (!String.valueOf(file.getFileName()).startsWith(".")) {
                        files.add(file);
                    }
                }
            }
        }
        files.sort(null);
        return files;
    }

    /// Adds what another file says: names to maps, entries to lists. Nothing is overridden silently.
    private void merge(Map<String, Value.Entry> merged, Value.Entries more) {
        for (Value.Entry entry : more.list()) {
            String key = entry.key().text();
            Value.Entry first = merged.get(key);
            if (first == null || first.value() instanceof Value.Nothing) {
                merged.put(key, entry);
            } else if (first.value() instanceof Value.Entries one
                    && entry.value() instanceof Value.Entries two) {
                Map<String, Value.Entry> names = new LinkedHashMap<>();
                one.list().forEach(inner -> names.put(inner.key().text(), inner));
                for (Value.Entry inner : two.list()) {
                    Value.Entry twin = names.putIfAbsent(inner.key().text(), inner);
                    if (twin != null) {
                        twice(key, inner, twin);
                    }
                }
                merged.put(
                        key,
                        new Value.Entry(
                                first.key(),
                                new Value.Entries(
                                        one.at(), one.length(), List.copyOf(names.values()))));
            } else if (first.value() instanceof Value.Items one
                    && entry.value() instanceof Value.Items two) {
                List<Value> both = new ArrayList<>(one.list());
                both.addAll(two.list());
                merged.put(
                        key,
                        new Value.Entry(
                                first.key(), new Value.Items(one.at(), one.length(), both)));
            } else if (!same(first.value(), entry.value())) {
                twice("", entry, first);
            }
        }
    }

    /// A file that can stand alone says `weir: 1` too.
    private static boolean same(Value one, Value two) {
        return two instanceof Value.Nothing
                || (one instanceof Value.Scalar a
                        && two instanceof Value.Scalar b
                        && a.text().equals(b.text()));
    }

    private void twice(String section, Value.Entry second, Value.Entry first) {
        findings.problem(
                second.key(),
                section,
                "the key " + second.key().named() + " stands twice",
                Names.first(first.key().at(), "keep one"));
    }
}
