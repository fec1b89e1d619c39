package dev.weir.cli;

import dev.weir.WeirConfig;
import dev.weir.WeirOptions;
import dev.weir.observe.EventPrinter;
import dev.weir.runtime.Clock;
import dev.weir.runtime.Transport;
import dev.weir.schema.HostPort;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `weir run`: the gateway in the foreground, from a file or from addresses alone.
@Command(
        name = "run",
        header = "Runs the gateway in the foreground.",
        description = {
            "",
            "From a configuration file, or from addresses alone.",
            "",
            "TERM and INT (Ctrl-C) drain: requests in flight are finished, then it exits. A second",
            "signal cuts them. A wrong file or a port in use is explained and nothing is started.",
            ""
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:drained; nothing was cut",
            "1:nothing was started: the file has mistakes, or an address cannot be had",
            ExitCode.SAYS_USAGE,
            ExitCode.SAYS_CUT,
            ExitCode.SAYS_INTERNAL
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  weir run -c weir.yaml",
            "  weir run --listen :3000 --to 127.0.0.1:8081 --to 127.0.0.1:8082"
        })
final class RunVerb implements Callable<Integer> {
    private final Terminal terminal;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "The file; without it and without --to, weir.yaml in this folder.")
    private Optional<Path> file = Optional.empty();

    @Option(
            names = "--listen",
            paramLabel = "ADDRESS",
            description = "Where clients connect: :3000, 127.0.0.1:3000. May be repeated.")
    private List<HostPort> listen = List.of();

    @Option(
            names = "--to",
            paramLabel = "ADDRESS",
            description = "An endpoint that gets requests: 127.0.0.1:8081. May be repeated.")
    private List<HostPort> to = List.of();

    @Option(
            names = "--loops",
            paramLabel = "N",
            description = "Event loops; without it, one per core.")
    private Optional<Integer> loops = Optional.empty();

    @Option(
            names = "--transport",
            paramLabel = "NAME",
            description = "auto (the default), io_uring, epoll or nio.")
    private Transport.Choice transport = Transport.Choice.AUTO;

    RunVerb(Terminal terminal) {
        this.terminal = terminal;
    }

    /// What is to be run, and where that was said.
    private record Plan(WeirConfig config, Path directory, String from) {}

    @Override
    public Integer call() throws InterruptedException {
        refuseMixtures();
        StopSignals signals = StopSignals.take();
        Lines err = new Lines(spec.commandLine().getErr());
        Optional<Plan> plan = plan();
        if (plan.isEmpty()) {
            return ExitCode.FAILED;
        }
        // What the engine says must not hold up its threads when nobody reads standard error.
        try (EventPrinter events =
                new EventPrinter(System.err, Clock.system(), ZoneId.systemDefault())) {
            WeirOptions options =
                    WeirOptions.DEFAULTS
                            .withDirectory(plan.get().directory())
                            .withEvents(events)
                            .withLoops(loops.orElse(WeirOptions.DEFAULTS.loops()))
                            .withTransport(transport);
            Optional<Running> running = Running.start(plan.get().config(), options, err);
            if (running.isEmpty()) {
                return ExitCode.FAILED;
            }
            present(plan.get(), running.get());
            return running.get().untilStopped(signals, err);
        }
    }

    private Optional<Plan> plan() {
        if (!to.isEmpty()) {
            return Optional.of(new Plan(WithoutFile.config(listen, to), Path.of(""), "no file"));
        }
        return new ConfigSource(spec.commandLine().getErr(), terminal.colourErr())
                .read(file, "nothing was started.")
                .map(
                        read ->
                                new Plan(
                                        read.config(),
                                        read.directory(),
                                        file.orElse(ConfigSource.USUAL).toString()));
    }

    private void refuseMixtures() {
        if (file.isPresent() && !(listen.isEmpty() && to.isEmpty())) {
            throw wrong("a file says where to listen and where to send; leave out -c or --listen");
        }
        if (listen.isEmpty() != to.isEmpty()) {
            throw wrong("--listen and --to belong together: --listen :3000 --to 127.0.0.1:8081");
        }
        if (to.stream().anyMatch(address -> address.host().isEmpty() || address.port() == 0)) {
            throw wrong("--to wants an address and a port, such as 127.0.0.1:8081");
        }
        if (loops.isPresent() && loops.get() < 1) {
            throw wrong("--loops is a number from 1");
        }
    }

    private ParameterException wrong(String what) {
        return new ParameterException(spec.commandLine(), what);
    }

    private void present(Plan plan, Running running) {
        Lines out = new Lines(spec.commandLine().getOut());
        Map<String, InetSocketAddress> addresses = running.addresses();
        out.plain(
                "Weir "
                        + Build.read().version()
                        + " on "
                        + running.transport()
                        + ", from "
                        + plan.from());
        int widest = addresses.keySet().stream().mapToInt(String::length).max().orElse(0);
        addresses.forEach(
                (listener, at) ->
                        out.plain(
                                "  "
                                        + listener
                                        + " ".repeat(widest - listener.length() + 2)
                                        + url(at)));
        out.plain("  " + Size.of(plan.config()));
        out.plain(
                "Ready. Stop with "
                        + (terminal.in() ? "Ctrl-C." : "kill " + ProcessHandle.current().pid()));
    }

    private static String url(InetSocketAddress at) {
        return at.getAddress().isAnyLocalAddress()
                ? "http://127.0.0.1:" + at.getPort() + "  (all addresses of this machine)"
                : "http://" + new HostPort(at.getAddress().getHostAddress(), at.getPort());
    }
}
