package dev.weir.listen;

import dev.weir.exchange.Exchange;
import dev.weir.forward.Forward;
import dev.weir.forward.ServiceOnLoop;
import dev.weir.http.Http2HeadWriter;
import dev.weir.runtime.Loop;
import dev.weir.runtime.Pressure;
import dev.weir.service.Endpoint;
import dev.weir.service.Service;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One event loop's part of Weir: the configuration in force, its services, the open client connections, and objects
/// that are used again. Confined to that loop.
public final class Worker {
    /// So many spare objects of a kind are kept for the next burst.
    private static final int MOST_SPARE = 256;

    private final Loop loop;
    private final Snapshot snapshot;
    private final List<ServiceOnLoop> services;
    private final Consumer<Exchange> ended;
    private final List<Exchange> spareExchanges = new ArrayList<>();
    private final List<Forward> spareForwards = new ArrayList<>();
    private final List<Http2Wire> spareWires = new ArrayList<>();
    private final Way way;
    private @Nullable Http2HeadWriter http2Heads;
    private @Nullable ClientConnection connections;
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();
    private boolean acceptsPaused;
    private boolean draining;
    private boolean closesIdle;

    /// @param services in the order of the snapshot's
    /// @param ended hears of every exchange that is over, before it is used again
    public Worker(
            Loop loop, Snapshot snapshot, List<ServiceOnLoop> services, Consumer<Exchange> ended) {
        this.loop = loop;
        this.snapshot = snapshot;
        this.services = List.copyOf(services);
        this.ended = ended;
        this.way = new Way(this);
        loop.pressure().watch(this::held, this::pressed);
    }

    /// Bytes held by all client connections and what is done for them.
    private long held() {
        long sum = 0;
        for (ClientConnection one = connections; one != null; one = one.next) {
            sum += one.held();
        }
        return sum;
    }

    /// Memory has been counted while it is short, or has just ceased to be.
    private void pressed() {
        boolean stop = loop.pressure().level() == Pressure.Level.PAUSE_ACCEPTS;
        if (stop != acceptsPaused) {
            acceptsPaused = stop;
            listeners.forEach(listener -> listener.pause(stop));
        }
        // Not within the event that made somebody count: it may be in the middle of a connection.
        loop.executor().execute(this::relieve);
    }

    private void relieve() {
        forEach(ClientConnection::relieve);
    }

    /// A listener whose connections come to this loop.
    public void serve(Listener listener) {
        listeners.add(listener);
    }

    Loop loop() {
        return loop;
    }

    Snapshot snapshot() {
        return snapshot;
    }

    ServiceOnLoop service(int position) {
        return services.get(position);
    }

    /// Goes on with another list of a service's endpoints; see [ServiceOnLoop#adopt].
    ///
    /// @param position of the service
    public void adopt(int position, Service next, ServiceOnLoop.Shared shared) {
        services.get(position).adopt(next, shared);
    }

    /// Closes the idle connections to one endpoint of the service at this position.
    public void closeIdle(int position, Endpoint endpoint) {
        services.get(position).closeIdle(endpoint);
    }

    Exchange exchange() {
        return spareExchanges.isEmpty() ? new Exchange() : spareExchanges.removeLast();
    }

    /// Tells that an exchange is over.
    ///
    /// @param reusable whether nobody else can still hold it
    void ended(Exchange exchange, boolean reusable) {
        exchange.record.endedNanos = loop.now();
        ended.accept(exchange);
        if (reusable && spareExchanges.size() < MOST_SPARE) {
            exchange.clear();
            spareExchanges.add(exchange);
        }
    }

    Forward forward() {
        return spareForwards.isEmpty() ? new Forward(loop) : spareForwards.removeLast();
    }

    void spare(Forward forward) {
        if (spareForwards.size() < MOST_SPARE) {
            spareForwards.add(forward);
        } else {
            forward.drop();
        }
    }

    Http2Wire http2Wire() {
        return spareWires.isEmpty() ? new Http2Wire(this) : spareWires.removeLast();
    }

    void spare(Http2Wire wire) {
        if (spareWires.size() < MOST_SPARE) {
            spareWires.add(wire);
        } else {
            wire.discard();
        }
    }

    /// Made when the first client speaks HTTP/2.
    Http2HeadWriter http2Heads() {
        Http2HeadWriter heads = http2Heads;
        return heads == null ? http2Heads = new Http2HeadWriter() : heads;
    }

    Way way() {
        return way;
    }

    void opened(ClientConnection connection) {
        ClientConnection first = connections;
        connection.next = first;
        if (first != null) {
            first.previous = connection;
        }
        connections = connection;
    }

    void closed(ClientConnection connection) {
        ClientConnection previous = connection.previous;
        ClientConnection next = connection.next;
        if (previous != null) {
            previous.next = next;
        } else if (connections == connection) {
            connections = next;
        }
        if (next != null) {
            next.previous = previous;
        }
        connection.previous = connection.next = null;
    }

    /// Whether answers end their connections.
    boolean draining() {
        return draining;
    }

    /// From now on every answer ends its connection; idle ones stay open while listeners still accept.
    public void drain() {
        draining = true;
        forEach(ClientConnection::drain);
    }

    /// Gives back an exchange that never began.
    void forget(Exchange exchange) {
        exchange.clear();
        spareExchanges.add(exchange);
    }

    /// Whether a connection closes once it has nothing to do.
    boolean closesIdle() {
        return closesIdle;
    }

    /// Closes the connections that are between two requests, now and from now on.
    public void closeIdle() {
        closesIdle = true;
        forEach(ClientConnection::closeIfIdle);
    }

    /// Cuts all connections and returns how many had a request in flight.
    public int cut() {
        int[] busy = {0};
        forEach(connection -> busy[0] += connection.cut() ? 1 : 0);
        return busy[0];
    }

    /// Closes what is open to endpoints.
    public void close() {
        services.forEach(ServiceOnLoop::close);
    }

    private void forEach(Consumer<ClientConnection> action) {
        ClientConnection connection = connections;
        while (connection != null) {
            ClientConnection next = connection.next;
            action.accept(connection);
            connection = next;
        }
    }

    public boolean hasConnections() {
        return connections != null;
    }
}
