package dev.weir.cli.admin;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.cli.ExitCode;
import java.io.PrintWriter;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
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
            "runs.",
            ""
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:the version is in force",
            "1:there is no such version, or it was refused; nothing has changed",
            ExitCode.SAYS_USAGE,
            ExitCode.SAYS_UNREACHABLE
        },
        footerHeading = "%nExamples:%n",
        footer = {"  weir rollback --list", "  weir rollback", "  weir rollback 3"})
public final class RollbackVerb implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Mixin private AdminOptions options = new AdminOptions();

    @Parameters(
            arity = "0..1",
            paramLabel = "VERSION",
            description = "Its number; without it, the one before that in force.")
    private Optional<Long> version = Optional.empty();

    @Option(names = "--list", description = "Shows the versions there are, and changes nothing.")
    private boolean list;

    @Override
    public Integer call() {
        return options.ask(list ? this::show : this::goBack);
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
}
