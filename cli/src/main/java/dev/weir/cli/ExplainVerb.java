package dev.weir.cli;

import dev.weir.DryRun;
import dev.weir.InvalidConfiguration;
import dev.weir.config.Reading;
import dev.weir.explain.Explanation;
import dev.weir.explain.ExplanationJson;
import dev.weir.explain.ExplanationText;
import dev.weir.explain.Question;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `weir explain`: what becomes of a request, and why.
@Command(
        name = "explain",
        header = "Shows what becomes of a request, and why.",
        description = {
            "",
            "Reads the configuration, starts nothing, and takes the request through routes, filters and",
            "balancing by the same code that serves requests: which routes were tried and what made",
            "each one fit or not, what each filter does to it, where it goes, and the settings in",
            "force, each with its place in the file.",
            ""
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:explained, whatever becomes of the request",
            "1:the file has mistakes or cannot be read",
            ExitCode.SAYS_USAGE
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  weir explain GET https://shop.example.com/api/orders/7",
            "  weir explain GET http://localhost:8080/ -H 'X-Canary: 1' --client-ip 203.0.113.9",
            "  weir explain POST https://shop.example.com/login -c staging.yaml --json"
        })
final class ExplainVerb implements Callable<Integer> {
    private final Terminal terminal;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Parameters(index = "0", paramLabel = "METHOD", description = "GET, POST, …")
    private String method = "";

    @Parameters(index = "1", paramLabel = "URL", description = "As a client asks for it.")
    private String url = "";

    @Option(
            names = {"-H", "--header"},
            paramLabel = "'NAME: VALUE'",
            description = "A header field of the request. May be repeated.")
    private List<String> headers = List.of();

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "The file; without it, weir.yaml in this folder.")
    private Optional<Path> file = Optional.empty();

    @Option(
            names = "--client-ip",
            paramLabel = "ADDRESS",
            description = "Who connects; without it, this machine.")
    private Optional<String> client = Optional.empty();

    @Option(
            names = "--listener",
            paramLabel = "NAME",
            description = "Where it comes in; without it, the listener that fits the URL.")
    private Optional<String> listener = Optional.empty();

    @Option(names = "--json", description = "Prints the same as JSON.")
    private boolean json;

    ExplainVerb(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        Question question = question();
        CommandLine weir = spec.commandLine();
        Optional<Reading.Loaded> read =
                new ConfigSource(weir.getErr(), terminal.colourErr())
                        .read(file, "there is nothing to explain.");
        return read.isPresent() ? explain(read.get(), question) : ExitCode.FAILED;
    }

    private Question question() {
        try {
            Question question = Question.of(method, url, headers);
            question = client.isPresent() ? question.from(address(client.get())) : question;
            return listener.isPresent() ? question.by(listener.get()) : question;
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage());
        }
    }

    private static InetAddress address(String text) {
        try {
            return InetAddress.ofLiteral(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" is no IP address (expected: for example 203.0.113.9)", e);
        }
    }

    private int explain(Reading.Loaded read, Question question) {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        try (DryRun dry = DryRun.of(read)) {
            Explanation told = dry.explain(question);
            out.print(
                    json
                            ? ExplanationJson.print(told) + "\n"
                            : ExplanationText.render(told, terminal.colourOut()));
            out.flush();
            return ExitCode.DONE;
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage());
        } catch (InvalidConfiguration e) {
            err.println(String.valueOf(e.getMessage()).stripTrailing());
            return ExitCode.FAILED;
        }
    }
}
