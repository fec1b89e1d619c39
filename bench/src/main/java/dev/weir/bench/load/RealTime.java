package dev.weir.bench.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Asks Linux to run a thread as soon as it wakes up. Where the generator shares its core, the others' time slices of
/// some milliseconds would otherwise make its requests leave late. The compiler's threads keep their class.
final class RealTime {
    private RealTime() {}

    /// Called on the thread that it is for. Not permitted to everybody: then the thread stays as it is, and the count of
    /// late starts says what came of it.
    static void takeForThisThread() {
        try {
            // PID/task/TID; the link is this thread's, whoever reads it.
            Path thread = Files.readSymbolicLink(Path.of("/proc/thread-self")).getFileName();
            new ProcessBuilder("chrt", "--rr", "--pid", "1", thread.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException e) {
            // There is no chrt here.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
