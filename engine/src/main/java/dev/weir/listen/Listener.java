package dev.weir.listen;

import dev.weir.forward.Forward;
import dev.weir.observe.Events;
import dev.weir.runtime.Transport;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// One address that clients connect to. Accepts up to its limit of connections and leaves further ones in the
/// kernel's queue. Thread-safe.
public final class Listener {
    /// Connections that the kernel keeps until they are accepted, if its own bound allows.
    private static final int BACKLOG = 4096;

    private static final int MOST_FRAMES = 8;

    private final String name;
    private final InetSocketAddress wanted;
    private final int limit;
    private final Events events;
    private final AtomicInteger open = new AtomicInteger();
    private volatile @Nullable Channel channel;
    private int reasonsToPause;

    /// @param limit most connections at a time
    public Listener(String name, InetSocketAddress wanted, int limit, Events events) {
        this.name = name;
        this.wanted = wanted;
        this.limit = limit;
        this.events = events;
    }

    public String name() {
        return name;
    }

    /// Binds and accepts from now on.
    ///
    /// @throws IOException if the address cannot be bound
    public void bind(Transport transport, EventLoopGroup loops, Map<EventLoop, Worker> workers)
            throws IOException {
        ChannelFuture binding =
                new ServerBootstrap()
                        .group(loops)
                        .channelFactory(transport.serverChannel()::get)
                        .option(ChannelOption.SO_BACKLOG, BACKLOG)
                        .option(ChannelOption.SO_REUSEADDR, true)
                        .handler(new AcceptFailures())
                        .childOption(ChannelOption.TCP_NODELAY, true)
                        .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, Forward.WATER_MARK)
                        .childHandler(
                                new ChannelInitializer<SocketChannel>() {
                                    @Override
                                    protected void initChannel(SocketChannel accepted) {
                                        accept(accepted, workers);
                                    }
                                })
                        .bind(wanted)
                        .awaitUninterruptibly();
        if (!binding.isSuccess()) {
            throw new IOException(binding.cause());
        }
        channel = binding.channel();
    }

    /// Accepting failed, most likely because the process has no descriptors left: waits a second, because trying on at once would fail
    /// as often as the processor can, and says so once.
    private final class AcceptFailures extends ChannelInboundHandlerAdapter {
        private boolean waiting;

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            if (!waiting) {
                waiting = true;
                pause(true);
                events.say(
                        "listener "
                                + name
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
        if (open.incrementAndGet() == limit) {
            pause(true);
        }
        Worker worker = workers.get(accepted.eventLoop());
        if (worker == null) {
            throw new IllegalStateException("a connection on a loop that has no worker");
        }
        accepted.config().setRecvByteBufAllocator(worker.loop().reads());
        accepted.pipeline().addLast(new ClientConnection(worker, this, accepted));
    }

    /// One of its connections has closed.
    void closed() {
        if (open.getAndDecrement() == limit) {
            pause(false);
        }
    }

    /// Accepts no more as long as anybody has a reason: the limit of connections, or a loop without memory.
    synchronized void pause(boolean reason) {
        reasonsToPause += reason ? 1 : -1;
        Channel bound = channel;
        if (bound != null) {
            bound.config().setAutoRead(reasonsToPause == 0);
        }
    }

    /// A step of the way failed as it never should. One line, with as much of the trace as tells where.
    void bug(String requestId, Throwable cause) {
        StringBuilder line =
                new StringBuilder("internal error, request " + requestId + ": " + cause);
        StackTraceElement[] trace = cause.getStackTrace();
        for (int i = 0; i < Math.min(trace.length, MOST_FRAMES); i++) {
            line.append(i == 0 ? "  at " : " < ").append(trace[i]);
        }
        events.say(line.toString());
    }

    /// Where it listens.
    public InetSocketAddress address() {
        Channel bound = channel;
        return bound == null ? wanted : (InetSocketAddress) bound.localAddress();
    }

    /// Accepts no more.
    public void close() {
        Channel bound = channel;
        if (bound != null) {
            bound.close().awaitUninterruptibly();
        }
    }
}
