package dev.weir.forward;

import dev.weir.http.LimitsConfig;
import dev.weir.pool.EndpointPool;
import dev.weir.preamble.Ends;
import dev.weir.runtime.Loop;
import dev.weir.service.ConnectionsConfig;
import dev.weir.service.Endpoint;
import org.jspecify.annotations.Nullable;

/// HTTP/1.1: a connection carries one request at a time and waits in a pool between two. Confined to one event loop.
final class Http1Carriers implements Carriers {
    private final Loop loop;
    private final Endpoint endpoint;
    private final Dialer dialer;
    private final LimitsConfig limits;
    private final ConnectionsConfig config;
    private final EndpointPool<Http1EndpointConnection> idle;

    Http1Carriers(
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
        this.idle = new EndpointPool<>(config.keep());
    }

    @Override
    public @Nullable Carrier take(Errand errand) {
        Http1EndpointConnection connection = idle.take(loop.now());
        if (connection != null) {
            connection.serve(errand);
        }
        return connection;
    }

    @Override
    public Carrier open(Errand errand, @Nullable Ends ends) {
        Http1EndpointConnection connection =
                new Http1EndpointConnection(
                        loop,
                        idle,
                        limits,
                        config,
                        new Http1EndpointConnection.Use(dialer.introduces(), dialer.secure()));
        connection.serve(errand);
        dialer.dial(endpoint, ends, connection, connection);
        return connection;
    }

    @Override
    public int idle() {
        return idle.size();
    }

    @Override
    public void close() {
        idle.close();
    }
}
