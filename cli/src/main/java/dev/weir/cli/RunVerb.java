package dev.weir.cli;

import dev.weir.runtime.Transport;
import dev.weir.schema.HostPort;
import dev.weir.service.EndpointAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `weir run`: the gateway in the foreground, from a file or from addresses alone. [RunOrder] reads most of its command lines
/// before this is asked; help, mistakes and the rarer ways of writing come here.
@Command(
        name = "run",
        header = "Runs the gateway in the foreground.",
        description = {
            "",
            "From a configuration file, or from addresses alone.",
            "",
            "TERM and INT (Ctrl-C) drain: requests in flight are finished, then it exits. A second",
            "signal cuts them. A wrong file or a port in use is explained and nothing is started.",
            "HUP reads the file again: all of it comes in force without losing a request, or, if it",
            "has mistakes, nothing of it.",
            "USR2 starts the program again, as it is installed now, and hands the listening sockets",
            "over to it: nothing is refused and nothing lost. This process then drains and ends.",
            "USR1 goes on with new log files, after the old ones were given other names.",
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
    private List<EndpointAddress> to = List.of();

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

    @Option(names = "--watch", description = "Reads the file again whenever it changes.")
    private boolean watch;

    RunVerb(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws InterruptedException {
        RunOrder order = new RunOrder(file, listen, to, loops, transport, watch);
        Optional<String> wrong = order.wrong();
        if (wrong.isPresent()) {
            throw new ParameterException(spec.commandLine(), wrong.get());
        }
        CommandLine weir = spec.commandLine();
        return new Foreground(terminal, weir.getOut(), weir.getErr()).run(order);
    }
}
