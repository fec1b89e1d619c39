package dev.weir.admin;

import dev.weir.metrics.MetricsPage;
import dev.weir.observe.EventRing;
import dev.weir.observe.LiveTail;
import dev.weir.runtime.Clock;
import dev.weir.schema.HostPort;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// The admin API of a running process, from [#start] to [#close]. Thread-safe; all methods may block.
public final class Admin implements AutoCloseable {
    private final AdminServer server;
    private final Past past;
    private final EventRing events;
    private Optional<InetSocketAddress> address = Optional.empty();
    private Optional<Path> socket = Optional.empty();
    private Optional<Object> socketFile = Optional.empty();

    private Admin(AdminServer server, Past past, EventRing events) {
        this.server = server;
        this.past = past;
        this.events = events;
    }

    /// What the API shows and does beside its own. Immutable.
    ///
    /// @param tail where requests can be watched
    /// @param metrics what `/metrics` answers; asked for when that is wanted for the first time
    /// @param operations of other rooms
    public record Rooms(
            Gateway gateway,
            EventRing events,
            Clock clock,
            LiveTail tail,
            Supplier<MetricsPage> metrics,
            List<Operation> operations) {}

    /// Listens as the configuration says.
    ///
    /// @param written whether a person has written it: an address that is taken is then an error; else it is only said
    /// @param place where a socket is put that has no path of its own
    /// @param directory where a relative path starts
    /// @throws IOException if an address or path that is written cannot be had; then nothing listens
    public static Admin start(
            AdminConfig config, boolean written, SocketPlace place, Path directory, Rooms rooms)
            throws IOException {
        return start(config, written, place, directory, rooms, AdminLimits.USUAL);
    }

    static Admin start(
            AdminConfig config,
            boolean written,
            SocketPlace place,
            Path directory,
            Rooms rooms,
            AdminLimits limits)
            throws IOException {
        Past past = new Past(rooms.gateway()::tallies, rooms.clock());
        AdminServer server =
                new AdminServer(
                        new Access(config), limits, rooms.events(), () -> router(rooms, past));
        Admin admin = new Admin(server, past, rooms.events());
        try {
            if (config.listen().on()) {
                admin.listen(config.listen().address(), written);
            }
            admin.socket(config.socket(), place, directory);
            past.begin();
            return admin;
        } catch (IOException e) {
            admin.close();
            throw e;
        }
    }

    private static Router router(Rooms rooms, Past past) {
        Json json = new Json();
        Operations operations =
                new Operations(rooms.gateway(), rooms.events(), rooms.clock(), past, json);
        List<Operation> others = new ArrayList<>(rooms.operations());
        others.add(new TailOperation(rooms.tail(), rooms.clock(), json).operation());
        return new Router(operations.all(rooms.metrics(), others), json);
    }

    private void listen(HostPort at, boolean written) throws IOException {
        try {
            address = Optional.of(server.listen(at));
        } catch (IOException e) {
            if (written) {
                throw new IOException("the admin API cannot listen at " + at + ": " + reason(e), e);
            }
            events.say(
                    "admin  cannot listen at %s: %s; it can be reached by its socket alone. Say another address with admin › listen"
                            .formatted(at, reason(e)));
        }
    }

    private static String reason(IOException e) {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        return String.valueOf(cause.getMessage());
    }

    private void socket(AdminSocket wanted, SocketPlace place, Path directory) throws IOException {
        switch (wanted.kind()) {
            case OFF -> {}
            case AUTO -> {
                try {
                    Path path = place.free(ProcessHandle.current().pid());
                    server.listen(UnixDomainSocketAddress.of(path));
                    has(path);
                    SocketPlace.close(path);
                } catch (IOException e) {
                    events.say(
                            "admin  there is no socket for `weir status`: "
                                    + reason(e)
                                    + ". Say where with admin › socket");
                }
            }
            case PATH -> {
                Path path = directory.resolve(wanted.path()).toAbsolutePath();
                try {
                    move(path);
                } catch (IOException e) {
                    throw new IOException("the admin socket " + path + ": " + reason(e), e);
                }
            }
        }
    }

    /// Made where nobody else can look and moved when only this user can open it; takes the place of what a killed process has left, or
    /// a process that is about to end.
    private void move(Path path) throws IOException {
        if (Files.exists(path) && !Files.readAttributes(path, "isOther").containsValue(true)) {
            throw new IOException("there is a file that is no socket");
        }
        Path folder =
                Files.createTempDirectory(
                        path.getParent(),
                        ".weir",
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rwx------")));
        Path fresh = folder.resolve("s");
        try {
            server.listen(UnixDomainSocketAddress.of(fresh));
            SocketPlace.close(fresh);
            try {
                Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE);
            } catch (AtomicMoveNotSupportedException e) {
                throw new IOException("its folder cannot hold it", e);
            }
            has(path);
        } finally {
            Files.deleteIfExists(fresh);
            Files.deleteIfExists(folder);
        }
    }

    private void has(Path path) throws IOException {
        socket = Optional.of(path);
        socketFile = file(path);
    }

    /// Which file it is, whatever its name.
    private static Optional<Object> file(Path path) throws IOException {
        return Optional.ofNullable(
                Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                        .fileKey());
    }

    /// Where it listens; empty if it does not.
    public Optional<InetSocketAddress> address() {
        return address;
    }

    /// Its Unix socket; empty if there is none.
    public Optional<Path> socket() {
        return socket;
    }

    /// Cuts what is open, and takes the socket's file away, unless another process has put its own there.
    @Override
    public void close() {
        past.close();
        server.close();
        socket.ifPresent(this::takeAway);
    }

    private void takeAway(Path path) {
        try {
            if (file(path).equals(socketFile)) {
                Files.deleteIfExists(path);
            }
        } catch (NoSuchFileException _) {
            // Somebody else has taken it away.
        } catch (IOException e) {
            events.say("admin  " + path + " could not be taken away: " + e.getMessage());
        }
    }
}
