package dev.weir.cli;

import dev.weir.DryRun;
import dev.weir.InvalidConfiguration;
import dev.weir.cli.admin.AdminOptions;
import dev.weir.cli.admin.LiveExplain;
import dev.weir.config.Reading;
import dev.weir.explain.Explanation;
import dev.weir.explain.ExplanationJson;
import dev.weir.explain.ExplanationText;
import dev.weir.explain.Question;
import dev.weir.tls.ClientCertificate;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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
            "force, each with its place in the file. With --live it asks the running gateway, which",
            "knows its limits, the health of endpoints and what they have to do.",
            "",
            "A gateway also keeps requests that were slow or failed: --last-failed, --failed, --slow",
            "and --request show what became of them, and where their time went.",
            ""
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:explained, whatever becomes of the request",
            "1:the file has mistakes or cannot be read, or no such request is kept",
            ExitCode.SAYS_USAGE,
            ExitCode.SAYS_UNREACHABLE
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  weir explain GET https://shop.example.com/api/orders/7",
            "  weir explain GET http://localhost:8080/ -H 'X-Canary: 1' --client-ip 203.0.113.9",
            "  weir explain POST https://shop.example.com/login -c staging.yaml --json",
            "  weir explain GET https://internal.example.com/ --client-cert me.pem --http2",
            "  weir explain GET https://shop.example.com/api/orders/7 --live",
            "  weir explain --last-failed"
        })
final class ExplainVerb implements Callable<Integer> {
    private final Terminal terminal;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Parameters(index = "0", arity = "0..1", paramLabel = "METHOD", description = "GET, POST, …")
    private String method = "";

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "URL",
            description = "As a client asks for it.")
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

    @Option(
            names = "--http2",
            description = "The client speaks HTTP/2, if the listener does; without it, HTTP/1.1.")
    private boolean http2;

    @Option(
            names = "--sni",
            paramLabel = "NAME",
            description =
                    "The name that the client asks for in the TLS handshake; without it, the host of "
                            + "the URL. '' for none.")
    private Optional<String> serverName = Optional.empty();

    @Option(
            names = "--client-cert",
            paramLabel = "FILE",
            description = "The certificate that the client shows if it is asked, in PEM.")
    private Optional<Path> certificate = Optional.empty();

    @Option(names = "--json", description = "Prints the same as JSON.")
    private boolean json;

    @Option(
            names = "--live",
            description = "Asks the running gateway: limits, health and load are those of now.")
    private boolean live;

    @Option(
            names = "--request",
            paramLabel = "ID",
            description = "What became of a request that the gateway keeps, by its request id.")
    private Optional<String> request = Optional.empty();

    @Option(names = "--last-failed", description = "What became of the last request that failed.")
    private boolean lastFailed;

    @Option(names = "--failed", description = "Lists requests that failed, the last first.")
    private boolean failed;

    @Option(names = "--slow", description = "Lists slow requests, the slowest first.")
    private boolean slow;

    @Option(
            names = "--new-token",
            description =
                    "Makes a token. A request that carries it as X-Weir-Explain is kept, and its answer "
                            + "tells in the same field what to look for with --request.")
    private boolean newToken;

    @Mixin private AdminOptions options = new AdminOptions();

    ExplainVerb(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
        LiveExplain gateway =
                new LiveExplain(options, spec.commandLine().getOut(), json, terminal.colourOut());
        List<Callable<Integer>> asked = new ArrayList<>();
        request.ifPresent(id -> asked.add(() -> gateway.kept(id)));
        when(lastFailed, gateway::lastFailed, asked);
        when(failed, () -> gateway.all("failed"), asked);
        when(slow, () -> gateway.all("slow"), asked);
        when(newToken, gateway::newToken, asked);
        boolean named = !method.isEmpty();
        if (asked.size() + (named ? 1 : 0) != 1) {
            throw usage(
                    asked.isEmpty()
                            ? "Missing required parameters: 'METHOD', 'URL'"
                            : "one at a time: a METHOD and URL, --request, --last-failed, --failed, --slow or --new-token.");
        }
        if (file.isPresent() && (live || !named)) {
            throw usage("-c names a file, and the rest is about the running gateway.");
        }
        return named ? question(gateway) : asked.getFirst().call();
    }

    private static void when(
            boolean said, Callable<Integer> action, List<Callable<Integer>> asked) {
        if (said) {
            asked.add(action);
        }
    }

    private int question(LiveExplain gateway) {
        if (url.isEmpty()) {
            throw usage("Missing required parameter: 'URL'");
        }
        Question question = question();
        if (live) {
            ClientCertificate shown = question.greeting().certificate();
            return gateway.request(
                    new LiveExplain.Wanted(
                            method,
                            url,
                            headers,
                            client,
                            listener,
                            http2,
                            serverName,
                            shown.pem()));
        }
        CommandLine weir = spec.commandLine();
        Optional<Reading.Loaded> read =
                new ConfigSource(weir.getErr(), terminal.colourErr())
                        .read(file, "there is nothing to explain.");
        return read.isPresent() ? explain(read.get(), question) : ExitCode.FAILED;
    }

    private Question question() {
        try {
            Question question = Question.of(method, url, headers).greeting(greeting());
            question = client.isPresent() ? question.from(address(client.get())) : question;
            return listener.isPresent() ? question.by(listener.get()) : question;
        } catch (IllegalArgumentException e) {
            throw usage(e.getMessage());
        }
    }

    private Question.Greeting greeting() {
        Question.Greeting greeting =
                http2 ? Question.Greeting.USUAL.withHttp2() : Question.Greeting.USUAL;
        if (serverName.isPresent()) {
            greeting = greeting.asking(serverName.get());
        }
        return certificate.isPresent()
                ? greeting.showing(ClientCertificate.read(certificate.get()))
                : greeting;
    }

    private ParameterException usage(@Nullable String message) {
        return new ParameterException(spec.commandLine(), message);
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
            throw usage(e.getMessage());
        } catch (InvalidConfiguration e) {
            err.println(String.valueOf(e.getMessage()).stripTrailing());
            return ExitCode.FAILED;
        }
    }
}
