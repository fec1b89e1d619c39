package dev.weir.cli;

import dev.weir.config.EffectiveConfig;
import dev.weir.config.Reading;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `weir config show`: the configuration as Weir understands it.
@Command(
        name = "show",
        header = "Prints a configuration as Weir understands it.",
        description = {
            "",
            "Variables and included files are filled in, secrets are hidden. Settings that say no"
                    + " more",
            "than their default are left out, or all spelled out with --effective, each with a"
                    + " comment",
            "that says where its value comes from: file:line:column, a variable there, or default.",
            "The output is a configuration again.",
            ""
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            ExitCode.SAYS_DONE,
            "1:the file has mistakes or cannot be read",
            ExitCode.SAYS_USAGE
        },
        footerHeading = "%nExamples:%n",
        footer = {"  weir config show", "  weir config show --effective -c staging.yaml | less"})
final class ConfigShowVerb implements Callable<Integer> {
    private final Terminal terminal;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "The file; without it, weir.yaml in this folder.")
    private Optional<Path> file = Optional.empty();

    @Option(
            names = "--effective",
            description = "With every default, and the origin of every value.")
    private boolean effective;

    ConfigShowVerb(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        Optional<Reading.Loaded> read =
                new ConfigSource(spec.commandLine().getErr(), terminal.colourErr())
                        .readUntested(file, "there is nothing to show.");
        read.map(
                        loaded ->
                                effective
                                        ? EffectiveConfig.sourced(loaded)
                                        : EffectiveConfig.changed(loaded.config()))
                .ifPresent(spec.commandLine().getOut()::print);
        spec.commandLine().getOut().flush();
        return read.isPresent() ? ExitCode.DONE : ExitCode.FAILED;
    }
}
