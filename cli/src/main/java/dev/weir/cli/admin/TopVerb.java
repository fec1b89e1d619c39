package dev.weir.cli.admin;

import dev.weir.admin.Json;
import dev.weir.cli.ExitCode;
import dev.weir.cli.Keys;
import dev.weir.cli.Terminal;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/// `weir top`: a running gateway's endpoints in a table that is drawn anew each second.
@Command(
        name = "top",
        header = "Shows a running gateway's endpoints live.",
        description = {
            "",
            "A table that is drawn anew each second, of the last five: state, requests under way, requests",
            "a second, the part of them that failed, what 50 and 99 of 100 took at most, and the score",
            "that balancing compares, the less the better. On a terminal, a key sorts it: s service,",
            "h state, i in flight, r requests, e errors, m 50, l 99; q ends it. Elsewhere it is printed",
            "again and again, without colour.",
            ""
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            ExitCode.SAYS_DONE,
            ExitCode.SAYS_USAGE,
            "4:no gateway was reached, or it has ended"
        },
        footerHeading = "%nExamples:%n",
        footer = {"  weir top", "  weir top --sort errors", "  weir top --once > now.txt"})
public final class TopVerb implements Callable<Integer> {
    private final Terminal terminal;
    private final LivePicture picture = new LivePicture();

    @Spec private CommandSpec spec = CommandSpec.create();

    @Mixin private AdminOptions options = new AdminOptions();

    @Option(
            names = "--sort",
            paramLabel = "BY",
            description = "service, health, in-flight, rate, errors, half or slowest.",
            defaultValue = "service",
            converter = Sorting.class)
    private TopRow.Order order = TopRow.Order.SERVICE;

    @Option(names = "--once", description = "Prints one table and ends.")
    private boolean once;

    private Optional<Canvas> canvas = Optional.empty();
    private volatile boolean quit;

    /// Reads what a table is sorted by: `in-flight`.
    static final class Sorting implements ITypeConverter<TopRow.Order> {
        @Override
        public TopRow.Order convert(String text) {
            return Arrays.stream(TopRow.Order.values())
                    .filter(each -> Json.word(each).equals(text))
                    .findFirst()
                    .orElseThrow(
                            () ->
                                    new TypeConversionException(
                                            "\""
                                                    + text
                                                    + "\" is none of service, health, in-flight, rate, errors, half, slowest"));
        }
    }

    public TopVerb(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        return options.ask(this::show);
    }

    private int show(AdminApi api) throws Unreachable, Declined, IOException {
        try (ServerEvents events = api.events("/api/v1/stream")) {
            if (once || !terminal.out() || !terminal.colour()) {
                return follow(events);
            }
            try (Canvas onTerminal = new Canvas(spec.commandLine().getOut(), this::draw)) {
                canvas = Optional.of(onTerminal);
                if (!terminal.in()) {
                    return follow(events);
                }
                try (Keys keys = Keys.listen(key -> pressed(key, events))) {
                    return follow(events);
                }
            }
        }
    }

    private int follow(ServerEvents events) throws Unreachable, IOException {
        while (!quit) {
            Optional<ServerEvents.Event> event = next(events);
            if (event.isEmpty()) {
                break;
            }
            if (take(event.get())) {
                draw();
                if (once || !goesOn()) {
                    return ExitCode.DONE;
                }
            }
        }
        if (!quit) {
            throw new Unreachable("the gateway has ended the stream");
        }
        return ExitCode.DONE;
    }

    private Optional<ServerEvents.Event> next(ServerEvents events) throws IOException {
        try {
            return events.next();
        } catch (IOException e) {
            if (quit) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /// Whether anybody still reads what is printed.
    private boolean goesOn() {
        return !spec.commandLine().getOut().checkError();
    }

    private synchronized boolean take(ServerEvents.Event event) throws IOException {
        return picture.take(event);
    }

    private void pressed(int key, ServerEvents events) {
        if (key == 'q') {
            quit = true;
            events.close();
            return;
        }
        synchronized (this) {
            order = TopRow.Order.of(key).orElse(order);
        }
        draw();
    }

    private synchronized void draw() {
        TopScreen screen = new TopScreen(picture.now(), order, canvas.isPresent() && terminal.in());
        if (canvas.isPresent()) {
            Canvas.Size size = canvas.get().size();
            canvas.get().draw(screen.lines(size.height(), size.width(), true));
        } else {
            print(screen);
        }
    }

    private void print(TopScreen screen) {
        PrintWriter out = spec.commandLine().getOut();
        screen.lines(0, 0, false).forEach(out::println);
        if (!once) {
            out.println();
        }
        out.flush();
    }
}
