package dev.weir.runtime;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;

/// Tells whether files have other content than before, by reading them: a renewal may write in place, rename, or swing a link, and may
/// keep times and sizes. Content counts once it has been the same for two looks, so that a pair of which one file is still to be
/// written is not taken for a bad one. Confined to one thread.
public final class WatchedFiles {
    private final Path directory;
    private final List<String> names;
    private byte[] used;
    private byte[] seen;

    /// @param names relative to the directory
    public WatchedFiles(Path directory, List<String> names) {
        this.directory = directory;
        this.names = List.copyOf(names);
        this.used = this.seen = look();
    }

    /// Whether there is something new, and it has settled. It is told once.
    public boolean changed() {
        byte[] now = look();
        boolean settled = Arrays.equals(now, seen);
        seen = now;
        if (settled && !Arrays.equals(now, used)) {
            used = now;
            return true;
        }
        return false;
    }

    private byte[] look() {
        MessageDigest digest = sha256();
        for (String name : names) {
            try {
                byte[] content = Files.readAllBytes(directory.resolve(name));
                digest.update((byte) 1);
                digest.update(sha256().digest(content));
            } catch (IOException _) {
                // Not there, for a moment or for good: also a content.
                digest.update((byte) 0);
            }
        }
        return digest.digest();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
