package dev.weir.cli;

import dev.weir.runtime.Transport;
import dev.weir.schema.HostPort;
import dev.weir.service.EndpointAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// What `weir run` is told. Immutable.
///
/// @param file the configuration; without it and without `to`, `weir.yaml` in this folder
/// @param listen where clients connect, if there is no file
/// @param to the endpoints, if there is no file
/// @param loops how many event loops; one per core if empty
/// @param transport how sockets are driven
/// @param watch whether the file is read again whenever it changes
record RunOrder(
        Optional<Path> file,
        List<HostPort> listen,
        List<EndpointAddress> to,
        Optional<Integer> loops,
        Transport.Choice transport,
        boolean watch) {
    static final RunOrder NONE =
            new RunOrder(
                    Optional.empty(),
                    List.of(),
                    List.of(),
                    Optional.empty(),
                    Transport.Choice.AUTO,
                    false);

    /// Reads the words after `run` where each option and its value are words of their own. Everything else, help and mistakes
    /// included, is empty and belongs to [RunVerb], which reads all of it: the library behind it takes as long
    /// to be loaded as all the rest of a start, because its classes are too old for the AOT cache.
    static Optional<RunOrder> plain(List<String> words) {
        RunOrder order = NONE;
        try {
            for (int i = 0; i < words.size(); i += 2) {
                if (i + 1 == words.size()) {
                    return Optional.empty();
                }
                Optional<RunOrder> more = order.with(words.get(i), words.get(i + 1));
                if (more.isEmpty()) {
                    return Optional.empty();
                }
                order = more.get();
            }
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        return order.wrong().isPresent() ? Optional.empty() : Optional.of(order);
    }

    /// What is wrong with the whole, for people.
    Optional<String> wrong() {
        if (file.isPresent() && !(listen.isEmpty() && to.isEmpty())) {
            return Optional.of(
                    "a file says where to listen and where to send; leave out -c or --listen");
        }
        if (listen.isEmpty() != to.isEmpty()) {
            return Optional.of(
                    "--listen and --to belong together: --listen :3000 --to 127.0.0.1:8081");
        }
        if (to.stream().anyMatch(one -> one.at().host().isEmpty() || one.at().port() == 0)) {
            return Optional.of("--to wants an address and a port, such as 127.0.0.1:8081");
        }
        if (watch && !to.isEmpty()) {
            return Optional.of("--watch looks after a file, and there is none");
        }
        if (loops.isPresent() && loops.get() < 1) {
            return Optional.of("--loops is a number from 1");
        }
        return Optional.empty();
    }

    /// With one option more; empty if it is unknown, given twice, or its value could be something else than a value.
    ///
    /// @throws IllegalArgumentException if the value is wrong
    private Optional<RunOrder> with(String option, String value) {
        if (value.isEmpty() || value.startsWith("-") || value.startsWith("@")) {
            return Optional.empty();
        }
        Optional<RunOrder> twice = Optional.empty();
        return switch (option) {
            case "-c", "--config" ->
                    file.isPresent() ? twice : Optional.of(withFile(Path.of(value)));
            case "--listen" ->
                    Optional.of(
                            new RunOrder(
                                    file,
                                    and(listen, HostPort.parse(value)),
                                    to,
                                    loops,
                                    transport,
                                    watch));
            case "--to" ->
                    Optional.of(
                            new RunOrder(
                                    file,
                                    listen,
                                    and(to, EndpointAddress.parse(value)),
                                    loops,
                                    transport,
                                    watch));
            case "--loops" ->
                    loops.isPresent() ? twice : Optional.of(withLoops(Integer.parseInt(value)));
            case "--transport" ->
                    transport != Transport.Choice.AUTO
                            ? twice
                            : Optional.of(
                                    new RunOrder(file, listen, to, loops, named(value), watch));
            default -> Optional.empty();
        };
    }

    private RunOrder withFile(Path path) {
        return new RunOrder(Optional.of(path), listen, to, loops, transport, watch);
    }

    private RunOrder withLoops(int count) {
        return new RunOrder(file, listen, to, Optional.of(count), transport, watch);
    }

    private static <T> List<T> and(List<T> addresses, T another) {
        List<T> more = new ArrayList<>(addresses);
        more.add(another);
        return List.copyOf(more);
    }

    private static Transport.Choice named(String text) {
        return Transport.Choice.valueOf(text.toUpperCase(Locale.ROOT));
    }
}
