package dev.weir.cli;

import dev.weir.config.ConfigFile;
import dev.weir.config.ProblemAnnotations;
import dev.weir.config.ProblemJson;
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
            "Every mistake is said at once, with its place, the line, and what to write instead; what is",
            "allowed but hardly meant, as a warning. The file's tests are run. Also as weir -t.",
            ""
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:every file can be run",
            "1:a file has mistakes, fails one of its tests, or cannot be read",
            ExitCode.SAYS_USAGE
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  weir validate",
            "  weir validate weir.yaml staging.yaml",
            "  weir validate --format github weir.yaml       marks the lines in a pull request"
        })
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

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description =
                    "text (the default), json, or github: annotations of GitHub Actions. The last two"
                            + " go to standard output.")
    private Format format = Format.TEXT;

    /// How findings are written.
    enum Format {
        TEXT,
        JSON,
        GITHUB
    }

    ValidateVerb(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        ConfigSource source = new ConfigSource(spec.commandLine().getErr(), terminal.colourErr());
        List<Path> all = new ArrayList<>(files);
        all.addAll(more);
        if (all.isEmpty()) {
            Optional<Path> usual = source.file(Optional.empty());
            if (usual.isEmpty()) {
                return ExitCode.FAILED;
            }
            all.add(usual.get());
        }
        List<ProblemJson.Checked> checked = new ArrayList<>();
        for (Path file : all) {
            checked.add(
                    new ProblemJson.Checked(
                            file.toString(), ConfigFile.read(file, System::getenv)));
        }
        switch (format) {
            case TEXT -> checked.forEach(one -> text(one, source));
            case JSON -> spec.commandLine().getOut().print(ProblemJson.print(checked));
            case GITHUB -> checked.forEach(this::annotate);
        }
        spec.commandLine().getOut().flush();
        return checked.stream().allMatch(ProblemJson.Checked::good)
                ? ExitCode.DONE
                : ExitCode.FAILED;
    }

    private void text(ProblemJson.Checked checked, ConfigSource source) {
        source.loaded(checked.reading(), "this file cannot be run.")
                .ifPresent(loaded -> praise(checked.file(), loaded));
    }

    private void annotate(ProblemJson.Checked checked) {
        spec.commandLine()
                .getOut()
                .print(
                        ProblemAnnotations.print(
                                checked.found(), checked.good() ? "warning" : "error"));
        if (checked.reading() instanceof Reading.Loaded loaded) {
            praise(checked.file(), loaded);
        }
    }

    private void praise(String file, Reading.Loaded loaded) {
        spec.commandLine().getOut().println(file + " can be run: " + Size.of(loaded.config()));
    }
}
