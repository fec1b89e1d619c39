package dev.weir.cli;

import dev.weir.InvalidConfiguration;
import dev.weir.Weir;
import dev.weir.WeirConfig;
import dev.weir.WeirOptions;
import dev.weir.config.Reading;
import dev.weir.runtime.DrainConfig;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/// A gateway's life in the foreground: started, told about, drained when a signal asks for it. Confined to
/// the verb's thread, except that signals arrive on threads of the JVM.
public final class Running {
    /// Starts a gateway, or refuses.
    private interface Start {
        Weir weir() throws InvalidConfiguration, IOException;
    }

    private final Weir weir;
    private volatile Supervisor supervisor = Supervisor.NONE;

    private Running(Weir weir) {
        this.weir = weir;
    }

    /// Starts a gateway; if that cannot be, says why and returns nothing.
    public static Optional<Running> start(WeirConfig config, WeirOptions options, Lines err) {
        return start(config, () -> Weir.start(config, options), err);
    }

    /// Starts a gateway from what a file said; if that cannot be, says why and returns nothing.
    public static Optional<Running> start(Reading.Loaded read, WeirOptions options, Lines err) {
        return start(read.config(), () -> Weir.start(read, options), err);
    }

    private static Optional<Running> start(WeirConfig config, Start start, Lines err) {
        try {
            return Optional.of(new Running(start.weir()));
        } catch (InvalidConfiguration e) {
            err.plain(String.valueOf(e.getMessage()).stripTrailing());
        } catch (IOException e) {
            err.plain("weir: " + BindFailure.explain(config, e));
        } catch (IllegalArgumentException e) {
            err.plain("weir: cannot start: " + e.getMessage() + "\nNothing was started.");
        }
        return Optional.empty();
    }

    /// Where the listeners are, by name; port 0 has become a real one.
    public Map<String, InetSocketAddress> addresses() {
        return weir.addresses();
    }

    /// How its sockets are driven.
    public String transport() {
        return weir.transport().name();
    }

    /// Where the admin API is, in words; empty if there is none.
    public Optional<String> admin() {
        return weir.admin()
                .flatMap(
                        admin ->
                                admin.address()
                                        .map(at -> ListenUrl.of("http", at))
                                        .or(() -> admin.socket().map(path -> "socket " + path)));
    }

    /// The port of the only listener, or of the first.
    public int port() {
        return weir.addresses().values().iterator().next().getPort();
    }

    /// Does what signals ask for: HUP reads the file again, USR1 goes on with new log files, USR2 lets the program as it is installed now
    /// take the place of this process.
    void heed(Signals signals) {
        signals.on("HUP", () -> weir.reloadSoon("HUP"));
        signals.on("USR1", weir::reopenLogs);
        signals.on("USR2", () -> Thread.ofVirtual().name("weir-take-over").start(this::handOver));
    }

    private void handOver() {
        // What comes of it is said.
        var _ = weir.handOver("USR2");
    }

    /// Reads the file again whenever it changes, as long as the process runs.
    void watch() {
        var _ = weir.watch();
    }

    /// Tells a supervisor that it serves, and from now on how it does.
    void report(Supervisor to) {
        supervisor = to;
        new Reports(to).serves(weir.config());
        to.watch(weir::answers);
    }

    /// Waits for the first signal and drains. A second signal cuts what is still in flight.
    ///
    /// @return the exit code
    public int untilStopped(Signals signals, Lines err) throws InterruptedException {
        signals.await();
        DrainConfig drain = weir.config().drain();
        supervisor.stopping("draining", drain.delay().plus(drain.timeout()));
        err.say("draining: " + promise(drain) + " Signal again to cut.");
        signals.onSecond(
                () -> {
                    err.say("cut: stopped at once; requests in flight were lost.");
                    weir.close();
                });
        boolean clean = weir.drain();
        weir.close();
        err.say(clean ? "drained: nothing was cut." : "cut: the time was up; requests were lost.");
        return clean ? ExitCode.DONE : ExitCode.CUT;
    }

    private static String promise(DrainConfig drain) {
        String accepting =
                drain.delay().isZero()
                        ? "no new connections,"
                        : "new connections for another " + seconds(drain.delay()) + ", then";
        return accepting + " up to " + seconds(drain.timeout()) + " for requests in flight.";
    }

    private static String seconds(Duration time) {
        return time.toMillis() % 1000 == 0 ? time.toSeconds() + " s" : time.toMillis() + " ms";
    }
}
