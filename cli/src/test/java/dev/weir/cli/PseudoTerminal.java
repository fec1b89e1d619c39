package dev.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// The program on a terminal, with keys that are typed and a screen that is read: `script` of util-linux gives it a pseudo terminal.
/// Closing it ends the program.
final class PseudoTerminal implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    static final Path SCRIPT = Path.of("/usr/bin/script");

    private final Process script;
    private final Screen screen;
    private final Thread reader;

    private PseudoTerminal(Process script, Screen screen) {
        this.script = script;
        this.screen = screen;
        this.reader = Thread.ofVirtual().start(this::read);
    }

    static boolean installed() {
        return Files.isExecutable(SCRIPT);
    }

    /// Runs the program, and after it prints the terminal's settings.
    static PseudoTerminal start(Path directory, int rows, int columns, String... args)
            throws IOException {
        String program = String.join(" ", quoted(Program.command(args)));
        String line =
                "stty rows %d cols %d; %s; code=$?; stty -a; exit $code"
                        .formatted(rows, columns, program);
        ProcessBuilder builder =
                new ProcessBuilder(
                                // Whoever runs the tests in the background may have it ignored.
                                "env",
                                "--default-signal=INT",
                                SCRIPT.toString(),
                                "--quiet",
                                "--return",
                                "--echo",
                                "always",
                                "--command",
                                line,
                                "/dev/null")
                        .directory(directory.toFile())
                        .redirectErrorStream(true);
        builder.environment().put("TERM", "xterm");
        builder.environment().put("LC_ALL", "C.UTF-8");
        builder.environment().put("SHELL", "/bin/sh");
        builder.environment().remove("NO_COLOR");
        return new PseudoTerminal(builder.start(), new Screen(rows, columns));
    }

    private static List<String> quoted(List<String> words) {
        return words.stream().map(word -> "'" + word.replace("'", "'\\''") + "'").toList();
    }

    private void read() {
        try (Reader out = new InputStreamReader(script.getInputStream(), StandardCharsets.UTF_8)) {
            for (int next = out.read(); next >= 0; next = out.read()) {
                screen.show((char) next);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Screen screen() {
        return screen;
    }

    boolean alive() {
        return script.isAlive();
    }

    void type(String keys) throws IOException {
        OutputStream in = script.getOutputStream();
        in.write(keys.getBytes(StandardCharsets.US_ASCII));
        in.flush();
    }

    /// As a person does who drags the window's corner: the system tells the program of it.
    void resize(int rows, int columns) throws IOException, InterruptedException {
        screen.resize(rows, columns);
        Path tty = tty();
        Process stty =
                new ProcessBuilder(
                                "stty",
                                "-F",
                                tty.toString(),
                                "rows",
                                Integer.toString(rows),
                                "cols",
                                Integer.toString(columns))
                        .inheritIO()
                        .start();
        assertThat(stty.waitFor()).isZero();
    }

    private Path tty() {
        return await().atMost(PATIENCE)
                .until(
                        () ->
                                script.descendants()
                                        .map(PseudoTerminal::input)
                                        .filter(path -> path.startsWith("/dev/pts"))
                                        .findFirst()
                                        .orElse(Path.of("")),
                        path -> path.startsWith("/dev/pts"));
    }

    private static Path input(ProcessHandle process) {
        try {
            return Files.readSymbolicLink(Path.of("/proc/" + process.pid() + "/fd/0"));
        } catch (IOException e) {
            return Path.of(""); // it has just ended
        }
    }

    int exitCode() throws InterruptedException {
        assertThat(script.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .as("ends; its screen: %s", screen)
                .isTrue();
        assertThat(reader.join(PATIENCE)).isTrue();
        return script.exitValue();
    }

    @Override
    public void close() {
        script.descendants().forEach(ProcessHandle::destroyForcibly);
        script.destroyForcibly();
    }
}
