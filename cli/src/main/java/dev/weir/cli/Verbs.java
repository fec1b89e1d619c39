package dev.weir.cli;

import dev.weir.cli.admin.DrainVerb;
import dev.weir.cli.admin.LogVerb;
import dev.weir.cli.admin.ReloadVerb;
import dev.weir.cli.admin.RollbackVerb;
import dev.weir.cli.admin.StatusVerb;
import dev.weir.cli.admin.StopVerb;
import dev.weir.cli.admin.TopVerb;
import dev.weir.cli.admin.UpgradeVerb;
import dev.weir.cli.demo.DemoVerb;
import dev.weir.cli.endpoint.EndpointVerb;
import dev.weir.cli.endpoint.Failing;
import dev.weir.cli.simulate.SimulateVerb;
import dev.weir.cli.training.TrainingVerb;
import dev.weir.config.Nearest;
import dev.weir.schema.DurationText;
import dev.weir.schema.HostPort;
import dev.weir.service.EndpointAddress;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/// The command line of `weir`: picks the verb, and turns what it returns or throws into an exit code. Confined to the main
/// thread.
@Command(
        name = "weir",
        synopsisSubcommandLabel = "VERB",
        versionProvider = VersionVerb.InOneLine.class,
        description = {
            "An HTTP load balancer and API gateway: one program, one YAML file, no database.",
            ""
        },
        commandListHeading = "%nVerbs:%n",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            ExitCode.SAYS_DONE,
            ExitCode.SAYS_FAILED + " (do not restart)",
            ExitCode.SAYS_USAGE,
            ExitCode.SAYS_CUT,
            ExitCode.SAYS_UNREACHABLE,
            ExitCode.SAYS_INTERNAL
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  weir demo                                         watch it work, nothing needed",
            "  weir run --listen :3000 --to 127.0.0.1:8081       a gateway without a file",
            "",
            "Each verb explains itself: weir run --help. NO_COLOR turns colour off;",
            "WEIR_JAVA_OPTS holds more flags for the JVM, such as -Xmx256m."
        })
final class Verbs implements Callable<Integer> {
    private static final int WIDTH = 100;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "Prints the version; the verb says more.")
    private boolean version;

    /// As `weir --help` lists them.
    private static final List<String> NAMES =
            List.of(
                    "run",
                    "validate",
                    "explain",
                    "demo",
                    "status",
                    "top",
                    "log",
                    "drain",
                    "reload",
                    "rollback",
                    "upgrade",
                    "stop",
                    "endpoint",
                    "config",
                    "fmt",
                    "simulate",
                    "completion",
                    "version",
                    "training-run");

    /// The command line for these words, ready to execute. If they begin with a verb it has no other, except for the one that
    /// tells of all: to read what each says of itself takes half a second on a small machine.
    static CommandLine commandLine(List<String> words, Terminal terminal) {
        String first = words.isEmpty() ? "" : words.getFirst();
        boolean alone = NAMES.contains(first) && !first.equals("completion");
        CommandLine weir = new CommandLine(new Verbs());
        for (String name : alone ? List.of(first) : NAMES) {
            weir.addSubcommand(name, verb(name, terminal));
        }
        weir.registerConverter(HostPort.class, reading(HostPort::parse));
        weir.registerConverter(EndpointAddress.class, reading(EndpointAddress::parse));
        weir.registerConverter(Duration.class, reading(DurationText::parse));
        weir.registerConverter(Failing.class, reading(Failing::parse));
        weir.setCaseInsensitiveEnumValuesAllowed(true);
        weir.setUsageHelpWidth(WIDTH);
        weir.setUsageHelpLongOptionsMaxWidth(WIDTH / 3);
        weir.setColorScheme(Help.defaultColorScheme(terminal.colourOut() ? Ansi.ON : Ansi.OFF));
        weir.setParameterExceptionHandler((e, args) -> wrongUsage(e));
        weir.setExecutionExceptionHandler((e, verb, parsed) -> ExitCode.ownFault(e, verb.getErr()));
        addHelpOption(weir);
        return weir;
    }

    private static Object verb(String name, Terminal terminal) {
        return switch (name) {
            case "run" -> new RunVerb(terminal);
            case "validate" -> new ValidateVerb(terminal);
            case "explain" -> new ExplainVerb(terminal);
            case "demo" -> new DemoVerb(terminal);
            case "status" -> new StatusVerb(terminal);
            case "top" -> new TopVerb(terminal);
            case "log" -> new LogVerb(terminal);
            case "drain" -> new DrainVerb();
            case "reload" -> new ReloadVerb();
            case "rollback" -> new RollbackVerb(terminal);
            case "upgrade" -> new UpgradeVerb();
            case "stop" -> new StopVerb();
            case "endpoint" -> new EndpointVerb();
            case "config" ->
                    new CommandLine(new ConfigVerb())
                            .addSubcommand(new ConfigShowVerb(terminal))
                            .addSubcommand(new ConfigDiffVerb(terminal))
                            .addSubcommand(new ConfigSchemaVerb());
            case "fmt" -> new FmtVerb(terminal);
            case "simulate" -> new SimulateVerb(terminal);
            case "completion" -> new CompletionVerb();
            case "version" -> new VersionVerb();
            case "training-run" -> new TrainingVerb();
            default -> throw new IllegalArgumentException(name);
        };
    }

    private static void addHelpOption(CommandLine verb) {
        verb.getCommandSpec()
                .addOption(
                        CommandLine.Model.OptionSpec.builder("-h", "--help")
                                .usageHelp(true)
                                .description("Shows this help.")
                                .build());
        verb.getSubcommands().values().stream().distinct().forEach(Verbs::addHelpOption);
    }

    /// Parsers of the engine say what is wrong without the value: ` is not an address`.
    private static <T> ITypeConverter<T> reading(Function<String, T> parse) {
        return text -> {
            try {
                return parse.apply(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException("\"" + text + "\" " + e.getMessage());
            }
        };
    }

    private static int wrongUsage(ParameterException e) {
        CommandLine verb = e.getCommandLine();
        PrintWriter err = verb.getErr();
        err.println(verb.getCommandSpec().qualifiedName() + ": " + whatIsWrong(e));
        err.println("Try: " + verb.getCommandSpec().qualifiedName() + " --help");
        return ExitCode.WRONG_USAGE;
    }

    private static String whatIsWrong(ParameterException e) {
        if (!(e instanceof UnmatchedArgumentException unmatched)) {
            return String.valueOf(e.getMessage());
        }
        CommandSpec spec = e.getCommandLine().getCommandSpec();
        String word = unmatched.getUnmatched().getFirst();
        if (word.startsWith("-")) {
            return "there is no option "
                    + word
                    + Nearest.didYouMean(word, spec.optionsMap().keySet());
        }
        return spec.subcommands().isEmpty()
                ? "\"" + word + "\" is one word too many."
                : "there is no verb "
                        + word
                        + Nearest.didYouMean(word, spec.subcommands().keySet());
    }

    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getErr());
        return ExitCode.WRONG_USAGE;
    }
}
