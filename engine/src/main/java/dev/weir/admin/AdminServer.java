package dev.weir.admin;

import dev.weir.observe.Events;
import dev.weir.schema.HostPort;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The HTTP server of the admin API: on a thread of its own, so that neither can it slow traffic down nor traffic it; operations run on
/// virtual threads. Thread-safe.
final class AdminServer implements AutoCloseable {
    private static final int BACKLOG = 64;
    private static final int CHUNK = 8 << 10;
    private static final long CLOSING_MILLIS = 1_000;
    private static final long STEP_MILLIS = 5;
    private static final WriteBufferWaterMark WATER_MARK =
            new WriteBufferWaterMark(64 << 10, 256 << 10);

    private final Access access;
    private final AdminLimits limits;
    private final Events events;
    private final Supplier<Router> routers;
    private final MultiThreadIoEventLoopGroup loop;
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger streams = new AtomicInteger();
    private final AtomicInteger underWay = new AtomicInteger();
    private final ChannelGroup connections =
            new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
    private final List<Channel> bound = new ArrayList<>();
    private volatile @Nullable Router router;

    /// @param routers makes the operations when the first request comes, so that a gateway nobody asks does not load them
    AdminServer(Access access, AdminLimits limits, Events events, Supplier<Router> routers) {
        this.access = access;
        this.limits = limits;
        this.events = events;
        this.routers = routers;
        this.loop =
                new MultiThreadIoEventLoopGroup(
                        1, new DefaultThreadFactory("weir-admin", true), NioIoHandler.newFactory());
    }

    /// Listens at an address.
    ///
    /// @throws IOException if it cannot be bound
    InetSocketAddress listen(HostPort at) throws IOException {
        ServerBootstrap bootstrap =
                bootstrap(NioServerSocketChannel.class, null)
                        .option(ChannelOption.SO_REUSEADDR, true)
                        .childOption(ChannelOption.TCP_NODELAY, true);
        return (InetSocketAddress) bind(bootstrap, at.socketAddress()).localAddress();
    }

    /// Listens at a Unix socket; who may open it is said by the file's permissions, which are the caller's to set.
    void listen(UnixDomainSocketAddress at) throws IOException {
        bind(bootstrap(NioServerDomainSocketChannel.class, at), at);
    }

    private ServerBootstrap bootstrap(
            Class<? extends ServerChannel> type, @Nullable SocketAddress local) {
        return new ServerBootstrap()
                .group(loop)
                .channel(type)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
                .childHandler(
                        new ChannelInitializer<>() {
                            @Override
                            protected void initChannel(Channel accepted) {
                                accept(accepted, local == null ? accepted.localAddress() : local);
                            }
                        });
    }

    private Channel bind(ServerBootstrap bootstrap, SocketAddress at) throws IOException {
        ChannelFuture binding = bootstrap.bind(at).awaitUninterruptibly();
        if (!binding.isSuccess()) {
            throw new IOException(binding.cause());
        }
        synchronized (bound) {
            bound.add(binding.channel());
        }
        return binding.channel();
    }

    private void accept(Channel accepted, SocketAddress local) {
        if (open.incrementAndGet() > limits.connections()) {
            open.decrementAndGet();
            accepted.close();
            return;
        }
        var _ = accepted.closeFuture().addListener(_ -> open.decrementAndGet());
        connections.add(accepted);
        accepted.pipeline()
                .addLast(
                        new HttpServerCodec(AdminLimits.LINE, AdminLimits.HEAD, CHUNK),
                        new AdminConnection(this, accepted, local));
    }

    /// Takes a place among the streams, until the connection closes.
    ///
    /// @return false if all are taken
    boolean streamBegins(Channel channel) {
        if (streams.incrementAndGet() > limits.streams()) {
            streams.decrementAndGet();
            return false;
        }
        var _ = channel.closeFuture().addListener(_ -> streams.decrementAndGet());
        return true;
    }

    Access access() {
        return access;
    }

    AdminLimits limits() {
        return limits;
    }

    /// Made by the first request, on the admin loop.
    Router router() {
        Router made = router;
        if (made == null) {
            router = made = routers.get();
        }
        return made;
    }

    /// An operation begins, whose answer is worth waiting for. [#answered] follows.
    void work(Runnable work) {
        underWay.incrementAndGet();
        aside(work);
    }

    /// Does something that nobody waits for.
    void aside(Runnable work) {
        Thread.ofVirtual().name("weir-admin").start(work);
    }

    /// The answer of an operation has been sent, or nobody waits for it any more.
    void answered() {
        underWay.decrementAndGet();
    }

    void bug(String what, Throwable cause) {
        StackTraceElement[] trace = cause.getStackTrace();
        events.say(
                "internal error in the admin API, "
                        + what
                        + ": "
                        + cause
                        + (trace.length == 0 ? "" : "  at " + trace[0]));
    }

    /// Accepts no more, lets operations under way answer, and cuts what is open then.
    @Override
    public void close() {
        synchronized (bound) {
            bound.forEach(channel -> channel.close().awaitUninterruptibly());
        }
        awaitAnswers();
        // The end of a loop does not close every connection on it in time.
        boolean _ = connections.close().awaitUninterruptibly(CLOSING_MILLIS);
        try {
            var _ =
                    loop.shutdownGracefully(0, CLOSING_MILLIS, TimeUnit.MILLISECONDS)
                            .awaitUninterruptibly(CLOSING_MILLIS * 2);
        } catch (RejectedExecutionException _) {
            // It has ended already.
        }
    }

    /// Whoever asked for what ends this process hears of it: the answer is on its way by now.
    private void awaitAnswers() {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(CLOSING_MILLIS);
        try {
            while (underWay.get() > 0 && System.nanoTime() < deadline) {
                TimeUnit.MILLISECONDS.sleep(STEP_MILLIS);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
