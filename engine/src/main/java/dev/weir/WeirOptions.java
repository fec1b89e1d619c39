package dev.weir;

import dev.weir.observe.Events;
import dev.weir.runtime.Transport;
import dev.weir.tls.TlsLibrary;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/// How Weir is run, beside what it is to do. Immutable.
///
/// @param loops event loops; 0 for one per core
/// @param version of the program, as the admin API shows it
/// @param usualAdmin whether there is an admin API, at its usual places, where the configuration says nothing of it
/// @param takeOver where another process hands its listening sockets over; empty if there is none
/// @param file that the configuration was read from, to be read again; empty if there is none
/// @param stop what `POST /api/v1/drain` does; left out, Weir drains and closes itself
/// @param successor starts the process that can take the place of this one; empty if none can
/// @param reloads hears of changes of the configuration
public record WeirOptions(
        Path directory,
        Events events,
        int loops,
        Transport.Choice transport,
        TlsLibrary.Choice tls,
        String version,
        boolean usualAdmin,
        Optional<Runnable> stop,
        Optional<Path> file,
        Optional<Path> takeOver,
        Optional<Successor> successor,
        Reloads reloads) {
    public static final WeirOptions DEFAULTS =
            new WeirOptions(
                    Path.of(""),
                    line -> {},
                    0,
                    Transport.Choice.AUTO,
                    TlsLibrary.Choice.AUTO,
                    "embedded",
                    false,
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Reloads.UNHEARD);

    public WeirOptions withDirectory(Path directory) {
        return with(draft -> draft.directory = directory);
    }

    public WeirOptions withEvents(Events events) {
        return with(draft -> draft.events = events);
    }

    public WeirOptions withLoops(int loops) {
        return with(draft -> draft.loops = loops);
    }

    public WeirOptions withTls(TlsLibrary.Choice tls) {
        return with(draft -> draft.tls = tls);
    }

    public WeirOptions withTransport(Transport.Choice transport) {
        return with(draft -> draft.transport = transport);
    }

    public WeirOptions withVersion(String version) {
        return with(draft -> draft.version = version);
    }

    public WeirOptions withUsualAdmin(boolean usual) {
        return with(draft -> draft.usualAdmin = usual);
    }

    public WeirOptions withStop(Runnable stop) {
        return with(draft -> draft.stop = Optional.of(stop));
    }

    public WeirOptions withFile(Path file) {
        return with(draft -> draft.file = Optional.of(file));
    }

    public WeirOptions withTakeOver(Path from) {
        return with(draft -> draft.takeOver = Optional.of(from));
    }

    public WeirOptions withSuccessor(Successor successor) {
        return with(draft -> draft.successor = Optional.of(successor));
    }

    public WeirOptions withReloads(Reloads reloads) {
        return with(draft -> draft.reloads = reloads);
    }

    private WeirOptions with(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return draft.made();
    }

    /// A copy that can be changed: what stands once here would stand in every `with` method.
    private static final class Draft {
        private Path directory;
        private Events events;
        private int loops;
        private Transport.Choice transport;
        private TlsLibrary.Choice tls;
        private String version;
        private boolean usualAdmin;
        private Optional<Runnable> stop;
        private Optional<Path> file;
        private Optional<Path> takeOver;
        private Optional<Successor> successor;
        private Reloads reloads;

        Draft(WeirOptions from) {
            directory = from.directory;
            events = from.events;
            loops = from.loops;
            transport = from.transport;
            tls = from.tls;
            version = from.version;
            usualAdmin = from.usualAdmin;
            stop = from.stop;
            file = from.file;
            takeOver = from.takeOver;
            successor = from.successor;
            reloads = from.reloads;
        }

        WeirOptions made() {
            return new WeirOptions(
                    directory,
                    events,
                    loops,
                    transport,
                    tls,
                    version,
                    usualAdmin,
                    stop,
                    file,
                    takeOver,
                    successor,
                    reloads);
        }
    }
}
