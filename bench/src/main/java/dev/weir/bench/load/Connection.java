package dev.weir.bench.load;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import org.jspecify.annotations.Nullable;

/// One connection to the proxy, with at most one request on its way. Opened ahead, or by its first request, which then
/// pays for it. Confined to the generator's loop.
final class Connection extends ChannelInboundHandlerAdapter {
    private static final int NONE = -1;

    private final Dispatcher dispatcher;
    private final Dialer dialer;
    private final int place;
    private final AnswerReader reader = new AnswerReader();
    private final ChannelFutureListener written = this::written;
    private @Nullable Channel channel;
    private int request = NONE;
    private boolean held;
    private boolean ended;
    private long heldSince;

    /// @param place among the connections of the run; the next one takes it when this one has ended
    Connection(Dispatcher dispatcher, Dialer dialer, int place) {
        this.dispatcher = dispatcher;
        this.dialer = dialer;
        this.place = place;
    }

    int place() {
        return place;
    }

    /// Whether it takes no further request.
    boolean ended() {
        return ended;
    }

    /// Opens it before any request.
    void open(Runnable done) {
        connect()
                .addListener(
                        connect -> {
                            ended |= !connect.isSuccess();
                            done.run();
                        });
    }

    private ChannelFuture connect() {
        ChannelFuture connect = dialer.connect(this);
        channel = connect.channel();
        return connect;
    }

    /// Sends a request and tells the dispatcher what becomes of it; then gives itself back.
    ///
    /// @param intended its time, by [System#nanoTime]
    void send(int request, long intended) {
        this.request = request;
        held = true;
        heldSince = intended;
        Channel open = channel;
        if (open != null) {
            write(open);
            return;
        }
        connect()
                .addListener(
                        (ChannelFuture connect) -> {
                            if (!connect.isSuccess()) {
                                fail(Fault.CONNECT);
                            } else if (this.request != NONE) {
                                write(connect.channel());
                            }
                        });
    }

    private void write(Channel open) {
        reader.begin(dispatcher.toHead());
        open.writeAndFlush(dispatcher.request()).addListener(written);
    }

    private void written(ChannelFuture write) {
        if (!write.isSuccess()) {
            fail(Fault.WRITE);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        var in = (ByteBuf) message;
        if (request != NONE) {
            dispatcher.read(request, in.readableBytes());
        }
        AnswerReader.Progress progress = reader.read(in);
        in.release();
        switch (progress) {
            case MORE -> {}
            case WHOLE -> answered();
            case MALFORMED -> fail(Fault.READ);
        }
    }

    private void answered() {
        settle(reader.status() / 100 == 2 ? null : Fault.STATUS);
        // Otherwise the proxy closes, as both have said; so its side, and not ours, keeps the port.
        if (reader.keepAlive() && !dispatcher.connectionPerRequest()) {
            release();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (request != NONE && reader.endsWithConnection()) {
            settle(reader.status() / 100 == 2 ? null : Fault.STATUS);
        }
        fail(Fault.READ);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        fail(Fault.READ);
    }

    /// Gives up what was begun too long ago: a request, or waiting for the proxy to close.
    void sweep(long now, long timeoutNanos) {
        if (held && now - heldSince > timeoutNanos) {
            fail(Fault.TIMEOUT);
        }
    }

    /// Ends the connection, and with it the request that is on its way, if there is one.
    private void fail(Fault fault) {
        if (ended) {
            return;
        }
        ended = true;
        settle(fault);
        if (channel != null) {
            channel.close();
        }
        release();
    }

    private void settle(@Nullable Fault fault) {
        if (request != NONE) {
            int settled = request;
            request = NONE;
            dispatcher.settled(settled, fault);
        }
    }

    private void release() {
        if (held) {
            held = false;
            dispatcher.release(this);
        }
    }
}
