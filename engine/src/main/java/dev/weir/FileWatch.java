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
        // Looked at here, so that no change from now on is taken for what was read.
        Set<String> names = versions.files();
        WatchedFiles files = watched(names);
        this.thread = Thread.ofVirtual().name("weir-watch").start(() -> watch(names, files));
    }

    static FileWatch start(Versions versions) {
        return new FileWatch(versions);
    }

    private void watch(Set<String> first, WatchedFiles read) {
        Set<String> names = first;
        WatchedFiles files = read;
        try {
            while (true) {
                Thread.sleep(EVERY);
                if (files.changed()) {
                    versions.reloadSoon("--watch");
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
