package dev.weir.cli.admin;

import dev.weir.cli.ExitCode;
import dev.weir.cli.Terminal;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `weir status`: a running gateway on one screen.
@Command(
        name = "status",
        header = "Shows a running gateway on one screen.",
        description = {
            "",
            "What needs attention stands first. The gateway is found by itself where this user runs one;",
            "its socket asks for no token. With many endpoints, only those are shown of which there is",
            "something to say.",
            ""
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:all is well; what an operator has taken out counts as well",
            "1:something needs attention",
            ExitCode.SAYS_USAGE,
            ExitCode.SAYS_UNREACHABLE
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  weir status",
            "  weir status --json | jq '.overview.needs_attention[].text'",
            "  weir status --admin http://10.0.0.5:9900 --token-file token"
        })
public final class StatusVerb implements Callable<Integer> {
    private final Terminal terminal;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Mixin private AdminOptions options = new AdminOptions();

    @Option(names = "--json", description = "As one JSON object, with all there is.")
    private boolean json;

    @Option(names = "--all", description = "Shows every endpoint, however many there are.")
    private boolean all;

    public StatusVerb(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        return options.ask(this::show);
    }

    private int show(AdminApi api) throws Unreachable, Declined, IOException {
        LivePicture picture = new LivePicture();
        try (ServerEvents events = api.events("/api/v1/stream")) {
            Optional<ServerEvents.Event> first = events.next();
            if (first.isEmpty() || !picture.take(first.get())) {
                throw new Unreachable("the gateway has ended");
            }
        }
        PrintWriter out = spec.commandLine().getOut();
        StatusScreen screen = new StatusScreen(picture.now(), all, Instant.now());
        out.println(
                json
                        ? AdminApi.JSON
                                .writerWithDefaultPrettyPrinter()
                                .writeValueAsString(picture.now())
                        : screen.text(0, terminal.colourOut()));
        out.flush();
        return screen.needsAttention() ? ExitCode.FAILED : ExitCode.DONE;
    }
}
