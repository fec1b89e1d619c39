package dev.weir.cli.training;

import dev.weir.cli.ExitCode;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `weir training-run`: starts a gateway by the command it is given, sends requests of all usual kinds through it, and stops it. The
/// launcher's build has it start a JVM that writes an AOT cache when it ends. Endpoints and clients live in this process, so
/// that the other one sees what a gateway sees and nothing else. All of it on 127.0.0.1.
@Command(
        name = "training-run",
        hidden = true,
        header = "Sends requests through a gateway that is watched by its JVM; part of the build.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:done", "1:the gateway could not be trained", ExitCode.SAYS_USAGE},
        footerHeading = "%nExamples:%n",
        footer = "  weir training-run -- java -XX:AOTCacheOutput=weir.aot … run -c {config}")
public final class TrainingVerb implements Callable<Integer> {
    /// The JIT compilers have then seen enough of the usual ways to leave a profile of them.
    private static final int ROUNDS = 300;

    private static final int RARE_ROUNDS = 20;
    private static final long SECONDS_TO_WRITE = 120;
    private static final Pattern ADDRESS = Pattern.compile("http://127\\.0\\.0\\.1:([0-9]+)");

    @Spec private CommandSpec spec = CommandSpec.create();

    @Parameters(
            paramLabel = "COMMAND",
            arity = "1..*",
            description = "Starts the gateway; {config} stands for its file.")
    private List<String> command = List.of();

    @Override
    public Integer call() throws InterruptedException {
        try {
            Path file = Files.createTempFile("weir-training-", ".yaml");
            try (TrainingEndpoint endpoint = TrainingEndpoint.start()) {
                Files.writeString(file, TrainingConfig.yaml(endpoint.port(), deadPort()));
                return train(file) ? ExitCode.DONE : ExitCode.FAILED;
            } finally {
                Files.deleteIfExists(file);
            }
        } catch (IOException | CompletionException e) {
            spec.commandLine().getErr().println("weir: the training run failed: " + e.getMessage());
            return ExitCode.FAILED;
        }
    }

    private boolean train(Path file) throws IOException, InterruptedException {
        Process gateway =
                new ProcessBuilder(
                                command.stream()
                                        .map(word -> word.replace("{config}", file.toString()))
                                        .toList())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        try {
            BufferedReader said = gateway.inputReader();
            int port = awaitPort(said);
            Thread rest = Thread.ofVirtual().start(() -> said.lines().forEach(this::tell));
            try (TrainingTraffic traffic = new TrainingTraffic(port)) {
                for (int i = 0; i < ROUNDS; i++) {
                    traffic.round();
                }
                for (int i = 0; i < RARE_ROUNDS; i++) {
                    traffic.rareRound();
                }
            }
            gateway.toHandle().destroy(); // its last words are still read
            boolean ended = gateway.waitFor(SECONDS_TO_WRITE, TimeUnit.SECONDS);
            if (ended) {
                rest.join();
            }
            return ended && gateway.exitValue() == 0;
        } finally {
            gateway.destroyForcibly();
        }
    }

    /// The port of the gateway's first listener, once it says that it is ready.
    private int awaitPort(BufferedReader said) throws IOException {
        int port = 0;
        for (String line = said.readLine(); line != null; line = said.readLine()) {
            tell(line);
            Matcher address = ADDRESS.matcher(line);
            if (port == 0 && address.find()) {
                port = Integer.parseInt(address.group(1));
            }
            if (line.startsWith("Ready.") && port != 0) {
                return port;
            }
        }
        throw new IOException("the gateway did not start");
    }

    private void tell(String line) {
        spec.commandLine().getOut().println(line);
        spec.commandLine().getOut().flush();
    }

    private static int deadPort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }
}
