package dev.weir.cli;

import dev.weir.config.ChangeReport;
import dev.weir.config.Reading;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `weir config diff`: what a configuration would change that takes the place of another.
@Command(
        name = "diff",
        header = "Says what another configuration would change.",
        description = {
            "",
            "What differs in listeners, routes, services, endpoints and all else, one change on a"
                    + " line with",
            "its place, and the counts at the end. Where and how a setting is written does not"
                    + " matter, only",
            "what it means: defaults, variables and included files are filled in. Secrets are"
                    + " hidden.",
            ""
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:both can be read; with --check, and nothing would change",
            "1:one has mistakes or cannot be read; with --check, or something would change",
            ExitCode.SAYS_USAGE
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  weir config diff /etc/weir/weir.yaml weir.yaml",
            "  weir config diff --check a.yaml b.yaml        in a script: exits 1 if they differ"
        })
final class ConfigDiffVerb implements Callable<Integer> {
    private static final String TAIL = "there is nothing to compare.";

    private final Terminal terminal;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "BEFORE", index = "0", description = "The file as it is.")
    private Path before = Path.of("");

    @Parameters(paramLabel = "AFTER", index = "1", description = "The file as it is to be.")
    private Path after = Path.of("");

    @Option(names = "--json", description = "As one JSON document.")
    private boolean json;

    @Option(names = "--check", description = "Exits 1 if something would change.")
    private boolean check;

    ConfigDiffVerb(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        ConfigSource source = new ConfigSource(spec.commandLine().getErr(), terminal.colourErr());
        Optional<Reading.Loaded> was = source.readUntested(Optional.of(before), TAIL);
        Optional<Reading.Loaded> is = source.readUntested(Optional.of(after), TAIL);
        if (was.isEmpty() || is.isEmpty()) {
            return ExitCode.FAILED;
        }
        ChangeReport report = ChangeReport.of(was.get(), is.get());
        spec.commandLine().getOut().print(json ? report.json() : report.text());
        spec.commandLine().getOut().flush();
        return check && !report.changes().none() ? ExitCode.FAILED : ExitCode.DONE;
    }
}
