package dev.weir.cli.admin;

import dev.weir.cli.ExitCode;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// Which gateway a verb is about, and how what comes of it becomes an exit code: options that all of these verbs have. Confined to the
/// main thread.
public final class AdminOptions {
    static final String TOKEN = "WEIR_ADMIN_TOKEN";

    @Spec(Spec.Target.MIXEE)
    private CommandSpec verb = CommandSpec.create();

    @Option(
            names = "--pid",
            paramLabel = "N",
            description = "The gateway with this process id, where this user runs several.")
    private Optional<Long> pid = Optional.empty();

    @Option(
            names = "--socket",
            paramLabel = "PATH",
            description =
                    "Its Unix socket, where admin › socket says a path. Without any of these, it is "
                            + "looked for in $XDG_RUNTIME_DIR/weir, in /run/weir where this user may write "
                            + "there, or in weir-USER in the folder for temporary files; and for root, if none "
                            + "is there, where the service has its own: /run/weir/weir, /run/weir.")
    private Optional<Path> socket = Optional.empty();

    @Option(
            names = "--admin",
            paramLabel = "URL",
            description = "Its admin API by the network, such as http://127.0.0.1:9900.")
    private Optional<String> admin = Optional.empty();

    @Option(
            names = "--token",
            paramLabel = "TOKEN",
            description =
                    "What that asks for. In "
                            + TOKEN
                            + " or a file it is better kept: nobody sees "
                            + "it in the list of processes.")
    private Optional<String> token = Optional.empty();

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description = "A file that holds the token.")
    private Optional<Path> tokenFile = Optional.empty();

    /// What a verb does with the gateway that is meant.
    @FunctionalInterface
    interface Asking {
        /// @return the exit code
        int with(AdminApi api) throws Unreachable, Declined, IOException;
    }

    /// Does it, and says what went wrong.
    int ask(Asking asking) {
        PrintWriter err = verb.commandLine().getErr();
        try {
            return asking.with(new AdminApi(place()));
        } catch (Gateways.Several e) {
            err.println("weir: " + e.getMessage());
            return ExitCode.WRONG_USAGE;
        } catch (Unreachable | IOException e) {
            err.println("weir: " + e.getMessage());
            return ExitCode.UNREACHABLE;
        } catch (Declined e) {
            return declined(e, err);
        }
    }

    private int declined(Declined e, PrintWriter err) {
        if (e.report().isEmpty()) {
            err.println("weir: " + e.getMessage());
        } else {
            err.print(e.report());
            err.flush();
        }
        if (!e.unknownClient()) {
            return ExitCode.FAILED;
        }
        if (e.status() == Declined.NO_TOKEN) {
            err.println(
                    "      Say the token of admin › token with --token-file, or in " + TOKEN + ".");
        }
        return ExitCode.UNREACHABLE;
    }

    private Place place() throws Unreachable, Gateways.Several {
        int said =
                (pid.isPresent() ? 1 : 0)
                        + (socket.isPresent() ? 1 : 0)
                        + (admin.isPresent() ? 1 : 0);
        if (said > 1) {
            throw usage("--pid, --socket and --admin say the same thing: use one of them.");
        }
        if (admin.isEmpty() && (token.isPresent() || tokenFile.isPresent())) {
            throw usage("a token is for --admin; a socket asks for none.");
        }
        if (socket.isPresent()) {
            return new Place.OnSocket(socket.get());
        }
        return admin.isPresent()
                ? new Place.OnAddress(address(admin.get()), shown())
                : Gateways.ofThisUser().one(pid);
    }

    private URI address(String text) {
        try {
            return AdminApi.address(text);
        } catch (IllegalArgumentException e) {
            throw usage("\"" + text + "\" " + e.getMessage());
        }
    }

    private Optional<String> shown() {
        Optional<String> found =
                token.or(() -> tokenFile.map(this::read))
                        .or(() -> Optional.ofNullable(System.getenv(TOKEN)));
        if (found.isPresent() && !found.get().chars().allMatch(c -> c > ' ' && c < 127)) {
            throw usage("the token has characters that no token has.");
        }
        return found.filter(text -> !text.isEmpty());
    }

    private String read(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw usage("the token's file cannot be read: " + e.getMessage());
        }
    }

    private ParameterException usage(String message) {
        return new ParameterException(verb.commandLine(), message);
    }
}
