package dev.weir.listen;

import dev.weir.exchange.Exchange;
import dev.weir.exchange.Failure;
import dev.weir.exchange.Priority;
import dev.weir.forward.Dial;
import dev.weir.forward.ServiceOnLoop;
import dev.weir.forward.Turn;
import dev.weir.http.Provenance;
import dev.weir.preamble.ClientHello;
import dev.weir.preamble.Ends;
import dev.weir.route.TcpRoute;
import dev.weir.runtime.Loop;
import dev.weir.runtime.Outlet;
import dev.weir.runtime.Timers;
import dev.weir.tunnel.ChannelEnd;
import dev.weir.tunnel.Tunnel;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.SocketChannel;
import org.jspecify.annotations.Nullable;

/// One connection of a client that is passed on as it is: finds the service, by the server name in the TLS ClientHello where the listener
/// wants that, takes a place there, and joins the client to an endpoint. Where that fails the client is reset, as there is no
/// protocol to say it in.
///
/// Confined to one event loop.
final class TcpConnection extends ClientConnection
        implements Turn.Guest, Dial.Guest, Tunnel.Owner, Timers.Expiry {
    /// So much a client may send before its endpoint is there; the rest waits in the kernel.
    private static final int MOST_EARLY_BYTES = 64 << 10;

    private enum Phase {
        /// The ClientHello is awaited.
        HELLO,
        /// There was no place at the service yet.
        LINE,
        /// An endpoint is being connected to.
        DIAL,
        TUNNEL,
        CLOSED
    }

    private final Worker worker;
    private final Loop loop;
    private final Listener listener;
    private final TcpRoute route;
    private final SocketChannel channel;
    private final Outlet outlet;
    private final Exchange exchange;
    private final Timers.Timer timer;

    private Phase phase = Phase.HELLO;
    private @Nullable ByteBuf early;
    private boolean ended;
    private @Nullable ServiceOnLoop service;
    private @Nullable Turn turn;
    private @Nullable Dial dial;
    private @Nullable Tunnel tunnel;

    TcpConnection(
            Worker worker, Listener listener, TcpRoute route, SocketChannel channel, Ends ends) {
        this.worker = worker;
        this.loop = worker.loop();
        this.listener = listener;
        this.route = route;
        this.channel = channel;
        this.outlet = new Outlet(loop, channel);
        this.timer = loop.timers().timer(this);
        this.exchange = worker.exchange();
        var client = ends.source().getAddress();
        exchange.cameFrom(client, client, listener.name(), Exchange.TCP);
        exchange.ends(ends);
        exchange.id(Provenance.newId(loop.random()));
        exchange.record.beganNanos = exchange.record.headNanos = loop.now();
    }

    // ---- what arrives before there is a tunnel ----

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        worker.opened(this);
        var _ = channel.closeFuture().addListener((ChannelFutureListener) _ -> closed());
        channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        if (loop.pressure().refusesRequests()) {
            fail(Failure.OVERLOADED);
        } else if (route.bySni()) {
            timer.at(loop.now() + worker.snapshot().limits().headerTimeout().toNanos());
        } else {
            enter(route.to());
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        loop.arrived();
        ByteBuf in = (ByteBuf) message;
        if (phase == Phase.CLOSED) {
            in.release();
            return;
        }
        loop.pressure().added(in.readableBytes());
        ByteBuf before = early;
        if (before == null) {
            early = in;
        } else {
            early = before.writeBytes(in);
            in.release();
        }
        if (phase == Phase.HELLO) {
            hello();
        }
        if (phase != Phase.TUNNEL && held() >= MOST_EARLY_BYTES) {
            channel.config().setAutoRead(false);
        }
    }

    private void hello() {
        ByteBuf in = early;
        if (in == null) {
            return;
        }
        switch (ClientHello.read(in)) {
            case ClientHello.Incomplete _ -> {}
            case ClientHello.Malformed _ -> fail(Failure.BAD_HELLO);
            case ClientHello.Whole(String name) -> {
                timer.clear();
                exchange.record.serverName = name;
                enter(route.find(name));
            }
        }
    }

    /// The client will send no more, but may still want to hear.
    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            ended = true;
            if (phase == Phase.HELLO) {
                fail(Failure.CLIENT_GONE);
            }
        }
    }

    @Override
    public void expired() {
        if (phase == Phase.HELLO) {
            fail(Failure.HEAD_TIMEOUT);
        }
    }

    // ---- to the endpoint ----

    /// @param name of a service; null for nowhere
    private void enter(@Nullable String name) {
        ServiceOnLoop wanted = name == null ? null : worker.service(name);
        if (wanted == null) {
            fail(Failure.NO_ROUTE);
            return;
        }
        exchange.record.service = wanted.service().name();
        phase = Phase.LINE;
        if (wanted.admission().enter()) {
            service = wanted;
            admitted();
            return;
        }
        service = wanted;
        turn = wanted.admission().await(Priority.NORMAL, this);
        if (turn == null) {
            service = null;
            fail(Failure.QUEUE_FULL);
        }
    }

    @Override
    public void admitted() {
        turn = null;
        ServiceOnLoop to = service;
        if (to != null) {
            phase = Phase.DIAL;
            Dial dialling = dial = new Dial(loop, to, exchange, this);
            dialling.start();
        }
    }

    @Override
    public void refused(Failure why) {
        turn = null;
        service = null;
        exchange.record.refusedNanos = loop.now();
        fail(why);
    }

    @Override
    public void failed(Failure why) {
        fail(why);
    }

    @Override
    public void connected(ChannelEnd endpoint) {
        phase = Phase.TUNNEL;
        ChannelEnd client = new ChannelEnd(loop, outlet, false);
        Tunnel joined = tunnel = new Tunnel(loop, client, endpoint, route.patience(), this);
        channel.pipeline().addLast(client);
        channel.pipeline().remove(this);
        endpoint.begin(joined);
        client.begin(joined);
        ByteBuf first = early;
        if (first != null) {
            early = null;
            joined.arrived(client, first);
        }
        if (ended) {
            joined.ended(client);
        }
    }

    // ---- ends ----

    @Override
    public void over(Tunnel.Ending how) {
        Tunnel joined = tunnel;
        if (joined != null) {
            Tunnelled.write(exchange.record, joined, how);
            over(how == Tunnel.Ending.ENDPOINT_BROKE && joined.fromEndpoint() == 0);
        }
    }

    /// There is no endpoint for this client.
    private void fail(Failure why) {
        exchange.record.failure = why;
        over(false);
        channel.config().setOption(ChannelOption.SO_LINGER, 0);
        channel.close();
    }

    /// @param useless whether the endpoint broke off before it had sent anything
    private void over(boolean useless) {
        phase = Phase.CLOSED;
        timer.drop();
        Turn waited = turn;
        Dial dialled = dial;
        ServiceOnLoop left = service;
        turn = null;
        dial = null;
        service = null;
        if (waited != null) {
            waited.cancel();
        } else if (left != null) {
            left.admission().leave();
        }
        if (dialled != null) {
            dialled.over(useless);
        }
        worker.ended(exchange, true);
    }

    /// The client's connection is closed, whoever did it.
    private void closed() {
        worker.closed(this);
        if (phase != Phase.CLOSED && phase != Phase.TUNNEL) {
            exchange.record.failure = Failure.CLIENT_GONE;
            over(false);
        }
        ByteBuf waiting = early;
        if (waiting != null) {
            early = null;
            waiting.release();
        }
    }

    /// An I/O error of this connection, or a bug.
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (!(cause instanceof java.io.IOException)) {
            listener.bug(exchange.id(), cause);
        }
        ctx.close();
    }

    // ---- what the worker says ----

    @Override
    long held() {
        ByteBuf waiting = early;
        Tunnel joined = tunnel;
        return (waiting == null ? 0 : waiting.readableBytes())
                + (joined == null ? 0 : joined.held());
    }

    @Override
    void relieve() {
        Tunnel joined = tunnel;
        if (joined != null) {
            joined.relieve();
        }
    }

    @Override
    Listener listener() {
        return listener;
    }

    @Override
    void closeIfIdle() {
        if (phase == Phase.HELLO) {
            channel.close();
        }
    }

    @Override
    boolean cut() {
        boolean busy = phase != Phase.CLOSED && phase != Phase.HELLO;
        Tunnel joined = tunnel;
        if (joined != null) {
            joined.cut();
        } else if (phase != Phase.CLOSED) {
            fail(Failure.DRAINING);
        }
        return busy;
    }
}
