package dev.weir.cli.admin;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.cli.ExitCode;
import java.io.PrintWriter;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `weir reload`: lets a running gateway read its file again.
@Command(
        name = "reload",
        header = "Lets a running gateway read its file again.",
        description = {
            "",
            "All or nothing: a file with mistakes is refused, and what was in force stays. No request",
            "is lost. The signal HUP does the same.",
            ""
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:the file is in force",
            "1:it was refused; nothing has changed",
            ExitCode.SAYS_USAGE,
            ExitCode.SAYS_UNREACHABLE
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  weir validate weir.yaml && weir reload",
            "  weir reload --socket /run/weir/admin.sock"
        })
public final class ReloadVerb implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Mixin private AdminOptions options = new AdminOptions();

    @Override
    public Integer call() {
        return options.ask(this::reload);
    }

    private int reload(AdminApi api) throws Unreachable, Declined {
        JsonNode done =
                api.within(AdminApi.LONG)
                        .send("POST", "/api/v1/config/reload", Optional.empty(), Map.of())
                        .json();
        return inForce(done, spec.commandLine());
    }

    /// Says which version is in force, and what is doubtful in it.
    static int inForce(JsonNode done, CommandLine said) {
        PrintWriter err = said.getErr();
        for (JsonNode warning : done.path("warnings")) {
            err.println(
                    "%s:%d:%d  %s: %s"
                            .formatted(
                                    warning.path("file").asText(),
                                    warning.path("line").asInt(),
                                    warning.path("column").asInt(),
                                    warning.path("path").asText(),
                                    warning.path("message").asText()));
            if (warning.hasNonNull("hint")) {
                err.println("      " + warning.get("hint").asText());
            }
        }
        err.flush();
        PrintWriter out = said.getOut();
        out.println("version " + done.path("version").asLong() + " is in force");
        out.flush();
        return ExitCode.DONE;
    }
}
