package dev.weir.cli;

import dev.weir.config.Layout;
import dev.weir.config.ProblemReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `weir fmt`: lays configuration files out in the one way.
@Command(
        name = "fmt",
        header = "Lays configuration files out in one way.",
        description = {
            "",
            "Keys in the order of the reference, two columns per level, the same quotes and blanks.",
            "Comments and empty lines stay with what they are about, short forms stay short, and what",
            "the file says stays the same. Prints to standard output, or changes the files with -w.",
            ""
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            ExitCode.SAYS_DONE,
            "1:a file is no YAML or cannot be read or written; with --check, one would change",
            ExitCode.SAYS_USAGE
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  weir fmt weir.yaml | diff weir.yaml -",
            "  weir fmt -w weir.yaml routes.d/*.yaml",
            "  weir fmt --check weir.yaml                    in a pipeline"
        })
final class FmtVerb implements Callable<Integer> {
    private final Terminal terminal;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Parameters(
            paramLabel = "FILE",
            arity = "0..*",
            description = "Files to lay out; without any, weir.yaml in this folder.")
    private List<Path> files = List.of();

    @ArgGroup private Way way = new Way();

    /// What is done with the outcome; nothing of it: it is printed.
    private static final class Way {
        @Option(
                names = {"-w", "--write"},
                description = "Changes the files, and names those that it changes.")
        private boolean write;

        @Option(names = "--check", description = "Changes nothing, and names files that would.")
        private boolean check;
    }

    FmtVerb(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        boolean good = true;
        for (Path file : files.isEmpty() ? List.of(ConfigSource.USUAL) : files) {
            good &= one(file);
        }
        spec.commandLine().getOut().flush();
        return good ? ExitCode.DONE : ExitCode.FAILED;
    }

    private boolean one(Path file) {
        return switch (Layout.of(file)) {
            case Layout.Result.Refused refused -> {
                PrintWriter err = spec.commandLine().getErr();
                err.print(
                        new ProblemReport(refused.sources(), terminal.colourErr())
                                .render(refused.problems(), "this file is left as it is."));
                err.flush();
                yield false;
            }
            case Layout.Result.Laid laid when way.check -> {
                if (!laid.same()) {
                    spec.commandLine().getOut().println(file + " would change");
                }
                yield laid.same();
            }
            case Layout.Result.Laid laid when way.write -> laid.same() || write(file, laid.text());
            case Layout.Result.Laid laid -> {
                spec.commandLine().getOut().print(laid.text());
                yield true;
            }
        };
    }

    private boolean write(Path file, String text) {
        try {
            Files.writeString(file, text);
            spec.commandLine().getOut().println(file + " changed");
            return true;
        } catch (IOException e) {
            spec.commandLine()
                    .getErr()
                    .println("weir: " + file + " cannot be written: " + e.getMessage());
            return false;
        }
    }
}
