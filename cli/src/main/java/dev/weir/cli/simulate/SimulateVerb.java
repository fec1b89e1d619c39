package dev.weir.cli.simulate;

import dev.weir.cli.ExitCode;
import dev.weir.cli.Terminal;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `weir simulate`: what policies or configurations would do in a situation, before it happens.
@Command(
        name = "simulate",
        header = "Shows what policies or configurations would do in a situation.",
        description = {
            "",
            "Runs Weir's own balancing, checks and limits on virtual time, before endpoints that are",
            "models: a minute of traffic takes about a second. With a configuration it compares what",
            "is configured with the other policies, or with another configuration. The same seed gives",
            "the same output.",
            ""
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            ExitCode.SAYS_DONE,
            "1:a file has mistakes or cannot be read or written",
            ExitCode.SAYS_USAGE
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  weir simulate --scenario list",
            "  weir simulate --scenario one-slow --plot one-slow.svg",
            "  weir simulate -c weir.yaml --scenario one-slow.yaml --policies least-requests,random",
            "  weir simulate -c weir.yaml --against other.yaml --scenario rush",
            "  weir simulate -c weir.yaml --log access.json"
        })
public final class SimulateVerb implements Callable<Integer> {
    private final Terminal terminal;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "The configuration; without it, the scenario's equal endpoints.")
    private Optional<Path> config = Optional.empty();

    @Option(
            names = "--scenario",
            paramLabel = "NAME|FILE",
            description =
                    "The situation: a name that --scenario list shows, or a file. steady without it.")
    private Optional<String> scenario = Optional.empty();

    @Option(
            names = "--service",
            paramLabel = "NAME",
            description = "The service of the configuration, where it has several.")
    private Optional<String> service = Optional.empty();

    @Option(
            names = "--against",
            paramLabel = "FILE",
            description = "Another configuration, to see what it would change.")
    private Optional<Path> against = Optional.empty();

    @Option(
            names = "--policies",
            paramLabel = "A,B",
            split = ",",
            description = "Compare these policies only.")
    private List<String> policies = List.of();

    @Option(
            names = "--log",
            paramLabel = "FILE",
            description = "Plays an access log in JSON again, in place of the scenario's requests.")
    private Optional<Path> log = Optional.empty();

    @Option(names = "--seed", paramLabel = "N", description = "What chance begins with.")
    private Optional<Long> seed = Optional.empty();

    @Option(
            names = "--requests",
            paramLabel = "N",
            description = "So many requests, whatever time they take.")
    private Optional<Long> requests = Optional.empty();

    @Option(names = "--plot", paramLabel = "FILE", description = "Draws a picture (SVG).")
    private Optional<Path> plot = Optional.empty();

    @Option(
            names = "--show",
            description = "Prints the scenario, as a file to start from, and runs nothing.")
    private boolean show;

    @Option(names = "--report", paramLabel = "FOLDER", hidden = true)
    private Optional<Path> report = Optional.empty();

    @Option(names = "--part", paramLabel = "NAME", hidden = true)
    private Optional<String> part = Optional.empty();

    public SimulateVerb(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        if (requests.isPresent() && requests.get() < 1) {
            return wrong("--requests is at least 1.");
        }
        if (against.isPresent() && config.isEmpty()) {
            return wrong("--against wants a configuration to compare with: -c FILE.");
        }
        if (against.isPresent() && !policies.isEmpty()) {
            return wrong("--against and --policies exclude each other.");
        }
        Inquiry inquiry =
                new Inquiry(
                        config,
                        scenario,
                        service,
                        against,
                        policies,
                        log,
                        seed.map(OptionalLong::of).orElse(OptionalLong.empty()),
                        requests.orElse(0L),
                        plot);
        Simulating simulating =
                new Simulating(spec.commandLine().getOut(), spec.commandLine().getErr(), terminal);
        if (report.isPresent()) {
            return simulating.report(report.get(), part.orElse(""));
        }
        return show ? simulating.show(inquiry) : simulating.run(inquiry);
    }

    private int wrong(String what) {
        spec.commandLine().getErr().println("weir simulate: " + what);
        spec.commandLine().getErr().println("Try: weir simulate --help");
        return ExitCode.WRONG_USAGE;
    }

    /// What the words of the command line ask for. Immutable.
    record Inquiry(
            Optional<Path> config,
            Optional<String> scenario,
            Optional<String> service,
            Optional<Path> against,
            List<String> policies,
            Optional<Path> log,
            OptionalLong seed,
            long requests,
            Optional<Path> plot) {
        Inquiry {
            policies = List.copyOf(policies);
        }
    }
}
