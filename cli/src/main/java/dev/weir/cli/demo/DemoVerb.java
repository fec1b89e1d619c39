package dev.weir.cli.demo;

import dev.weir.Build;
import dev.weir.WeirConfig;
import dev.weir.WeirOptions;
import dev.weir.cli.BindFailure;
import dev.weir.cli.ExitCode;
import dev.weir.cli.Keys;
import dev.weir.cli.Lines;
import dev.weir.cli.Running;
import dev.weir.cli.Signals;
import dev.weir.cli.Terminal;
import dev.weir.config.ConfigFile;
import dev.weir.config.Reading;
import dev.weir.schema.HostPort;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `weir demo`: the gateway before five endpoints in the same process.
@Command(
        name = "demo",
        header = "Shows the gateway at work; needs nothing else.",
        description = {
            "",
            "Runs the gateway before five endpoints of its own: two for users, two for orders, one",
            "site. It sends itself 25 requests a second and says who answered. After 10 seconds one",
            "endpoint dies, 10 seconds later it is back; so every minute. All of it on 127.0.0.1, and",
            "to be looked at in a browser: the address of the dashboard is printed.",
            "",
            "On a terminal: k kills an endpoint, r revives the dead, q quits.",
            ""
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:ended by q, Ctrl-C or TERM",
            "1:a port cannot be had",
            ExitCode.SAYS_USAGE,
            ExitCode.SAYS_CUT
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  weir demo",
            "  weir demo --print-config > weir.yaml      a file to start from, endpoints at 8081 to 8085"
        })
public final class DemoVerb implements Callable<Integer> {
    private static final String LOCAL = "127.0.0.1";
    private static final int USUAL_PORT = 8080;
    private static final int PORTS_TRIED = 20;

    private final Terminal terminal;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--port",
            paramLabel = "N",
            description = "Port of the gateway; without it, 8080 or the next free one.")
    private Optional<Integer> port = Optional.empty();

    @Option(
            names = "--endpoint-port",
            paramLabel = "N",
            description = "Ports of the endpoints from N on; without it, any free ones.")
    private int endpointPort;

    @Option(names = "--no-faults", description = "No endpoint dies by itself.")
    private boolean noFaults;

    @Option(
            names = "--print-config",
            description = "Prints the configuration that the demo uses, and ends.")
    private boolean printConfig;

    public DemoVerb(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws InterruptedException {
        Lines out = new Lines(spec.commandLine().getOut());
        Lines err = new Lines(spec.commandLine().getErr());
        if (printConfig) {
            out.plain(yaml(port.orElse(USUAL_PORT), printedPorts()).stripTrailing());
            return ExitCode.DONE;
        }
        Signals signals = Signals.take();
        try (DemoEndpoints endpoints = DemoEndpoints.start(endpointPort)) {
            int gateway = port.orElseGet(() -> freePort(out));
            Optional<Running> running =
                    Running.start(
                            read(gateway, endpoints.ports()),
                            WeirOptions.DEFAULTS
                                    .withEvents(line -> out.say(endpoints.explain(line)))
                                    .withVersion(Build.read().version())
                                    .withUsualAdmin(true)
                                    .withStop(signals::stop),
                            err);
            return running.isEmpty()
                    ? ExitCode.FAILED
                    : perform(running.get(), endpoints, signals, out);
        } catch (IOException e) {
            err.plain("weir: " + BindFailure.explain(new HostPort(LOCAL, endpointPort), e));
            return ExitCode.FAILED;
        }
    }

    private int perform(Running running, DemoEndpoints endpoints, Signals signals, Lines out)
            throws InterruptedException {
        int gateway = running.port();
        String title = "Weir " + Build.read().version() + " demo, on " + running.transport();
        DemoScreen screen =
                new DemoScreen(
                        title,
                        gateway,
                        endpoints.ports(),
                        running.admin().filter(at -> at.startsWith("http")),
                        terminal.in(),
                        !noFaults);
        out.plain(screen.text());
        try (Traffic traffic = new Traffic(gateway);
                Show show = new Show(endpoints, traffic, out, signals::stop)) {
            show.begin(Pace.USUAL, !noFaults);
            if (!terminal.in()) {
                signals.await();
            } else {
                try (Keys keys = Keys.listen(show::pressed)) {
                    signals.await();
                }
            }
        }
        return running.untilStopped(signals, out);
    }

    private List<Integer> printedPorts() {
        int first = endpointPort == 0 ? USUAL_PORT + 1 : endpointPort;
        return IntStream.range(first, first + DemoConfig.NAMES.size()).boxed().toList();
    }

    private static int freePort(Lines out) {
        for (int port = USUAL_PORT; port < USUAL_PORT + PORTS_TRIED; port++) {
            try (ServerSocket free = new ServerSocket()) {
                free.bind(new InetSocketAddress(LOCAL, port));
                if (port != USUAL_PORT) {
                    out.plain(
                            "Port " + USUAL_PORT + " is taken, so the gateway is at " + port + ".");
                }
                return port;
            } catch (IOException e) {
                continue;
            }
        }
        return 0;
    }

    private static WeirConfig read(int gateway, List<Integer> ports) {
        return switch (ConfigFile.read(
                "demo.yaml", yaml(gateway, ports), Path.of(""), name -> null)) {
            case Reading.Loaded loaded -> loaded.config();
            case Reading.Refused refused ->
                    throw new IllegalStateException("the demo's own file: " + refused.problems());
        };
    }

    private static String yaml(int gateway, List<Integer> ports) {
        return DemoConfig.yaml(gateway, ports);
    }
}
