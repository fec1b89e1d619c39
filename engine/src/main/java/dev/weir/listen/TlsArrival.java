package dev.weir.listen;

import dev.weir.exchange.TlsFacts;
import dev.weir.preamble.Ends;
import dev.weir.runtime.Timers;
import dev.weir.runtime.Transport;
import dev.weir.tls.ChosenCertificate;
import dev.weir.tls.HelloLook;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.security.cert.CertificateException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// A client's connection during its TLS handshake, which has so much time and no more; then what the client speaks takes over.
/// Stays behind the TLS handler, because only TLS has these ends and errors. Confined to one event loop.
final class TlsArrival extends ChannelInboundHandlerAdapter
        implements Timers.Expiry, HelloLook.Choice {
    private final Worker worker;
    private final Listener listener;
    private final SocketChannel channel;
    private final Ends ends;
    private final long handshakeNanos;
    private final Timers.Timer timer;
    private @Nullable ChosenCertificate certificate;
    private @Nullable SslHandler handler;
    private boolean done;

    TlsArrival(
            Worker worker,
            Listener listener,
            SocketChannel channel,
            Ends ends,
            long handshakeNanos) {
        this.ends = ends;
        this.worker = worker;
        this.listener = listener;
        this.channel = channel;
        this.handshakeNanos = handshakeNanos;
        this.timer = worker.loop().timers().timer(this);
    }

    @Override
    public void chosen(ChosenCertificate certificate, SslHandler handler) {
        this.certificate = certificate;
        this.handler = handler;
        // The timer here counts from the connect on, not from the client's first message.
        handler.setHandshakeTimeoutMillis(0);
    }

    /// Not passed on: what the client speaks begins when the handshake is done.
    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        timer.at(worker.loop().now() + handshakeNanos);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        switch (event) {
            case SslHandshakeCompletionEvent end when end.isSuccess() -> arrived(ctx);
            case SslHandshakeCompletionEvent end -> failed(end.cause());
            case SslCloseCompletionEvent _ -> ctx.close();
            default -> ctx.fireUserEventTriggered(event);
        }
    }

    private void arrived(ChannelHandlerContext ctx) {
        SslHandler tls = handler;
        ChosenCertificate chosen = certificate;
        if (tls == null || chosen == null || worker.closesIdle(listener)) {
            ctx.close();
            return;
        }
        done = true;
        timer.drop();
        worker.loop().arrived();
        try {
            TlsFacts facts = chosen.facts(tls.engine().getSession());
            speak(ctx, tls.applicationProtocol(), new Secured(facts, chosen, tls));
        } catch (CertificateException e) {
            failed(e);
            ctx.close();
        }
    }

    /// What the client speaks from now on: the one place where that is decided.
    ///
    /// @param protocol what ALPN chose; null if the client did not ask
    private void speak(ChannelHandlerContext ctx, @Nullable String protocol, Secured secured) {
        switch (protocol) {
            case "h2" -> new Http2Connection(worker, listener, channel, ends, secured).join();
            case null, default -> {
                // BoringSSL keeps its session tickets for the answer: nothing has gone back yet.
                Transport.acknowledge(channel);
                ctx.pipeline()
                        .addLast(new Http1Connection(worker, listener, channel, ends, secured));
                ctx.fireChannelActive();
            }
        }
    }

    private void failed(Throwable cause) {
        if (channel.isActive() && cause instanceof SSLException
                || cause instanceof CertificateException) {
            listener.handshakeFailed(ends.source(), cause, worker.loop().now());
        }
    }

    /// The handshake takes too long.
    @Override
    public void expired() {
        channel.unsafe().close(channel.voidPromise());
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        timer.drop();
        ctx.fireChannelInactive();
    }

    /// Bytes that are no TLS, or were changed on their way, end the connection; the rest is not of this layer.
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (done && !(cause instanceof DecoderException) && !(cause instanceof SSLException)) {
            ctx.fireExceptionCaught(cause);
        } else {
            ctx.close();
        }
    }
}
