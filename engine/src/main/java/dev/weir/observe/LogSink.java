package dev.weir.observe;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Where a log goes: standard output, standard error, or a file that is appended to. Confined to the log's thread
/// once it is made; may block there.
final class LogSink {
    private final String name;
    private final @Nullable Path path;
    private @Nullable OutputStream out;

    private LogSink(String name, @Nullable Path path, @Nullable OutputStream out) {
        this.name = name;
        this.path = path;
        this.out = out;
    }

    /// @throws IllegalArgumentException with a sentence for the user, if nothing could be written there
    static LogSink open(String to, Path directory) {
        // The descriptors and not System.out, which hides errors.
        return switch (to) {
            case "stdout" -> new LogSink(to, null, new FileOutputStream(FileDescriptor.out));
            case "stderr" -> new LogSink(to, null, new FileOutputStream(FileDescriptor.err));
            default -> file(to, directory.resolve(to).toAbsolutePath());
        };
    }

    private static LogSink file(String name, Path path) {
        Path folder = path.getParent();
        if (Files.isDirectory(path)) {
            throw new IllegalArgumentException(
                    "to: " + name + " is a folder (expected: stdout, stderr or a file)");
        }
        if (folder == null || !Files.isDirectory(folder)) {
            throw new IllegalArgumentException(
                    "to: " + name + ": the folder " + folder + " does not exist; make it first");
        }
        boolean special = Files.exists(path) && !Files.isRegularFile(path);
        if (special && !Files.isWritable(path)) {
            throw new IllegalArgumentException("to: " + name + " cannot be written: not allowed");
        }
        LogSink sink = new LogSink(name, path, null);
        if (!special) {
            // A pipe would wait here for its reader; the log's thread can do that.
            try {
                sink.opened();
            } catch (IOException e) {
                throw new IllegalArgumentException(
                        "to: " + name + " cannot be written: " + e.getMessage(), e);
            }
        }
        return sink;
    }

    private OutputStream opened() throws IOException {
        OutputStream open = out;
        if (open == null && path != null) {
            open = new FileOutputStream(path.toFile(), true);
            out = open;
        }
        if (open == null) {
            throw new IOException("closed");
        }
        return open;
    }

    /// Goes on with the file that has the name now, or a new one; what was written stays where it is. Does nothing with a standard
    /// stream.
    ///
    /// @throws IOException if that file cannot be opened; the one before stays
    void reopen() throws IOException {
        if (path == null) {
            return;
        }
        OutputStream before = out;
        out = new FileOutputStream(path.toFile(), true);
        if (before != null) {
            before.close();
        }
    }

    /// Whether lines go into a file that has its name no more.
    boolean lost() {
        return path != null && out != null && !Files.exists(path);
    }

    String name() {
        return name;
    }

    void write(byte[] bytes, int length) throws IOException {
        opened().write(bytes, 0, length);
    }

    /// Closes a file; the standard streams stay open for others.
    void close() throws IOException {
        OutputStream open = out;
        if (path != null && open != null) {
            open.close();
        }
    }
}
