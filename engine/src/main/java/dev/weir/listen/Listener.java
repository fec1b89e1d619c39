package dev.weir.listen;

import dev.weir.forward.Forward;
import dev.weir.http.Provenance;
import dev.weir.limit.Tally;
import dev.weir.observe.Events;
import dev.weir.preamble.Ends;
import dev.weir.route.TcpRoute;
import dev.weir.runtime.Inherited;
import dev.weir.runtime.Transport;
import dev.weir.tls.ClientAuthConfig;
import dev.weir.tls.HandshakeTrouble;
import dev.weir.tls.ServerTls;
import dev.weir.tls.TlsConfig;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.unix.UnixChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/// One address that clients connect to. Accepts up to its limit of connections and leaves further ones in the
/// kernel's queue. Thread-safe.
public final class Listener {
    /// What a client's socket holds beyond what is on its way to the client. The system would let it be megabytes, which a client that
    /// reads slowly could have held a thousand times.
    private static final long UNSENT = 128 << 10;

    /// Connections that the kernel keeps until they are accepted, if its own bound allows.
    private static final int BACKLOG = 4096;

    private static final int MOST_FRAMES = 8;

    private final InetSocketAddress wanted;
    private final Events events;
    private final ProxyRefusals proxyRefusals;
    private final Tally oddConnections = new Tally();
    private final Suspects suspects = new Suspects();
    private final AtomicInteger open = new AtomicInteger();
    private final LongAdder accepted = new LongAdder();
    private volatile @Nullable Channel channel;
    private final AtomicInteger reasonsToPause = new AtomicInteger();

    private final Tally failedHandshakes = new Tally();
    private final LongAdder handshakesFailed = new LongAdder();
    private volatile Terms terms;
    private volatile boolean accepts;
    private volatile boolean left;

    /// What a listener does with its connections. Immutable; another takes its place when the configuration changes, for connections
    /// that are accepted from then on.
    ///
    /// @param name of the listener
    /// @param limit most connections at a time
    /// @param config what may be spoken here
    /// @param tls if what is spoken here is encrypted
    /// @param clientFields what is told of clients' certificates, if anything is
    /// @param tcp where connections go as they are; empty if they carry requests
    /// @param redirect where all clients are sent, if they are
    public record Terms(
            String name,
            int limit,
            ListenerConfig config,
            @Nullable ServerTls tls,
            @Nullable ClientFields clientFields,
            Optional<TcpRoute> tcp,
            @Nullable HttpsRedirect redirect) {
        /// @param fields the names of all fields by which any listener tells of clients' certificates
        public static Terms of(
                String name,
                int limit,
                ListenerConfig config,
                @Nullable ServerTls tls,
                Collection<String> fields) {
            ClientFields told =
                    new ClientFields(
                            fields,
                            config.tls()
                                    .flatMap(TlsConfig::clientAuth)
                                    .map(ClientAuthConfig::forward)
                                    .orElse(Map.of()));
            return new Terms(
                    name,
                    limit,
                    config,
                    tls,
                    told.none() ? null : told,
                    config.tcp().map(TcpRoute::new),
                    null);
        }

        /// Sends all clients elsewhere.
        ///
        /// @param port where TLS is spoken, as clients know it
        public Terms redirecting(IntSupplier port) {
            return new Terms(name, limit, config, tls, clientFields, tcp, new HttpsRedirect(port));
        }

        private boolean speaks(ListenerConfig.Protocol protocol) {
            return config.speaks(protocol);
        }
    }

    public Listener(InetSocketAddress wanted, Terms terms, Events events) {
        this.wanted = wanted;
        this.terms = terms;
        this.events = events;
        this.proxyRefusals = new ProxyRefusals(this::name, events);
    }

    /// What it does with connections now.
    public Terms terms() {
        return terms;
    }

    /// Does something else with connections from now on.
    public void adopt(Terms next) {
        terms = next;
        adjust();
    }

    @Nullable HttpsRedirect redirect() {
        return terms.redirect;
    }

    /// What is told of clients' certificates, if anything is.
    @Nullable ClientFields clientFields() {
        return terms.clientFields;
    }

    public String name() {
        return terms.name;
    }

    /// Whether it is in the configuration no more, so that its connections are to end.
    boolean left() {
        return left;
    }

    /// Binds. Clients can connect from now on, and are accepted after [#accept].
    ///
    /// @throws IOException if the address cannot be bound
    ///
    /// @param inherited sockets that another process has bound
    public void bind(
            Transport transport,
            EventLoopGroup loops,
            Map<EventLoop, Worker> workers,
            Inherited inherited)
            throws IOException {
        ServerSocketChannel handedOver = inherited.take(wanted);
        ServerBootstrap bootstrap =
                new ServerBootstrap()
                        .group(loops)
                        .channelFactory(
                                handedOver == null
                                        ? transport.serverChannel()::get
                                        : () -> handedOver)
                        .option(ChannelOption.SO_BACKLOG, BACKLOG)
                        .option(ChannelOption.SO_REUSEADDR, true)
                        .handler(new Accepting())
                        .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, Forward.WATER_MARK)
                        .childHandler(
                                new ChannelInitializer<SocketChannel>() {
                                    @Override
                                    protected void initChannel(SocketChannel accepted) {
                                        accept(accepted, workers);
                                    }
                                });
        transport.unsent().ifPresent(option -> bootstrap.childOption(option, UNSENT));
        bootstrap.option(ChannelOption.AUTO_READ, false);
        ChannelFuture binding =
                (handedOver == null ? bootstrap.bind(wanted) : bootstrap.register())
                        .awaitUninterruptibly();
        if (!binding.isSuccess()) {
            throw new IOException(binding.cause());
        }
        channel = binding.channel();
    }

    /// Accepts connections from now on.
    public void accept() {
        accepts = true;
        adjust();
    }

    /// On the listener's own loop. Counts connections before anything else is done with them, so that the one that reaches the limit is
    /// the last.
    ///
    /// If accepting failed, most likely because the process has no descriptors left, it waits a second, because trying on at once would
    /// fail as often as the processor can, and says so once.
    private final class Accepting extends ChannelInboundHandlerAdapter {
        private boolean waiting;

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            if (open.incrementAndGet() >= terms.limit) {
                adjust(ctx.channel());
            }
            ctx.fireChannelRead(message);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            if (!waiting) {
                waiting = true;
                pause(true);
                events.say(
                        "listener "
                                + name()
                                + "  cannot accept: "
                                + cause.getMessage()
                                + "; again in 1 s. Is the limit of open files (ulimit -n) too low?");
                var _ = ctx.executor().schedule(this::goOn, 1, TimeUnit.SECONDS);
            }
        }

        private void goOn() {
            waiting = false;
            pause(false);
        }
    }

    private void accept(SocketChannel accepted, Map<EventLoop, Worker> workers) {
        var _ = accepted.closeFuture().addListener(_ -> closed());
        if (accepted.remoteAddress() == null) {
            // Reset before it was accepted: there is nobody to serve.
            accepted.close();
            return;
        }
        this.accepted.increment();
        Worker worker = workers.get(accepted.eventLoop());
        if (worker == null) {
            throw new IllegalStateException("a connection on a loop that has no worker");
        }
        accepted.config().setRecvByteBufAllocator(worker.loop().reads());
        Ends ends = new Ends(accepted.remoteAddress(), accepted.localAddress());
        Optional<ProxyReception> proxies = terms.config.proxyProtocol();
        if (proxies.isPresent()) {
            accepted.pipeline()
                    .addLast(new ProxyEntrance(worker, this, accepted, ends, proxies.get()));
        } else {
            serve(accepted, worker, ends);
        }
    }

    /// Adds to the pipeline what serves a connection whose ends are known.
    void serve(SocketChannel accepted, Worker worker, Ends ends) {
        Terms by = terms;
        ServerTls secure = by.tls;
        if (by.tcp.isPresent()) {
            accepted.pipeline()
                    .addLast(new TcpConnection(worker, this, by.tcp.get(), accepted, ends));
        } else if (secure != null) {
            long handshake = secure.config().handshakeTimeout().toNanos();
            TlsArrival arrival = new TlsArrival(worker, this, accepted, ends, handshake);
            accepted.pipeline().addLast(secure.hello(arrival), arrival);
        } else if (!by.speaks(ListenerConfig.Protocol.H2C)) {
            accepted.pipeline().addLast(new Http1Connection(worker, this, accepted, ends, null));
        } else if (by.speaks(ListenerConfig.Protocol.H1)) {
            accepted.pipeline().addLast(new FirstBytes(worker, this, accepted, ends));
        } else {
            new Http2Connection(worker, this, accepted, ends, null).join();
        }
    }

    /// A client's HTTP/2 connection is ended for what it does. Said as seldom as a [Tally] says: anybody can make it happen.
    ///
    /// @param figures what it did
    void odd(Provenance.Peer client, String figures, long nowNanos) {
        Tally.Due due = oddConnections.count(nowNanos);
        if (due != null) {
            events.say(
                    "listener %s  closed %s, of %s: it looks like an attack: %s"
                            .formatted(
                                    name(),
                                    due.first()
                                            ? "an HTTP/2 connection"
                                            : due.requests() + " more HTTP/2 connections, one",
                                    client.address().getHostAddress(),
                                    figures));
        }
    }

    Suspects suspects() {
        return suspects;
    }

    ProxyRefusals proxyRefusals() {
        return proxyRefusals;
    }

    /// A client and this listener did not agree on TLS. Said as seldom as a [Tally] says: anybody can make it happen.
    void handshakeFailed(InetSocketAddress client, Throwable cause, long nowNanos) {
        handshakesFailed.increment();
        Tally.Due due = failedHandshakes.count(nowNanos);
        if (due != null) {
            events.say(
                    "listener %s  TLS handshake failed%s, from %s: %s"
                            .formatted(
                                    name(),
                                    due.first() ? "" : " " + due.requests() + " more times",
                                    client.getAddress().getHostAddress(),
                                    HandshakeTrouble.text(cause)));
        }
    }

    private void closed() {
        if (open.getAndDecrement() >= terms.limit) {
            adjust();
        }
    }

    /// Accepts no more as long as anybody has a reason: no memory, no descriptors.
    void pause(boolean reason) {
        reasonsToPause.addAndGet(reason ? 1 : -1);
        adjust();
    }

    /// Looks at all reasons anew, on the listener's own loop, so that the last look is never older than what it looks at.
    private void adjust() {
        Channel bound = channel;
        if (bound != null) {
            bound.eventLoop().execute(() -> adjust(bound));
        }
    }

    private void adjust(Channel bound) {
        boolean wanted = accepts && reasonsToPause.get() == 0 && open.get() < terms.limit;
        bound.config().setAutoRead(wanted);
    }

    /// A step of the way failed as it never should. One line, with as much of the trace as tells where.
    void bug(String requestId, Throwable cause) {
        StringBuilder line =
                new StringBuilder("internal error, request " + requestId + ": " + cause);
        String before = "  at ";
        int frames = 0;
        for (StackTraceElement frame : cause.getStackTrace()) {
            boolean ours = frame.getClassName().startsWith("dev.weir.");
            if ((frames == 0 || ours) && frames < MOST_FRAMES) {
                line.append(before).append(frame);
                before = " < ";
                frames++;
            }
        }
        events.say(line.toString());
    }

    /// Clients' connections that are open.
    public int open() {
        return open.get();
    }

    /// How many have been accepted.
    public long accepted() {
        return accepted.sum();
    }

    /// How many clients did not agree with it on TLS; empty if none is spoken here.
    public OptionalLong handshakesFailed() {
        return terms.tls == null ? OptionalLong.empty() : OptionalLong.of(handshakesFailed.sum());
    }

    /// Most connections at a time.
    public int most() {
        return terms.limit;
    }

    /// The certificates that its clients get; empty if nothing is encrypted.
    public List<ServerTls.Held> certificates() {
        ServerTls secure = terms.tls;
        return secure == null ? List.of() : secure.held();
    }

    /// What is known of its TLS; empty if nothing is encrypted, or nothing runs.
    public Optional<ServerTls> tls() {
        return Optional.ofNullable(terms.tls);
    }

    /// Whether the system is to choose its port.
    public boolean anyPort() {
        return wanted.getPort() == 0;
    }

    /// The descriptor of its socket; empty if it has none that another process could take over.
    public OptionalInt descriptor() {
        return channel instanceof UnixChannel open && channel.isActive()
                ? OptionalInt.of(open.fd().intValue())
                : OptionalInt.empty();
    }

    /// Where it listens.
    public InetSocketAddress address() {
        Channel bound = channel;
        return bound == null ? wanted : (InetSocketAddress) bound.localAddress();
    }

    /// Accepts no more, as it is in the configuration no more.
    public void leave() {
        left = true;
        close();
    }

    /// Accepts no more.
    public void close() {
        Channel bound = channel;
        if (bound != null) {
            bound.close().awaitUninterruptibly();
        }
    }
}
