package dev.weir.observe;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Standard output, standard error, or a file that is appended to.
final class FileSink implements LogSink {
    /// A ring holds about 2,000 lines, which is 20 ms of a loop's full speed; there are 100 writes a second at most while little happens.
    private static final Pace PACE = new Pace(1 << 20, 10_000_000, 1_000_000_000);

    private final String name;
    private final @Nullable Path path;
    private @Nullable FileOutputStream out;

    /// Whether what was written ends in the middle of a line, because there was no room for the rest.
    private boolean torn;

    FileSink(String name, @Nullable Path path, @Nullable FileOutputStream out) {
        this.name = name;
        this.path = path;
        this.out = out;
    }

    /// @throws IllegalArgumentException with a sentence for the user, if nothing could be written there
    static FileSink open(String to, Path directory) {
        // The descriptors and not System.out, which hides errors.
        return switch (to) {
            case "stdout" -> new FileSink(to, null, new FileOutputStream(FileDescriptor.out));
            case "stderr" -> new FileSink(to, null, new FileOutputStream(FileDescriptor.err));
            default -> file(to, directory.resolve(to).toAbsolutePath());
        };
    }

    private static FileSink file(String name, Path path) {
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
        FileSink sink = new FileSink(name, path, null);
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

    private FileOutputStream opened() throws IOException {
        FileOutputStream open = out;
        if (open == null && path != null) {
            open = new FileOutputStream(path.toFile(), true);
            out = open;
        }
        if (open == null) {
            throw new IOException("closed");
        }
        return open;
    }

    /// Does nothing with a standard stream.
    @Override
    public void reopen() throws IOException {
        if (path == null) {
            return;
        }
        FileOutputStream before = out;
        out = new FileOutputStream(path.toFile(), true);
        torn = false;
        if (before != null) {
            before.close();
        }
    }

    @Override
    public boolean lost() {
        return path != null && out != null && !Files.exists(path);
    }

    @Override
    public Pace pace() {
        return PACE;
    }

    /// Whoever takes nothing cannot be hurried.
    @Override
    public void hurry() {}

    @Override
    public void abandon() {}

    @Override
    public String name() {
        return name;
    }

    @Override
    public void write(byte[] bytes, int length) throws IOException {
        FileOutputStream to = opened();
        if (torn) {
            to.write('\n');
            torn = false;
        }
        long before = to.getChannel().size();
        try {
            to.write(bytes, 0, length);
        } catch (IOException e) {
            int written = (int) Math.clamp(to.getChannel().size() - before, 0, length);
            torn = written > 0 && bytes[written - 1] != '\n';
            throw new LinesLost(lines(bytes, written, length), String.valueOf(e.getMessage()));
        }
    }

    private static long lines(byte[] bytes, int from, int to) {
        long lines = 0;
        for (int i = from; i < to; i++) {
            lines += bytes[i] == '\n' ? 1 : 0;
        }
        return lines;
    }

    /// Closes a file; the standard streams stay open for others.
    @Override
    public void close() throws IOException {
        FileOutputStream open = out;
        if (path != null && open != null) {
            open.close();
        }
    }
}
