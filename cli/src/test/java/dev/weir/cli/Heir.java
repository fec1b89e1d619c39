package dev.weir.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The process that has taken the place of a program under test. It is no child of the test: it is found by the port it listens at.
final class Heir {
    private static final long DRAINS_WITHIN_SECONDS = 20;

    private Heir() {}

    /// Ends whatever of this program listens at a port; does nothing if nobody does.
    static void end(int port) throws IOException {
        Process ss =
                new ProcessBuilder("ss", "-Hltnp", "sport = :" + port)
                        .redirectErrorStream(true)
                        .start();
        String text = new String(ss.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        Matcher pid = Pattern.compile("pid=([0-9]+)").matcher(text);
        while (pid.find()) {
            ProcessHandle.of(Long.parseLong(pid.group(1))).ifPresent(Heir::end);
        }
    }

    private static void end(ProcessHandle heir) {
        heir.destroy();
        heir.onExit()
                .completeOnTimeout(heir, DRAINS_WITHIN_SECONDS, TimeUnit.SECONDS)
                .thenAccept(ProcessHandle::destroyForcibly)
                .join();
    }
}
