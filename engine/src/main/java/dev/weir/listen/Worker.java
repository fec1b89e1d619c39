package dev.weir.listen;

import dev.weir.exchange.Exchange;
import dev.weir.exchange.Trace;
import dev.weir.forward.Forward;
import dev.weir.forward.ServiceOnLoop;
import dev.weir.http.Http2HeadWriter;
import dev.weir.runtime.Loop;
import dev.weir.runtime.Pressure;
import dev.weir.service.Endpoint;
import dev.weir.service.Service;
import dev.weir.trace.Tracer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One event loop's part of Weir: the configuration in force, its services, the open client connections, and objects
/// that are used again. Confined to that loop.
public final class Worker {
    /// So many spare objects of a kind are kept for the next burst.
    private static final int MOST_SPARE = 256;

    private final Loop loop;
    private InForce now;
    private Consumer<Exchange> ended;
    private @Nullable Tracer tracer;
    private final List<Exchange> spareExchanges = new ArrayList<>();
    private final List<Forward> spareForwards = new ArrayList<>();
    private final List<Http2Wire> spareWires = new ArrayList<>();
    private final Way way;
    private @Nullable Inspection inspection;
    private @Nullable Http2HeadWriter http2Heads;
    private @Nullable ClientConnection connections;
    private final List<Listener> listeners = new ArrayList<>();
    private boolean acceptsPaused;
    private boolean draining;
    private boolean closesIdle;

    /// What is in force on a loop between two reloads. A request ends by what it began with. Immutable.
    ///
    /// @param services in the order of the snapshot's
    record InForce(Snapshot snapshot, List<ServiceOnLoop> services) {
        ServiceOnLoop service(int position) {
            return services.get(position);
        }
    }

    /// @param services in the order of the snapshot's
    /// @param ended hears of every exchange that is over, before it is used again
    public Worker(
            Loop loop, Snapshot snapshot, List<ServiceOnLoop> services, Consumer<Exchange> ended) {
        this.loop = loop;
        this.now = new InForce(snapshot, List.copyOf(services));
        this.ended = ended;
        this.way = new Way(this);
        loop.pressure().watch(this::held, this::pressed);
    }

    /// Bytes held by all client connections and what is done for them, and by copies for mirrors.
    private long held() {
        long sum = loop.pressure().beside();
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
        if (acceptsPaused) {
            listener.pause(true);
        }
    }

    public Loop loop() {
        return loop;
    }

    InForce inForce() {
        return now;
    }

    Snapshot snapshot() {
        return now.snapshot;
    }

    /// Who looks at requests that ask to be explained from now on.
    public void inspect(Inspection by) {
        inspection = by;
    }

    @Nullable Inspection inspection() {
        return inspection;
    }

    /// The service of this name, or null if there is none any more. To be asked on the loop.
    public @Nullable ServiceOnLoop service(String name) {
        for (ServiceOnLoop one : now.services) {
            if (one.service().name().equals(name)) {
                return one;
            }
        }
        return null;
    }

    /// Goes on with another list of a service's endpoints; see [ServiceOnLoop#adopt].
    public void adopt(Service next, ServiceOnLoop.Shared shared) {
        ServiceOnLoop here = service(next.name());
        if (here != null && here.service().continues(next)) {
            here.adopt(next, shared);
        }
    }

    /// Goes on with another configuration: requests that begin from now on know nothing else. Services that are in it no more let
    /// their idle connections go; what is under way to them ends.
    ///
    /// @param services makes what this loop has of each service, in the order of the snapshot's; given what it has of the service of the
    ///     same name
    public void adopt(
            Snapshot snapshot,
            BiFunction<Service, @Nullable ServiceOnLoop, ServiceOnLoop> services,
            Consumer<Exchange> ended) {
        List<ServiceOnLoop> before = now.services;
        Map<String, ServiceOnLoop> named = new HashMap<>();
        before.forEach(one -> named.put(one.service().name(), one));
        List<ServiceOnLoop> after = new ArrayList<>(snapshot.services().size());
        for (Service service : snapshot.services()) {
            after.add(services.apply(service, named.get(service.name())));
        }
        now = new InForce(snapshot, List.copyOf(after));
        this.ended = ended;
        Set<ServiceOnLoop> stay = Collections.newSetFromMap(new IdentityHashMap<>());
        stay.addAll(after);
        before.stream().filter(one -> !stay.contains(one)).forEach(ServiceOnLoop::close);
    }

    /// Requests that begin from now on are traced, or not.
    ///
    /// @param tracer null if none is
    public void trace(@Nullable Tracer tracer) {
        this.tracer = tracer;
    }

    /// Decides which requests are traced; null if none is.
    @Nullable Tracer tracer() {
        return tracer;
    }

    /// A listener accepts no more: connections that came by it end as they do before a stop.
    public void leave(Listener listener) {
        listeners.remove(listener);
        forEach(
                connection -> {
                    if (connection.listener() == listener) {
                        connection.drain();
                        connection.closeIfIdle();
                    }
                });
    }

    /// What is held here now, for metrics. To be asked on the loop.
    public Holding holding() {
        Map<String, Integer> idle = new HashMap<>();
        now.services.forEach(each -> idle.put(each.service().name(), each.idleConnections()));
        return new Holding(held(), idle);
    }

    /// What one loop holds at a moment. Immutable.
    ///
    /// @param bytes of requests and answers under way
    /// @param idle connections to endpoints that wait for a request, by service
    public record Holding(long bytes, Map<String, Integer> idle) {}

    /// Closes the idle connections to one endpoint of a service.
    public void closeIdle(Service service, Endpoint endpoint) {
        ServiceOnLoop here = service(service.name());
        if (here != null && here.service().holds(endpoint)) {
            here.closeIdle(endpoint);
        }
    }

    Exchange exchange() {
        return spareExchanges.isEmpty() ? new Exchange() : spareExchanges.removeLast();
    }

    /// Tells that an exchange is over.
    ///
    /// @param reusable whether nobody else can still hold it
    void ended(Exchange exchange, boolean reusable) {
        exchange.record.endedNanos = loop.now();
        loop.traffic().ended(exchange);
        Trace trace = exchange.trace();
        if (trace != null) {
            trace.over(exchange);
        }
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

    /// Whether answers end connections of this listener.
    boolean draining(Listener listener) {
        return draining || listener.left();
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

    /// Whether a connection of this listener closes once it has nothing to do.
    boolean closesIdle(Listener listener) {
        return closesIdle || listener.left();
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
        now.services.forEach(ServiceOnLoop::close);
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
