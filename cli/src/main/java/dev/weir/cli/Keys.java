package dev.weir.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.function.IntConsumer;

/// Single keys from the terminal. Where there is `stty`, a key counts when it is pressed and is not echoed; the
/// terminal's settings come back on [#close] and when the process ends. Otherwise it counts after Enter.
public final class Keys implements AutoCloseable {
    private final String settings;
    private final Thread restore;

    private Keys(String settings) {
        this.settings = settings;
        this.restore = Thread.ofPlatform().unstarted(this::restore);
    }

    /// Reads standard input, which must be a terminal, on a daemon thread that calls `pressed` for each key.
    public static Keys listen(IntConsumer pressed) {
        Keys keys = new Keys(Stty.run("-g"));
        if (!keys.settings.isEmpty()) {
            Stty.run("-icanon", "-echo", "min", "1");
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
            return; // the terminal has gone; signals still end what runs
        }
    }

    private void restore() {
        if (!settings.isEmpty()) {
            Stty.run(settings);
        }
    }

    @Override
    public void close() {
        restore();
    }
}
