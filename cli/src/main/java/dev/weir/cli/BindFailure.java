package dev.weir.cli;

import dev.weir.WeirConfig;
import dev.weir.schema.HostPort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Says why a gateway could not listen: which listener, who is in the way, and what to do.
///
/// The engine has let go of every address when it reports a failure, so the listeners are tried again here one
/// after the other, in the order of the configuration; the first that fails is the one.
public final class BindFailure {
    private BindFailure() {}

    /// Lines for a person; ends without a line end.
    static String explain(WeirConfig config, IOException failure) {
        List<ServerSocket> held = new ArrayList<>();
        try {
            for (var listener : config.listeners().entrySet()) {
                HostPort at = listener.getValue().listen();
                Optional<String> why = tryOut(at, held);
                if (why.isPresent()) {
                    return refused(at, "listener \"" + listener.getKey() + "\"", why.get());
                }
            }
            Optional<HostPort> admin = config.admin().flatMap(settings -> settings.listen().at());
            Optional<String> why = admin.flatMap(at -> tryOut(at, held));
            if (why.isPresent()) {
                return refused(admin.get(), "admin", why.get());
            }
        } finally {
            held.forEach(BindFailure::close);
        }
        return "cannot start: " + failure.getMessage() + "\nNothing was started.";
    }

    private static String refused(HostPort at, String what, String why) {
        return "cannot listen on " + at + " (" + what + "): " + why + "\nNothing was started.";
    }

    /// Why one address cannot be had, for programs that listen on one only; ends without a line end.
    public static String explain(HostPort at, IOException failure) {
        List<ServerSocket> held = new ArrayList<>();
        try {
            return "cannot listen on "
                    + at
                    + ": "
                    + tryOut(at, held).orElse(String.valueOf(failure.getMessage()));
        } finally {
            held.forEach(BindFailure::close);
        }
    }

    private static Optional<String> tryOut(HostPort at, List<ServerSocket> held) {
        InetSocketAddress address = at.socketAddress();
        if (address.isUnresolved()) {
            return Optional.of("no address is known for that name; write an IP address.");
        }
        try {
            ServerSocket socket = new ServerSocket();
            held.add(socket);
            socket.bind(address);
            return Optional.empty();
        } catch (IOException e) {
            String message = String.valueOf(e.getMessage());
            return message.contains("in use")
                    ? inUse(at.port(), held)
                    : Optional.of(why(at, message));
        }
    }

    private static String why(HostPort at, String message) {
        if (message.contains("ermission denied")) {
            return "that is not permitted. Ports below 1024 are for root; take a higher one, such as"
                    + " 8080.";
        }
        if (message.contains("assign")) {
            return "this machine has no such address. Write :" + at.port() + " for all it has.";
        }
        return message;
    }

    private static Optional<String> inUse(int port, List<ServerSocket> held) {
        if (held.stream().anyMatch(socket -> socket.getLocalPort() == port)) {
            return Optional.of(
                    "a listener before it in the same configuration has this port.\n"
                            + "Give one of them another.");
        }
        Optional<PortHolder> holder = PortHolder.of(port);
        if (holder.isEmpty()) {
            return Optional.of(
                    "the port is in use, by a process that this user cannot see.\n"
                            + "End it (as root, ss -ltnp shows who it is), or take another port.");
        }
        PortHolder who = holder.get();
        if (who.pid() == ProcessHandle.current().pid()) {
            return Optional.empty(); // the engine's own, about to be closed: not what it failed at
        }
        return Optional.of(
                "the port is in use by "
                        + who.name()
                        + " (process "
                        + who.pid()
                        + ").\nEnd it with: kill "
                        + who.pid()
                        + ", or take another port.");
    }

    private static void close(ServerSocket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
