package dev.weir.cli;

import dev.weir.config.Reading;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `weir validate`: reads files and says all that is wrong with them, and starts nothing.
@Command(
        name = "validate",
        aliases = "-t",
        header = "Checks configuration files and starts nothing.",
        description = {
            "",
            "Every mistake is said at once, with its place, the line, and what to write instead. Also",
            "as weir -t.",
            ""
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:every file can be run",
            "1:a file has mistakes or cannot be read",
            ExitCode.SAYS_USAGE
        },
        footerHeading = "%nExamples:%n",
        footer = {"  weir validate", "  weir validate weir.yaml staging.yaml"})
final class ValidateVerb implements Callable<Integer> {
    private final Terminal terminal;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Parameters(
            paramLabel = "FILE",
            arity = "0..*",
            description = "Files to check; without any, weir.yaml in this folder.")
    private List<Path> files = List.of();

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "A file to check, spelled as for run.")
    private List<Path> more = List.of();

    ValidateVerb(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        List<Path> all = new ArrayList<>(files);
        all.addAll(more);
        if (all.isEmpty()) {
            return check(Optional.empty()) ? ExitCode.DONE : ExitCode.FAILED;
        }
        boolean good = true;
        for (Path file : all) {
            good &= check(Optional.of(file));
        }
        return good ? ExitCode.DONE : ExitCode.FAILED;
    }

    private boolean check(Optional<Path> file) {
        Optional<Reading.Loaded> read =
                new ConfigSource(spec.commandLine().getErr(), terminal.colourErr())
                        .read(file, "this file cannot be run.");
        read.ifPresent(
                loaded ->
                        spec.commandLine()
                                .getOut()
                                .println(
                                        file.orElse(ConfigSource.USUAL)
                                                + " can be run: "
                                                + Size.of(loaded.config())));
        return read.isPresent();
    }
}
