package dev.weir.bench.soak;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Reads Weir's access log from a pipe, counts its lines and keeps those of failures in a file; can stop reading, as a
/// full disk or a stuck collector does. Thread-safe.
final class LogReader {
    private static final String FAILURE = "\"reason\"";

    private final Path pipe;
    private final Path failures;
    private final Semaphore mayRead = new Semaphore(1);
    private final AtomicLong lines = new AtomicLong();

    private LogReader(Path pipe, Path failures) {
        this.pipe = pipe;
        this.failures = failures;
    }

    /// Begins to read on a thread of its own, which ends when the last writer closes the pipe.
    static LogReader start(Path pipe, Path failures) {
        LogReader reader = new LogReader(pipe, failures);
        Thread.ofPlatform().daemon().name("access log").start(reader::run);
        return reader;
    }

    /// Reads no more.
    void pause() throws InterruptedException {
        mayRead.acquire();
    }

    void goOn() {
        mayRead.release();
    }

    long lines() {
        return lines.get();
    }

    private void run() {
        try (BufferedReader in = Files.newBufferedReader(pipe);
                Writer out = Files.newBufferedWriter(failures)) {
            for (String line = next(in); line != null; line = next(in)) {
                lines.incrementAndGet();
                if (line.contains(FAILURE)) {
                    out.write(line + "\n");
                    out.flush();
                }
            }
        } catch (IOException e) {
            // The pipe went with the run.
        }
    }

    private @Nullable String next(BufferedReader in) throws IOException {
        mayRead.acquireUninterruptibly();
        try {
            return in.readLine();
        } finally {
            mayRead.release();
        }
    }
}
