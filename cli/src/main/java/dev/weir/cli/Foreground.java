package dev.weir.cli;

import dev.weir.Build;
import dev.weir.WeirConfig;
import dev.weir.WeirOptions;
import dev.weir.config.Reading;
import dev.weir.listen.ListenerConfig;
import dev.weir.observe.EventPrinter;
import dev.weir.runtime.Clock;
import dev.weir.schema.HostPort;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.Map;
import java.util.Optional;

/// A gateway in the foreground: reads what is to be run, runs it, presents it, and waits until it is stopped. Confined to the
/// main thread; knows nothing of how the command line was read.
record Foreground(Terminal terminal, PrintWriter out, PrintWriter err) {
    /// Runs a gateway until a signal stops it.
    ///
    /// @return the exit code
    int run(RunOrder order) throws InterruptedException {
        StopSignals signals = StopSignals.take();
        Lines said = new Lines(err);
        // What the engine says must not hold up its threads when nobody reads standard error.
        try (EventPrinter events =
                new EventPrinter(System.err, Clock.system(), ZoneId.systemDefault())) {
            WeirOptions options =
                    WeirOptions.DEFAULTS
                            .withEvents(events)
                            .withLoops(order.loops().orElse(WeirOptions.DEFAULTS.loops()))
                            .withTransport(order.transport())
                            .withVersion(Build.read().version())
                            .withUsualAdmin(true)
                            .withStop(signals::stop);
            WeirOptions heir =
                    TakeOver.from(System.getenv()).map(options::withTakeOver).orElse(options);
            Optional<Running> running =
                    order.to().isEmpty()
                            ? fromFile(order, heir, said)
                            : withoutFile(order, heir, said);
            if (running.isEmpty()) {
                return ExitCode.FAILED;
            }
            running.get().heed(ReloadSignal.take());
            running.get().handOver(signals, said);
            if (order.watch()) {
                running.get().watch();
            }
            running.get().report(Systemd.of(System::getenv, events));
            return running.get().untilStopped(signals, said);
        }
    }

    private Optional<Running> withoutFile(RunOrder order, WeirOptions options, Lines said) {
        WeirConfig config = WithoutFile.config(order.listen(), order.to());
        Optional<Running> running = Running.start(config, options, said);
        running.ifPresent(started -> present(config, "no file", started));
        return running;
    }

    private Optional<Running> fromFile(RunOrder order, WeirOptions options, Lines said) {
        Optional<Reading.Loaded> read =
                new ConfigSource(err, terminal.colourErr())
                        .read(order.file(), "nothing was started.");
        if (read.isEmpty()) {
            return Optional.empty();
        }
        Reading.Loaded loaded = read.get();
        Path file = order.file().orElse(ConfigSource.USUAL);
        Optional<Running> running =
                Running.start(
                        loaded, options.withDirectory(loaded.directory()).withFile(file), said);
        String from = file.toString();
        running.ifPresent(started -> present(loaded.config(), from, started));
        return running;
    }

    private void present(WeirConfig config, String from, Running running) {
        Lines said = new Lines(out);
        Map<String, InetSocketAddress> addresses = running.addresses();
        said.plain(
                "Weir " + Build.read().version() + " on " + running.transport() + ", from " + from);
        int widest = addresses.keySet().stream().mapToInt(String::length).max().orElse(0);
        addresses.forEach(
                (listener, at) ->
                        said.plain(
                                "  "
                                        + listener
                                        + " ".repeat(widest - listener.length() + 2)
                                        + url(config, listener, at)));
        running.admin().ifPresent(admin -> said.plain("  admin API: " + admin));
        said.plain("  " + Size.of(config));
        said.plain(
                "Ready. Stop with "
                        + (terminal.in() ? "Ctrl-C." : "kill " + ProcessHandle.current().pid()));
    }

    private static String url(WeirConfig config, String listener, InetSocketAddress at) {
        ListenerConfig settings = config.listeners().get(listener);
        String scheme = settings != null && settings.tls().isPresent() ? "https://" : "http://";
        return at.getAddress().isAnyLocalAddress()
                ? scheme + "127.0.0.1:" + at.getPort() + "  (all addresses of this machine)"
                : scheme + new HostPort(at.getAddress().getHostAddress(), at.getPort());
    }
}
