package dev.weir.forward;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.FutureListener;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A connection to an endpoint that speaks TLS: shakes hands, and tells the protocol on top an end of TLS as the end of the connection
/// that it is, and an end without that as the error that it is: what is cut off must not look whole. Confined to one event loop.
///
/// Source: RFC 8446 §6.1.
final class TlsDeparture extends ChannelInitializer<Channel> {
    private final SslHandler tls;
    private final ChannelHandler onTop;

    /// @param patience for the handshake
    /// @param protocol what reads and writes the connection's bytes
    TlsDeparture(SslHandler tls, Duration patience, ChannelHandler protocol) {
        this.tls = tls;
        this.onTop = protocol;
        tls.setHandshakeTimeoutMillis(Math.max(1, patience.toMillis()));
    }

    @Override
    protected void initChannel(Channel channel) {
        channel.pipeline().addLast(tls, new Ends(), onTop);
    }

    /// What both sides have agreed to speak on top (ALPN), or null if that was not talked about.
    @Nullable String protocol() {
        return tls.applicationProtocol();
    }

    /// Hears how the handshake went: null, or why it failed.
    void whenDone(Consumer<@Nullable Throwable> told) {
        FutureListener<Channel> listener = (Future<Channel> done) -> told.accept(done.cause());
        var _ = tls.handshakeFuture().addListener(listener);
    }

    /// The ends of TLS.
    private static final class Ends extends ChannelInboundHandlerAdapter {
        private boolean inOrder;

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof SslCloseCompletionEvent end && end.isSuccess()) {
                inOrder = true;
                ctx.close();
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            if (!inOrder) {
                ctx.fireExceptionCaught(new IOException("cut off without an end of TLS"));
            }
            ctx.fireChannelInactive();
        }
    }
}
