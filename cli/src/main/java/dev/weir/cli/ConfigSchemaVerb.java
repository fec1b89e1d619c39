package dev.weir.cli;

import dev.weir.config.ConfigSchema;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `weir config schema`: the JSON Schema of configuration files, for editors.
@Command(
        name = "schema",
        header = "Prints the JSON Schema of configuration files.",
        description = {"", "With it editors complete keys and mark mistakes while you write.", ""},
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {ExitCode.SAYS_DONE, ExitCode.SAYS_USAGE},
        footerHeading = "%nExamples:%n",
        footer = {
            "  weir config schema > weir.schema.json",
            "  # then, as the first line of weir.yaml, for editors with the YAML language server:",
            "  # yaml-language-server: $schema=weir.schema.json"
        })
final class ConfigSchemaVerb implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        spec.commandLine().getOut().print(ConfigSchema.json());
        spec.commandLine().getOut().flush();
        return ExitCode.DONE;
    }
}
