package dev.weir.forward;

import dev.weir.http.LimitsConfig;
import dev.weir.preamble.Ends;
import dev.weir.runtime.Http2Logs;
import dev.weir.runtime.Loop;
import dev.weir.service.ConnectionsConfig;
import dev.weir.service.Endpoint;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// HTTP/2: a connection carries as many requests at once as its endpoint and `connections.streams` allow; when the streams run out,
/// another one is opened. The oldest with a free stream is used, so that what is opened for a rush grows idle after it. Confined to
/// one event loop.
final class Http2Carriers implements Carriers {
    /// As long as the endpoint has not said how many streams it allows (RFC 9113 §6.5.2 recommends no fewer).
    private static final int STREAMS_AT_FIRST = 100;

    final Loop loop;
    final LimitsConfig limits;
    final ConnectionsConfig config;
    private final Endpoint endpoint;
    private final Dialer dialer;

    /// Those that may get requests, or will when they stand.
    private final List<Http2EndpointConnection> connections = new ArrayList<>();

    private boolean closed;

    /// Streams that the endpoint has allowed on a connection before.
    private int streams = STREAMS_AT_FIRST;

    Http2Carriers(
            Loop loop,
            Endpoint endpoint,
            Dialer dialer,
            LimitsConfig limits,
            ConnectionsConfig config) {
        this.loop = loop;
        this.endpoint = endpoint;
        this.dialer = dialer;
        this.limits = limits;
        this.config = config;
        Http2Logs.quieten();
    }

    @Override
    public @Nullable Carrier take(Errand errand) {
        for (int i = 0; i < connections.size(); i++) {
            Http2EndpointConnection connection = connections.get(i);
            if (connection.stands() && connection.hasRoom()) {
                return connection.stream(errand);
            }
        }
        return null;
    }

    @Override
    public Carrier open(Errand errand, @Nullable Ends ends) {
        for (int i = 0; i < connections.size(); i++) {
            Http2EndpointConnection connection = connections.get(i);
            if (!connection.stands() && connection.hasRoom()) {
                return connection.await(errand);
            }
        }
        Http2EndpointConnection connection = Http2EndpointConnection.to(this);
        connections.add(connection);
        Carrier carrier = connection.await(errand);
        dialer.dial(endpoint, null, connection, connection);
        if (closed) {
            connection.retire();
        }
        return carrier;
    }

    /// Whether there is TLS between the socket and HTTP/2.
    boolean secure() {
        return dialer.secure();
    }

    /// How many streams a connection is taken to allow that has not said so.
    int streams() {
        return streams;
    }

    /// The endpoint allows so many streams on a connection.
    void allowed(int most) {
        streams = Math.max(1, most);
    }

    /// This connection gets no more requests.
    void retired(Http2EndpointConnection connection) {
        connections.remove(connection);
    }

    /// Whether as many connections are idle as are kept.
    boolean keepsEnough() {
        return idle() > config.keep();
    }

    @Override
    public int idle() {
        int idle = 0;
        for (int i = 0; i < connections.size(); i++) {
            idle += connections.get(i).idle() ? 1 : 0;
        }
        return idle;
    }

    @Override
    public void close() {
        closed = true;
        while (!connections.isEmpty()) {
            connections.getLast().retire();
        }
    }
}
