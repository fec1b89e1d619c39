package dev.weir.config;

import dev.weir.schema.Location;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Reads a configuration file as text, and says clearly why it cannot. Blocks, so it is not for event loops.
final class FileText {
    private static final int LARGEST = 8 << 20;

    private FileText() {}

    /// The text with `\n` at the end of lines, or null if a problem was reported.
    static @Nullable String read(String name, Path file, Findings findings) {
        if (Files.isDirectory(file)) {
            return wrong(findings, name, "is a folder, not a file", "name a file in it: weir.yaml");
        }
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(LARGEST + 1);
            if (bytes.length > LARGEST) {
                return wrong(
                        findings,
                        name,
                        "is larger than 8MiB",
                        "is it the right file? Large configurations can be split with include");
            }
            return decode(name, bytes, findings);
        } catch (NoSuchFileException e) {
            return wrong(findings, name, "there is no such file", null);
        } catch (AccessDeniedException e) {
            return wrong(
                    findings,
                    name,
                    "may not be read by this user",
                    "look at its permissions: ls -l");
        } catch (IOException e) {
            return wrong(findings, name, "cannot be read: " + e.getMessage(), null);
        }
    }

    private static @Nullable String decode(String name, byte[] bytes, Findings findings) {
        if (bytes.length > 1 && (((bytes[0] & 0xff) << 8) | (bytes[1] & 0xff)) >= 0xfeff) {
            return wrong(findings, name, "is UTF-16 text", "save it as UTF-8");
        }
        for (byte b : bytes) {
            if (b == 0) {
                return wrong(findings, name, "is not a text file", "is it the right file?");
            }
        }
        try {
            String text =
                    StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
            String plain = text.startsWith("\ufeff") ? text.substring(1) : text;
            return plain.replace("\r\n", "\n").replace('\r', '\n');
        } catch (CharacterCodingException e) {
            return wrong(findings, name, "is not UTF-8 text", "save it as UTF-8");
        }
    }

    private static @Nullable String wrong(
            Findings findings, String name, String message, @Nullable String hint) {
        findings.problem(new Location(name, 0, 0), 1, "", message, hint);
        return null;
    }
}
