package dev.weir.cli.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.difflib.DiffUtils;
import com.github.difflib.UnifiedDiffUtils;
import dev.weir.cli.ExitCode;
import dev.weir.cli.Terminal;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `weir rollback`: puts an earlier version of the configuration in force.
@Command(
        name = "rollback",
        header = "Puts an earlier version of the configuration in force.",
        description = {
            "",
            "The text of that version takes the place of the one in force, and of the file. All or",
            "nothing, as with a reload; no request is lost. Versions are kept as long as the process",
            "runs. With --diff it is only shown what would change.",
            ""
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:the version is in force, or was shown",
            "1:there is no such version, or it was refused; nothing has changed",
            ExitCode.SAYS_USAGE,
            ExitCode.SAYS_UNREACHABLE
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  weir rollback --list",
            "  weir rollback --diff         what would be taken away and added",
            "  weir rollback                to the one before",
            "  weir rollback 3"
        })
public final class RollbackVerb implements Callable<Integer> {
    /// Lines around what is different.
    private static final int AROUND = 3;

    private final Terminal terminal;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Mixin private AdminOptions options = new AdminOptions();

    @Parameters(
            arity = "0..1",
            paramLabel = "VERSION",
            description = "Its number; without it, the one before that in force.")
    private Optional<Long> version = Optional.empty();

    @Option(names = "--list", description = "Shows the versions there are, and changes nothing.")
    private boolean list;

    @Option(
            names = "--diff",
            description = "Shows what would change in the text, and changes nothing.")
    private boolean diff;

    public RollbackVerb(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        if (list && diff) {
            throw new ParameterException(
                    spec.commandLine(), "--list and --diff are different things: say one of them.");
        }
        return options.ask(list ? this::show : diff ? this::compare : this::goBack);
    }

    private int goBack(AdminApi api) throws Unreachable, Declined {
        String body = version.map(number -> "{\"version\":" + number + "}").orElse("{}");
        JsonNode done =
                api.within(AdminApi.LONG)
                        .send("POST", "/api/v1/config/rollback", Optional.of(body), Map.of())
                        .json();
        return ReloadVerb.inForce(done, spec.commandLine());
    }

    private int show(AdminApi api) throws Unreachable, Declined {
        PrintWriter out = spec.commandLine().getOut();
        for (JsonNode one : api.json("/api/v1/config/history")) {
            out.println(
                    "%s %3d  %s  %s"
                            .formatted(
                                    one.path("current").asBoolean() ? "*" : " ",
                                    one.path("version").asLong(),
                                    one.path("since").asText(),
                                    one.path("source").asText()));
        }
        out.flush();
        return ExitCode.DONE;
    }

    private int compare(AdminApi api) throws Unreachable, Declined {
        JsonNode history = api.json("/api/v1/config/history");
        long current = 0;
        for (JsonNode one : history) {
            current = one.path("current").asBoolean() ? one.path("version").asLong() : current;
        }
        long wanted = version.isPresent() ? version.get() : before(history, current);
        List<String> now = lines(api, current);
        List<String> then = lines(api, wanted);
        PrintWriter out = spec.commandLine().getOut();
        List<String> changes =
                UnifiedDiffUtils.generateUnifiedDiff(
                        "version %d, in force".formatted(current),
                        "version " + wanted,
                        now,
                        DiffUtils.diff(now, then),
                        AROUND);
        if (changes.isEmpty()) {
            out.println("version %d says the same as version %d".formatted(wanted, current));
        }
        changes.forEach(
                line -> out.println(paint(line).on(Visible.of(line), terminal.colourOut())));
        out.flush();
        return ExitCode.DONE;
    }

    private static long before(JsonNode history, long current) throws Declined {
        long before = 0;
        for (JsonNode one : history) {
            long number = one.path("version").asLong();
            before = number < current ? Math.max(before, number) : before;
        }
        if (before == 0) {
            throw new Declined(409, "there is no earlier version", "");
        }
        return before;
    }

    private static List<String> lines(AdminApi api, long version) throws Unreachable, Declined {
        return api.get("/api/v1/config/history/" + version).text().lines().toList();
    }

    private static Paint paint(String line) {
        if (line.startsWith("+++") || line.startsWith("---")) {
            return Paint.BOLD;
        }
        return line.startsWith("+")
                ? Paint.GOOD
                : line.startsWith("-")
                        ? Paint.BAD
                        : line.startsWith("@@") ? Paint.FAINT : Paint.PLAIN;
    }
}
