package dev.weir.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Fills in `${VAR}`, `${VAR:-instead}` and `${file:path}`; `$${` stands for `${`. What was filled in is not looked
/// at again. Reads files, so it is not for event loops. Thread-safe.
///
/// @param directory where relative names of files start
/// @param environment a variable's value, or null if it is not set
record Variables(Path directory, UnaryOperator<@Nullable String> environment) {
    private static final int LARGEST_FILE = 64 << 10;

    /// A text with its variables filled in.
    ///
    /// @param origin the first variable that gave something; empty if all stood in the text
    record Filled(String text, String origin) {}

    /// A variable that cannot be filled in.
    static final class Unresolved extends Exception {
        private final transient String reference;

        Unresolved(String reference, String message) {
            super(message);
            this.reference = reference;
        }

        /// The part of the text that is wrong.
        String reference() {
            return reference;
        }
    }

    Filled fill(String text) throws Unresolved {
        int dollar = text.indexOf("${");
        if (dollar < 0) {
            return new Filled(text, "");
        }
        StringBuilder out = new StringBuilder();
        String origin = "";
        int done = 0;
        while (dollar >= 0) {
            if (dollar > done && text.charAt(dollar - 1) == '$') {
                out.append(text, done, dollar - 1).append("${");
                done = dollar + 2;
            } else {
                int end = text.indexOf('}', dollar);
                if (end < 0) {
                    throw new Unresolved(
                            text.substring(dollar),
                            "${ is not closed; write ${NAME}, or $${ for these two characters");
                }
                Filled value = value(text.substring(dollar, end + 1));
                out.append(text, done, dollar).append(value.text);
                origin = origin.isEmpty() ? value.origin : origin;
                done = end + 1;
            }
            dollar = text.indexOf("${", done);
        }
        return new Filled(out.append(text, done, text.length()).toString(), origin);
    }

    private Filled value(String reference) throws Unresolved {
        String inside = reference.substring(2, reference.length() - 1);
        if (inside.startsWith("file:")) {
            return new Filled(file(reference, inside.substring(5)), reference);
        }
        int split = inside.indexOf(":-");
        String name = split < 0 ? inside : inside.substring(0, split);
        if (!name.matches("[A-Za-z_][A-Za-z0-9_]*")) {
            throw new Unresolved(
                    reference,
                    reference
                            + " names no variable; write ${NAME}, ${NAME:-instead} or ${file:path}, or $${ for ${ itself");
        }
        String found = environment.apply(name);
        if (split >= 0 && (found == null || found.isEmpty())) {
            return new Filled(inside.substring(split + 2), "");
        }
        if (found == null) {
            throw new Unresolved(
                    reference,
                    name
                            + " is not set; set it in the environment, or say what to take instead: ${"
                            + name
                            + ":-instead}");
        }
        return new Filled(found, "${" + name + "}");
    }

    private String file(String reference, String name) throws Unresolved {
        try {
            Path file = directory.resolve(name);
            if (!Files.exists(file)) {
                throw new Unresolved(reference, "there is no file " + name);
            }
            if (!Files.isRegularFile(file)) {
                throw new Unresolved(reference, name + " is not a file");
            }
            try (InputStream in = Files.newInputStream(file)) {
                byte[] bytes = in.readNBytes(LARGEST_FILE + 1);
                if (bytes.length > LARGEST_FILE) {
                    throw new Unresolved(reference, name + " is larger than 64KiB");
                }
                String text =
                        StandardCharsets.UTF_8
                                .newDecoder()
                                .decode(ByteBuffer.wrap(bytes))
                                .toString();
                return text.endsWith("\r\n")
                        ? text.substring(0, text.length() - 2)
                        : text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
            }
        } catch (CharacterCodingException e) {
            throw new Unresolved(reference, name + " is not text (UTF-8)");
        } catch (IOException e) {
            throw new Unresolved(reference, name + " cannot be read; are its permissions right?");
        } catch (InvalidPathException e) {
            throw new Unresolved(reference, "no file can have this name");
        }
    }
}
