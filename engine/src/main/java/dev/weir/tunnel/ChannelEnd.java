package dev.weir.tunnel;

import dev.weir.runtime.Loop;
import dev.weir.runtime.Outlet;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import org.jspecify.annotations.Nullable;

/// An end that is a whole connection: the last handler of its channel. Confined to the channel's event loop.
public final class ChannelEnd extends ChannelInboundHandlerAdapter implements End {
    private final Loop loop;

    /// Whether it can end as a whole only, as TLS does: then an end in order is an end of both directions.
    private final boolean whole;

    private @Nullable DuplexChannel channel;
    private @Nullable Outlet outlet;
    private @Nullable Tunnel tunnel;
    private boolean finished;
    private boolean failed;

    /// For a channel whose outlet it makes itself.
    public ChannelEnd(Loop loop) {
        this.loop = loop;
        this.whole = false;
    }

    /// @param outlet of the channel, which may already hold what is to be sent first
    /// @param encrypted whether TLS lies between it and the socket
    public ChannelEnd(Loop loop, Outlet outlet, boolean encrypted) {
        this.loop = loop;
        this.whole = encrypted;
        this.outlet = outlet;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        channel = (DuplexChannel) ctx.channel();
        if (outlet == null) {
            outlet = new Outlet(loop, ctx.channel());
        }
    }

    private DuplexChannel channel() {
        DuplexChannel here = channel;
        if (here == null) {
            throw new IllegalStateException("in no channel");
        }
        return here;
    }

    private Outlet outlet() {
        Outlet here = outlet;
        if (here == null) {
            throw new IllegalStateException("in no channel");
        }
        return here;
    }

    /// Its peer may end its direction without ending the connection.
    @Override
    public void begin(Tunnel heard) {
        tunnel = heard;
        channel().config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, !whole);
        channel().config().setAutoRead(true);
    }

    // ---- what the tunnel says ----

    @Override
    public void write(ByteBuf data) {
        outlet().write(data);
    }

    @Override
    public boolean writable() {
        return outlet().writable();
    }

    @Override
    public void read(boolean wanted) {
        channel().config().setAutoRead(wanted);
    }

    @Override
    public void finish() {
        if (whole) {
            finished = true;
            closeBehindWritten();
            return;
        }
        outlet().flush();
        var _ =
                channel()
                        .writeAndFlush(Unpooled.EMPTY_BUFFER)
                        .addListener((ChannelFutureListener) _ -> channel().shutdownOutput());
    }

    @Override
    public void close() {
        tunnel = null;
        closeBehindWritten();
    }

    private void closeBehindWritten() {
        outlet().flush();
        var _ =
                channel()
                        .writeAndFlush(Unpooled.EMPTY_BUFFER)
                        .addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public void reset() {
        tunnel = null;
        channel().config().setOption(ChannelOption.SO_LINGER, 0);
        channel().close();
    }

    @Override
    public long held() {
        return outlet().held();
    }

    // ---- what the channel says ----

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        Tunnel heard = tunnel;
        ByteBuf data = (ByteBuf) message;
        if (heard == null) {
            data.release();
        } else {
            heard.arrived(this, data);
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        Tunnel heard = tunnel;
        if (heard != null && ctx.channel().isWritable()) {
            heard.writable(this);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        Tunnel heard = tunnel;
        if (heard != null && event instanceof ChannelInputShutdownEvent) {
            heard.ended(this);
        }
        ctx.fireUserEventTriggered(event);
    }

    /// Always an I/O error of this connection.
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        failed = true;
        ctx.close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        Tunnel heard = tunnel;
        tunnel = null;
        outlet().discard();
        // What fails when this side has ended it is no break: the end was in order.
        if (heard != null && whole && (finished || !failed)) {
            heard.ended(this);
        } else if (heard != null) {
            heard.broke(this);
        }
        ctx.fireChannelInactive();
    }
}
