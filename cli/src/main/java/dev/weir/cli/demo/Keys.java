package dev.weir.cli.demo;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.IntConsumer;

/// Single keys from the terminal. Where there is `stty`, a key counts when it is pressed and is not echoed; the
/// terminal's settings come back on [#close] and when the process ends. Otherwise it counts after Enter.
final class Keys implements AutoCloseable {
    private final String settings;
    private final Thread restore;

    private Keys(String settings) {
        this.settings = settings;
        this.restore = Thread.ofPlatform().unstarted(this::restore);
    }

    /// Reads standard input, which must be a terminal, on a daemon thread that calls `pressed` for each key.
    static Keys listen(IntConsumer pressed) {
        Keys keys = new Keys(stty("-g"));
        if (!keys.settings.isEmpty()) {
            stty("-icanon", "-echo", "min", "1");
            Runtime.getRuntime().addShutdownHook(keys.restore);
        }
        Thread.ofPlatform().daemon().name("keys").start(() -> read(System.in, pressed));
        return keys;
    }

    private static void read(InputStream in, IntConsumer pressed) {
        try {
            for (int key = in.read(); key >= 0; key = in.read()) {
                if (!Character.isWhitespace(key)) {
                    pressed.accept(key);
                }
            }
        } catch (IOException e) {
            return; // the terminal has gone; signals still end the demo
        }
    }

    private void restore() {
        if (!settings.isEmpty()) {
            stty(settings);
        }
    }

    @Override
    public void close() {
        restore();
    }

    /// Runs `stty` on the terminal and returns what it prints; nothing if it cannot be run.
    private static String stty(String... arguments) {
        String[] command = new String[arguments.length + 1];
        command[0] = "stty";
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        try {
            Process process =
                    new ProcessBuilder(command)
                            .redirectInput(ProcessBuilder.Redirect.INHERIT)
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start();
            String printed =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return process.waitFor() == 0 ? printed.strip() : "";
        } catch (IOException e) {
            return "";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
        }
    }
}
