package dev.weir;

import dev.weir.observe.Events;
import dev.weir.runtime.Transport;
import dev.weir.tls.TlsLibrary;
import java.nio.file.Path;

/// How Weir is run, beside what it is to do. Immutable.
///
/// @param loops event loops; 0 for one per core
public record WeirOptions(
        Path directory,
        Events events,
        int loops,
        Transport.Choice transport,
        TlsLibrary.Choice tls) {
    public static final WeirOptions DEFAULTS =
            new WeirOptions(
                    Path.of(""), line -> {}, 0, Transport.Choice.AUTO, TlsLibrary.Choice.AUTO);

    public WeirOptions withDirectory(Path directory) {
        return new WeirOptions(directory, events, loops, transport, tls);
    }

    public WeirOptions withEvents(Events events) {
        return new WeirOptions(directory, events, loops, transport, tls);
    }

    public WeirOptions withLoops(int loops) {
        return new WeirOptions(directory, events, loops, transport, tls);
    }

    public WeirOptions withTls(TlsLibrary.Choice tls) {
        return new WeirOptions(directory, events, loops, transport, tls);
    }

    public WeirOptions withTransport(Transport.Choice transport) {
        return new WeirOptions(directory, events, loops, transport, tls);
    }
}
