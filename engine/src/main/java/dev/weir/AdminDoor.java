package dev.weir;

import dev.weir.admin.Admin;
import dev.weir.admin.AdminConfig;
import dev.weir.admin.SocketPlace;
import dev.weir.schema.HostPort;
import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// Opens the admin API of a Weir, if it is to have one, and closes it. Thread-safe; all methods may block.
final class AdminDoor implements AutoCloseable {
    private static final Duration OTHER_CLOSES_WITHIN = Duration.ofSeconds(5);
    private static final Duration STEP = Duration.ofMillis(20);

    private final AdminConfig settings;
    private final boolean written;
    private final WeirOptions options;
    private volatile Optional<Admin> admin = Optional.empty();

    /// @param options with the events that the API shows
    AdminDoor(WeirConfig config, WeirOptions options) {
        this.settings = settings(config, options);
        this.written = config.admin().isPresent();
        this.options = options;
    }

    private static AdminConfig settings(WeirConfig config, WeirOptions options) {
        return config.admin().orElse(options.usualAdmin() ? AdminConfig.DEFAULTS : AdminConfig.OFF);
    }

    /// Whether there is to be one.
    static boolean wanted(WeirConfig config, WeirOptions options) {
        return settings(config, options).on();
    }

    /// @throws IOException if an address or path that a person has written cannot be had
    void open(Admin.Rooms rooms) throws IOException {
        admin =
                Optional.of(
                        Admin.start(
                                settings,
                                written,
                                SocketPlace.usual(System::getenv),
                                options.directory(),
                                rooms));
    }

    /// Opens it when the process before, which ends in a moment, has closed its own. This one serves by now: if the address cannot be
    /// had all the same, that is said and changes nothing.
    void openAfterTheOther(Admin.Rooms rooms) throws InterruptedException {
        long deadline = System.nanoTime() + OTHER_CLOSES_WITHIN.toNanos();
        Optional<HostPort> at = settings.listen().at();
        while (at.isPresent() && taken(at.get()) && System.nanoTime() < deadline) {
            TimeUnit.NANOSECONDS.sleep(STEP.toNanos());
        }
        try {
            open(rooms);
        } catch (IOException e) {
            options.events()
                    .say(
                            "admin  %s; this process serves without it until it is started again"
                                    .formatted(e.getMessage()));
        }
    }

    private static boolean taken(HostPort at) {
        try (ServerSocket probe = new ServerSocket()) {
            probe.bind(at.socketAddress());
            return false;
        } catch (IOException _) {
            return true;
        }
    }

    /// The one that is open.
    Optional<Admin> admin() {
        return admin;
    }

    /// Closes it; does nothing the second time.
    @Override
    public synchronized void close() {
        Optional<Admin> open = admin;
        admin = Optional.empty();
        open.ifPresent(Admin::close);
    }
}
