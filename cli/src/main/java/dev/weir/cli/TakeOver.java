package dev.weir.cli;

import dev.weir.Successor;
import dev.weir.runtime.HandOver;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Starts the program again, as it is installed now and with the same words, to take the place of this process; and, in the new one,
/// knows the process that it is to take the place of. Immutable.
///
/// @param supervisor is told which process it has to look after from then on
record TakeOver(Supervisor supervisor) implements Successor {
    /// Tells the new process where to ask the old one.
    static final String VARIABLE = "WEIR_TAKE_OVER";

    private static final String MAIN = "dev.weir.cli.Main";

    @Override
    public Process start(Path from) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command()).inheritIO();
        Map<String, String> environment = builder.environment();
        environment.put(VARIABLE, from.toString());
        // It says which process the watchdog looks after: this one, until the other takes its
        // place.
        environment.remove("WATCHDOG_PID", Long.toString(ProcessHandle.current().pid()));
        return builder.start();
    }

    @Override
    public void serves(long pid) {
        supervisor.handedOver(pid);
    }

    /// The launcher with the same words if there is one, so that what was installed since is what runs; otherwise the very command of
    /// this process.
    private static List<String> command() throws IOException {
        String line = Files.readString(Path.of("/proc/self/cmdline"), StandardCharsets.UTF_8);
        List<String> words = List.of(line.split("\0"));
        String launcher = System.getenv("WEIR_LAUNCHER");
        int main = words.indexOf(MAIN);
        if (launcher == null || main < 0 || !Files.isExecutable(Path.of(launcher))) {
            return words;
        }
        List<String> command = new ArrayList<>(List.of(launcher));
        command.addAll(words.subList(main + 1, words.size()));
        return command;
    }

    /// Where another process hands its sockets over, if this one was started for that.
    static Optional<Path> from(Map<String, String> environment) {
        return Optional.ofNullable(environment.get(VARIABLE)).map(Path::of);
    }

    /// Tells the other process why this one will not take its place.
    ///
    /// @param why as it was said to people
    static void cannot(Path from, String why, Lines said) throws InterruptedException {
        try {
            HandOver.cannot(from, why);
        } catch (IOException e) {
            said.plain("weir: the process before could not be told: " + e.getMessage());
        }
    }
}
