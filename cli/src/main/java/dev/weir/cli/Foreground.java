package dev.weir.cli;

import dev.weir.Build;
import dev.weir.WeirConfig;
import dev.weir.WeirOptions;
import dev.weir.config.Reading;
import dev.weir.listen.ListenerConfig;
import dev.weir.observe.EventPrinter;
import dev.weir.runtime.Clock;
import dev.weir.runtime.Transport;
import java.io.PrintWriter;
import java.io.StringWriter;
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
        Signals signals = Signals.take("HUP", "USR1", "USR2");
        Thread.ofPlatform().daemon().start(Transport::load);
        Lines said = new Lines(err);
        // What the engine says must not hold up its threads when nobody reads standard error.
        try (EventPrinter events =
                new EventPrinter(System.err, Clock.system(), ZoneId.systemDefault())) {
            Supervisor supervisor = Systemd.of(System::getenv, events);
            Optional<Running> running =
                    started(
                            order,
                            WeirOptions.DEFAULTS
                                    .withEvents(events)
                                    .withLoops(order.loops().orElse(WeirOptions.DEFAULTS.loops()))
                                    .withTransport(order.transport())
                                    .withVersion(Build.read().version())
                                    .withUsualAdmin(true)
                                    .withStop(signals::stop)
                                    .withSuccessor(new TakeOver(supervisor))
                                    .withReloads(new Reports(supervisor)));
            if (running.isEmpty()) {
                return ExitCode.FAILED;
            }
            running.get().heed(signals);
            if (order.watch()) {
                running.get().watch();
            }
            running.get().report(supervisor);
            return running.get().untilStopped(signals, said);
        }
    }

    private Optional<Running> started(RunOrder order, WeirOptions options)
            throws InterruptedException {
        Optional<Path> before = TakeOver.from(System.getenv());
        if (before.isEmpty()) {
            return started(order, options, err, terminal.colourErr());
        }
        StringWriter why = new StringWriter();
        Optional<Running> running =
                started(
                        order,
                        options.withTakeOver(before.get()),
                        new PrintWriter(new Twice(err, why), true),
                        false);
        if (running.isEmpty()) {
            TakeOver.cannot(before.get(), why.toString(), new Lines(err));
        }
        return running;
    }

    private Optional<Running> started(
            RunOrder order, WeirOptions options, PrintWriter wrong, boolean colour) {
        return order.to().isEmpty()
                ? fromFile(order, options, wrong, colour)
                : withoutFile(order, options, wrong);
    }

    private Optional<Running> withoutFile(RunOrder order, WeirOptions options, PrintWriter wrong) {
        WeirConfig config = WithoutFile.config(order.listen(), order.to());
        Optional<Running> running = Running.start(config, options, new Lines(wrong));
        running.ifPresent(started -> present(config, "no file", started));
        return running;
    }

    private Optional<Running> fromFile(
            RunOrder order, WeirOptions options, PrintWriter wrong, boolean colour) {
        Optional<Reading.Loaded> read =
                new ConfigSource(wrong, colour).read(order.file(), "nothing was started.");
        if (read.isEmpty()) {
            return Optional.empty();
        }
        Reading.Loaded loaded = read.get();
        Path file = order.file().orElse(ConfigSource.USUAL);
        Optional<Running> running =
                Running.start(
                        loaded,
                        options.withDirectory(loaded.directory()).withFile(file),
                        new Lines(wrong));
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
        return ListenUrl.of(settings != null && settings.tls().isPresent() ? "https" : "http", at);
    }
}
