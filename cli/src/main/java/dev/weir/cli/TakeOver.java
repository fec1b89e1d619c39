package dev.weir.cli;

import dev.weir.Weir;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import sun.misc.Signal;

/// USR2, which starts the program again, as it is installed now and with the same words, and hands the listening sockets over to it: no
/// connection is refused and no request lost. This process then drains and ends.
///
/// Thread-safe; the JVM runs the handler on a thread of its own.
final class TakeOver {
    /// Tells the new process where to ask the old one.
    static final String VARIABLE = "WEIR_TAKE_OVER";

    private static final String MAIN = "dev.weir.cli.Main";

    private final Weir weir;
    private final StopSignals signals;
    private final Lines said;
    private final AtomicBoolean underWay = new AtomicBoolean();

    private TakeOver(Weir weir, StopSignals signals, Lines said) {
        this.weir = weir;
        this.signals = signals;
        this.said = said;
    }

    /// Takes the signal from the JVM for the rest of the process's life.
    ///
    /// @param signals are told to stop when the new process serves
    static void heed(Weir weir, StopSignals signals, Lines said) {
        TakeOver takeOver = new TakeOver(weir, signals, said);
        Signal.handle(
                new Signal("USR2"),
                _ -> Thread.ofVirtual().name("weir-take-over").start(takeOver::run));
    }

    private void run() {
        if (underWay.getAndSet(true)) {
            said.say("take-over: one is under way already.");
            return;
        }
        try {
            said.say("take-over: starting " + String.join(" ", command()));
            if (weir.handOver(TakeOver::start)) {
                said.say("take-over: the new process serves; this one drains.");
                signals.stop();
                return;
            }
            said.say("take-over: the new process did not come to serve; this one goes on.");
        } catch (IOException e) {
            said.say("take-over: not possible: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        underWay.set(false);
    }

    private static Process start(Path from) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command()).inheritIO();
        builder.environment().put(VARIABLE, from.toString());
        return builder.start();
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
}
