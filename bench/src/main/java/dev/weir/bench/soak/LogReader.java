package dev.weir.bench.soak;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;

/// Reads Weir's access log from a pipe and counts its lines; can stop reading, as a full disk or a stuck collector does.
/// Thread-safe.
final class LogReader {
    private final Path pipe;
    private final Semaphore mayRead = new Semaphore(1);
    private final AtomicLong lines = new AtomicLong();

    private LogReader(Path pipe) {
        this.pipe = pipe;
    }

    /// Begins to read on a thread of its own, which ends when the last writer closes the pipe.
    static LogReader start(Path pipe) {
        LogReader reader = new LogReader(pipe);
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
        byte[] buffer = new byte[64 << 10];
        try (InputStream in = new FileInputStream(pipe.toFile())) {
            int n = 0;
            while (n >= 0) {
                mayRead.acquireUninterruptibly();
                try {
                    n = in.read(buffer);
                } finally {
                    mayRead.release();
                }
                int count = 0;
                for (int i = 0; i < n; i++) {
                    count += buffer[i] == '\n' ? 1 : 0;
                }
                lines.addAndGet(count);
            }
        } catch (IOException e) {
            // The pipe went with the run's folder.
        }
    }
}
