package dev.weir.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `weir config`: verbs about the configuration itself.
@Command(
        name = "config",
        synopsisSubcommandLabel = "VERB",
        header = "Shows a configuration with its defaults, compares two, or prints the schema.",
        commandListHeading = "%nVerbs:%n",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {ExitCode.SAYS_DONE, ExitCode.SAYS_FAILED, ExitCode.SAYS_USAGE},
        footerHeading = "%nExamples:%n",
        footer = {
            "  weir config show",
            "  weir config diff weir.yaml next.yaml",
            "  weir config schema > weir.schema.json"
        })
final class ConfigVerb implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getErr());
        return ExitCode.WRONG_USAGE;
    }
}
