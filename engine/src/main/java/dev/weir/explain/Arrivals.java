package dev.weir.explain;

import dev.weir.WeirConfig;
import dev.weir.listen.Listener;
import dev.weir.listen.ListenerConfig;
import dev.weir.listen.ListenerConfig.Protocol;
import java.util.ArrayList;
import java.util.List;

/// By which listener a request comes that is only thought of. Immutable.
///
/// @param listeners in the order of the configuration
public record Arrivals(WeirConfig config, List<Listener> listeners) {
    /// How a request comes.
    ///
    /// @param tls whether it comes encrypted
    /// @param http2 whether it comes by HTTP/2
    /// @param notes what is not as the question has it
    public record Arrival(Listener listener, boolean tls, boolean http2, List<String> notes) {}

    public Arrivals {
        listeners = List.copyOf(listeners);
    }

    /// The listener that the question names, or else the one that fits its URL best: by TLS, then by port.
    ///
    /// @throws IllegalArgumentException with a sentence for the user, if it names a listener that takes no requests, or none takes any
    public Arrival of(Question question) {
        List<Listener> open =
                listeners.stream().filter(one -> settings(one).tcp().isEmpty()).toList();
        if (question.listener().isPresent()) {
            String name = question.listener().get();
            return open.stream()
                    .filter(one -> one.name().equals(name))
                    .findFirst()
                    .map(one -> arrival(question, one, List.of()))
                    .orElseThrow(() -> new IllegalArgumentException(unknown(name, open)));
        }
        List<Listener> fitting =
                open.stream().filter(one -> encrypted(one) == question.tls()).toList();
        if (fitting.isEmpty()) {
            if (open.isEmpty()) {
                throw new IllegalArgumentException("no listener takes HTTP requests");
            }
            Listener instead = open.getFirst();
            String note =
                    "No listener speaks %s; taken as a request to %s (%s)."
                            .formatted(
                                    question.tls() ? "TLS" : "HTTP in the clear",
                                    instead.name(),
                                    encrypted(instead) ? "TLS" : "in the clear");
            return arrival(question, instead, List.of(note));
        }
        Listener listener =
                fitting.stream()
                        .filter(one -> one.address().getPort() == question.port())
                        .findFirst()
                        .orElse(fitting.getFirst());
        return arrival(question, listener, List.of());
    }

    /// By the version of HTTP that the client wants and the listener speaks.
    private Arrival arrival(Question question, Listener listener, List<String> notes) {
        boolean tls = encrypted(listener);
        boolean wanted = question.greeting().http2();
        boolean can = settings(listener).speaks(tls ? Protocol.H2 : Protocol.H2C);
        boolean only = !settings(listener).speaks(Protocol.H1);
        List<String> all = new ArrayList<>(notes);
        if (wanted && !can) {
            all.add("%s speaks no HTTP/2; taken as HTTP/1.1.".formatted(listener.name()));
        } else if (!wanted && only) {
            all.add("%s speaks HTTP/2 alone; taken as that.".formatted(listener.name()));
        }
        return new Arrival(listener, tls, can && (wanted || only), all);
    }

    private static String unknown(String name, List<Listener> open) {
        return "no listener "
                + name
                + " takes HTTP requests; there are "
                + open.stream().map(Listener::name).toList();
    }

    private ListenerConfig settings(Listener listener) {
        return config.listeners().getOrDefault(listener.name(), ListenerConfig.DEFAULTS);
    }

    private boolean encrypted(Listener listener) {
        return settings(listener).tls().isPresent();
    }
}
