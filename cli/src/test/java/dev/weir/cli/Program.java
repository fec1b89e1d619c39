package dev.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// The program as a process of its own, with the classes under test. Closing it ends it.
final class Program implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Process process;
    private final StringBuffer out = new StringBuffer();
    private final StringBuffer err = new StringBuffer();
    private final List<Thread> readers;

    private Program(Process process) {
        this.process = process;
        this.readers = List.of(read(process.inputReader(), out), read(process.errorReader(), err));
    }

    static Program start(Path directory, String... args) {
        return start(directory, Map.of(), args);
    }

    /// @param environment variables beyond those of this process and of the launcher
    static Program start(Path directory, Map<String, String> environment, String... args) {
        try {
            ProcessBuilder process =
                    new ProcessBuilder(command(args)).directory(directory.toFile());
            process.environment().put(Signals.OF_THE_JVM, "60");
            process.environment().putAll(environment);
            return new Program(process.start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// What is run.
    static List<String> command(String... args) {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "--sun-misc-unsafe-memory-access=allow",
                                "-XX:+UseSerialGC",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Main.class.getName()));
        command.addAll(List.of(args));
        return command;
    }

    private static Thread read(BufferedReader from, StringBuffer to) {
        return Thread.ofVirtual()
                .start(() -> from.lines().forEach(line -> to.append(line).append('\n')));
    }

    Program awaitOut(String text) {
        return awaitText(out, text);
    }

    Program awaitErr(String text) {
        return awaitText(err, text);
    }

    private Program awaitText(StringBuffer stream, String text) {
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> stream.indexOf(text) >= 0 || !process.isAlive());
        joinReadersIfDead();
        assertThat(stream.toString()).contains(text);
        return this;
    }

    private void joinReadersIfDead() {
        if (!process.isAlive()) {
            exitCode();
        }
    }

    /// A signal, as `kill` sends it.
    Program signal(String name) throws IOException, InterruptedException {
        Process kill =
                new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                        .inheritIO()
                        .start();
        if (kill.waitFor() != 0) {
            throw new IOException("kill -" + name + " ended with " + kill.exitValue());
        }
        return this;
    }

    /// The signal TERM, as `kill` sends it.
    Program terminate() {
        assertThat(process.toHandle().destroy()).isTrue();
        return this;
    }

    int exitCode() {
        try {
            assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .as("ends; it said: %s%s", out, err)
                    .isTrue();
            for (Thread reader : readers) {
                assertThat(reader.join(PATIENCE)).isTrue();
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /// Waits for its end only: another process may still write where it wrote.
    int exitCodeBesideAnHeir() throws InterruptedException {
        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .as("ends; it said: %s%s", out, err)
                .isTrue();
        return process.exitValue();
    }

    long pid() {
        return process.pid();
    }

    String out() {
        return out.toString();
    }

    String err() {
        return err.toString();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
