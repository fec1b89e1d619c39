package dev.weir;

import dev.weir.runtime.WatchedFiles;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/// Looks each second whether a file of the configuration has other content, on a virtual thread of its own, and has it read again then. A
/// file that an include begins to match is found when one of the others changes. Thread-safe.
final class FileWatch implements AutoCloseable {
    private static final Duration EVERY = Duration.ofSeconds(1);

    private final Versions versions;
    private final Thread thread;

    private FileWatch(Versions versions) {
        this.versions = versions;
        this.thread = Thread.ofVirtual().name("weir-watch").unstarted(this::watch);
    }

    static FileWatch start(Versions versions) {
        FileWatch watch = new FileWatch(versions);
        watch.thread.start();
        return watch;
    }

    private void watch() {
        try {
            Set<String> names = versions.files();
            WatchedFiles files = watched(names);
            while (true) {
                Thread.sleep(EVERY);
                if (files.changed()) {
                    var _ = versions.reload("--watch");
                }
                if (!versions.files().equals(names)) {
                    names = versions.files();
                    files = watched(names);
                }
            }
        } catch (InterruptedException _) {
            // Nobody wants to know any more.
        }
    }

    private static WatchedFiles watched(Set<String> names) {
        return new WatchedFiles(Path.of("").toAbsolutePath(), List.copyOf(names));
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
