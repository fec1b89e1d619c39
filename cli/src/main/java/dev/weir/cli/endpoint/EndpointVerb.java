package dev.weir.cli.endpoint;

import dev.weir.cli.BindFailure;
import dev.weir.cli.ExitCode;
import dev.weir.cli.Lines;
import dev.weir.cli.Signals;
import dev.weir.schema.HostPort;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `weir endpoint`: a small HTTP endpoint to put behind a gateway and to make trouble with.
@Command(
        name = "endpoint",
        header = "Runs a small HTTP endpoint to try a gateway with.",
        description = {
            "",
            "It listens on 127.0.0.1.",
            "It answers any path with \"Response from: NAME\" and /health with 200. While it runs it",
            "obeys POST /control: ?delay=2s, ?fail=503, ?fail=50%%25 (50%% in a URL), ?hang=true,",
            "?health=404; ?ok makes all good again. /health hangs when the rest does, but is",
            "neither delayed nor failed. /load tells its load to gateways that balance by it",
            "(balance: { prequal: { probe: /load } }), whatever the rest does.",
            ""
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:stopped by a signal", "1:the port cannot be had", ExitCode.SAYS_USAGE},
        footerHeading = "%nExamples:%n",
        footer = {
            "  weir endpoint --port 8081 --name users-1",
            "  curl -X POST 'http://127.0.0.1:8081/control?delay=2s'"
        })
public final class EndpointVerb implements Callable<Integer> {
    private static final String LOCAL = "127.0.0.1";

    @Spec private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--port",
            paramLabel = "N",
            required = true,
            description = "Port to listen on; 0 takes a free one.")
    private int port;

    @Option(
            names = "--name",
            paramLabel = "NAME",
            required = true,
            description = "What it calls itself in its answers.")
    private String name = "";

    @Option(
            names = "--delay",
            paramLabel = "TIME",
            description = "Waits before every answer, such as 200ms.")
    private Duration delay = Duration.ZERO;

    @Option(
            names = "--fail",
            paramLabel = "WHAT",
            description = "Answers all with a status (503), or a share with 503 (50%%).")
    private Failing fail = Failing.NEVER;

    @Option(names = "--hang", description = "Takes requests and answers none.")
    private boolean hang;

    @Option(
            names = "--health-status",
            paramLabel = "STATUS",
            description = "Answers /health with it, such as 404.")
    private int healthStatus = Behaviour.GOOD.healthStatus();

    @Option(names = "--quiet", description = "Does not print a line per request.")
    private boolean quiet;

    @Override
    public Integer call() throws InterruptedException {
        Lines out = new Lines(spec.commandLine().getOut());
        if (port < 0 || port > 65_535) {
            throw wrong("--port is a number from 0 to 65535");
        }
        if (healthStatus < 200 || healthStatus > 599) {
            throw wrong("--health-status is a number from 200 to 599");
        }
        Behaviour behaviour = new Behaviour(delay, fail, hang, healthStatus);
        Signals signals = Signals.take();
        SmallEndpoint.RequestLog log =
                (method, path, status, nanos) ->
                        out.say(
                                name
                                        + "  "
                                        + method
                                        + " "
                                        + path
                                        + "  "
                                        + status
                                        + "  "
                                        + TimeUnit.NANOSECONDS.toMillis(nanos)
                                        + " ms");
        InetSocketAddress at = new InetSocketAddress(LOCAL, port);
        try (SmallEndpoint endpoint =
                SmallEndpoint.start(
                        name, at, behaviour, quiet ? SmallEndpoint.RequestLog.NONE : log)) {
            out.plain(name + " answers at http://127.0.0.1:" + endpoint.port());
            signals.await();
            return ExitCode.DONE;
        } catch (IOException e) {
            spec.commandLine()
                    .getErr()
                    .println("weir: " + BindFailure.explain(new HostPort(LOCAL, port), e));
            return ExitCode.FAILED;
        }
    }

    private ParameterException wrong(String what) {
        return new ParameterException(spec.commandLine(), what);
    }
}
