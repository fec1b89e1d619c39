package dev.weir.cli;

import java.io.Console;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Which of the three standard streams are terminals, and whether colour is wanted there. Immutable.
///
/// The launcher knows each stream and says so in the system property `weir.terminals`; without it, the
/// JVM's console tells about all of them together. `NO_COLOR` (<https://no-color.org>) and `TERM=dumb`
/// turn colour off.
public record Terminal(boolean in, boolean out, boolean err, boolean colour) {
    /// For output that is read by programs and tests.
    public static final Terminal NONE = new Terminal(false, false, false, false);

    static Terminal detect(UnaryOperator<@Nullable String> environment) {
        String noColour = environment.apply("NO_COLOR");
        boolean colour =
                (noColour == null || noColour.isEmpty())
                        && !"dumb".equals(environment.apply("TERM"));
        String told = System.getProperty("weir.terminals");
        if (told != null) {
            List<String> names = List.of(told.split(","));
            return new Terminal(
                    names.contains("in"), names.contains("out"), names.contains("err"), colour);
        }
        Console console = System.console();
        boolean all = console != null && console.isTerminal();
        return new Terminal(all, all, all, colour);
    }

    public boolean colourOut() {
        return out && colour;
    }

    public boolean colourErr() {
        return err && colour;
    }
}
