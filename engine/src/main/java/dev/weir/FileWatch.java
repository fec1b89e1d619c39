package dev.weir;

import dev.weir.config.Sources;
import java.time.Duration;

/// Looks each second whether a file of the configuration says something else than what was read of it, on a virtual thread of its own, and has
/// it read again when it has said so for two looks: whoever writes several files may not be done. A file that an include begins to match is found
/// when one of the others changes. Thread-safe.
final class FileWatch implements AutoCloseable {
    private static final Duration EVERY = Duration.ofSeconds(1);

    private final Versions versions;
    private final Thread thread;

    private FileWatch(Versions versions) {
        this.versions = versions;
        this.thread = Thread.ofVirtual().name("weir-watch").start(this::watch);
    }

    static FileWatch start(Versions versions) {
        return new FileWatch(versions);
    }

    private void watch() {
        Sources seen = Sources.NONE;
        Sources told = Sources.NONE;
        try {
            while (true) {
                Thread.sleep(EVERY);
                Sources read = versions.sources();
                Sources now = read.again();
                if (now.equals(seen) && !now.equals(read) && !now.equals(told)) {
                    told = now;
                    versions.reloadSoon("--watch");
                }
                seen = now;
            }
        } catch (InterruptedException _) {
            // Nobody wants to know any more.
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
