package dev.weir.tls;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/// The blocks of a file in PEM (RFC 7468), read off the event loops. Immutable. Whatever stands between blocks is a remark.
///
/// @param name as the configuration says it
record PemFile(String name, List<Block> blocks) {
    private static final long LARGEST = 1 << 20;
    private static final String BEGIN = "-----BEGIN ";
    private static final String DASHES = "-----";

    /// @param label what the BEGIN line says, such as `CERTIFICATE`
    /// @param der what the lines behind it hold; empty if encrypted
    /// @param encrypted whether a password was used on it, as OpenSSL did before PKCS #8
    record Block(String label, byte[] der, boolean encrypted) {}

    /// @throws IllegalArgumentException with a sentence for the user, which begins with the name
    static PemFile read(Path directory, String name) {
        return parse(name, new String(bytes(directory, name), StandardCharsets.ISO_8859_1));
    }

    /// What the file holds, of whatever kind it is.
    ///
    /// @throws IllegalArgumentException with a sentence for the user
    static byte[] bytes(Path directory, String name) {
        Path path = directory.resolve(name);
        try {
            if (Files.isDirectory(path)) {
                throw new IllegalArgumentException(name + " is a folder (expected: a file)");
            }
            if (Files.size(path) > LARGEST) {
                throw new IllegalArgumentException(
                        name + " is larger than 1 MiB; is it the right file?");
            }
            return Files.readAllBytes(path);
        } catch (NoSuchFileException e) {
            throw new IllegalArgumentException(
                    name
                            + " does not exist; relative names start at the folder of the configuration file",
                    e);
        } catch (IOException e) {
            throw new IllegalArgumentException(name + " cannot be read: " + e.getMessage(), e);
        }
    }

    static PemFile parse(String name, String text) {
        List<Block> blocks = new ArrayList<>();
        int begin = text.indexOf(BEGIN);
        while (begin >= 0) {
            int labelEnd = text.indexOf(DASHES, begin + BEGIN.length());
            String label = labelEnd < 0 ? "" : text.substring(begin + BEGIN.length(), labelEnd);
            int end = text.indexOf("-----END " + label + DASHES, begin);
            if (labelEnd < 0 || end < 0) {
                throw new IllegalArgumentException(
                        name + " is cut off: a BEGIN line has no END line");
            }
            blocks.add(block(name, label, text.substring(labelEnd + DASHES.length(), end)));
            begin = text.indexOf(BEGIN, end);
        }
        return new PemFile(name, List.copyOf(blocks));
    }

    private static Block block(String name, String label, String body) {
        if (body.contains("ENCRYPTED")) {
            return new Block(label, new byte[0], true);
        }
        try {
            return new Block(label, Base64.getMimeDecoder().decode(body), false);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    name + " is damaged: " + label + " is not base64", e);
        }
    }

    IllegalArgumentException problem(String what) {
        return new IllegalArgumentException(name + " " + what);
    }

    IllegalArgumentException problem(String what, Exception cause) {
        return new IllegalArgumentException(name + " " + what, cause);
    }
}
