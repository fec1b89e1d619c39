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
            "Variables and included files are filled in, every default is spelled out, secrets are",
            "hidden. The output is a configuration again.",
            ""
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            ExitCode.SAYS_DONE,
            "1:the file has mistakes or cannot be read",
            ExitCode.SAYS_USAGE
        },
        footerHeading = "%nExamples:%n",
        footer = {"  weir config show", "  weir config show -c staging.yaml | less"})
final class ConfigShowVerb implements Callable<Integer> {
    private final Terminal terminal;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "The file; without it, weir.yaml in this folder.")
    private Optional<Path> file = Optional.empty();

    ConfigShowVerb(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        Optional<Reading.Loaded> read =
                new ConfigSource(spec.commandLine().getErr(), terminal.colourErr())
                        .read(file, "there is nothing to show.");
        read.ifPresent(
                loaded -> spec.commandLine().getOut().print(EffectiveConfig.yaml(loaded.config())));
        spec.commandLine().getOut().flush();
        return read.isPresent() ? ExitCode.DONE : ExitCode.FAILED;
    }
}
