package dev.weir.cli.admin;

import dev.weir.cli.Stty;
import java.io.PrintWriter;
import java.util.List;
import sun.misc.Signal;

/// A terminal that is drawn over again and again, on its other screen, so that what was there before comes back at the end. Its size
/// is asked for at first and when it changes. Thread-safe.
final class Canvas implements AutoCloseable {
    private static final String OTHER_SCREEN = "\u001b[?1049h\u001b[?25l";
    private static final String BACK = "\u001b[?25h\u001b[?1049l";
    private static final String TOP_LEFT = "\u001b[H";
    private static final String REST_OF_LINE = "\u001b[K";
    private static final String REST_OF_SCREEN = "\u001b[J";

    private final PrintWriter out;
    private final Thread restore = Thread.ofPlatform().unstarted(this::back);
    private volatile Size size;
    private boolean open = true;

    /// Of a terminal, in characters.
    record Size(int height, int width) {
        /// What a terminal has that does not say.
        static final Size USUAL = new Size(24, 80);

        /// @param text as `stty size` says it: `24 80`
        static Size of(String text) {
            String[] words = text.split(" ", -1);
            boolean known = text.matches("[1-9][0-9]{0,4} [1-9][0-9]{0,4}");
            return known ? new Size(Integer.parseInt(words[0]), Integer.parseInt(words[1])) : USUAL;
        }
    }

    /// @param resized called on a thread of its own when the size has changed
    Canvas(PrintWriter out, Runnable resized) {
        this.out = out;
        this.size = Size.of(Stty.run("size"));
        Signal.handle(
                new Signal("WINCH"),
                _ -> {
                    size = Size.of(Stty.run("size"));
                    resized.run();
                });
        Runtime.getRuntime().addShutdownHook(restore);
        out.print(OTHER_SCREEN);
        out.flush();
    }

    Size size() {
        return size;
    }

    synchronized void draw(List<String> lines) {
        if (!open) {
            return;
        }
        StringBuilder text = new StringBuilder(TOP_LEFT);
        int most = Math.min(lines.size(), size.height);
        for (int i = 0; i < most; i++) {
            text.append(lines.get(i)).append(REST_OF_LINE).append(i == most - 1 ? "" : "\r\n");
        }
        out.print(text.append(REST_OF_SCREEN));
        out.flush();
    }

    private synchronized void back() {
        if (open) {
            open = false;
            out.print(BACK);
            out.flush();
        }
    }

    @Override
    public void close() {
        back();
    }
}
