package dev.weir.listen;

import dev.weir.preamble.Ends;
import dev.weir.runtime.Loop;
import dev.weir.runtime.Timers;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// A connection whose client has still to show what it speaks: HTTP/2 begins with a preface that is no HTTP/1.1 request (RFC 9113 §3.4). Gives
/// way to the one or the other at the first byte that decides. Only listeners that take both look.
///
/// Confined to one event loop.
final class FirstBytes extends ClientConnection implements Timers.Expiry {
    private static final byte[] PREFACE =
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final Worker worker;
    private final Loop loop;
    private final Listener listener;
    private final Channel channel;
    private final Ends ends;
    private final Timers.Timer timer;
    private @Nullable ByteBuf first;

    FirstBytes(Worker worker, Listener listener, Channel channel, Ends ends) {
        this.worker = worker;
        this.loop = worker.loop();
        this.listener = listener;
        this.channel = channel;
        this.ends = ends;
        this.timer = loop.timers().timer(this);
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        worker.opened(this);
        timer.at(loop.now() + worker.snapshot().limits().headerTimeout().toNanos());
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        loop.arrived();
        ByteBuf in = (ByteBuf) message;
        ByteBuf before = first;
        if (before != null) {
            before.writeBytes(in);
            in.release();
            in = before;
        }
        int same = 0;
        int most = Math.min(in.readableBytes(), PREFACE.length);
        while (same < most && in.getByte(in.readerIndex() + same) == PREFACE[same]) {
            same++;
        }
        if (same == PREFACE.length) {
            giveWay(in, true);
        } else if (same < most) {
            giveWay(in, false);
        } else if (before == null) {
            first = channel.alloc().buffer(4 * PREFACE.length).writeBytes(in);
            in.release();
        }
    }

    private void giveWay(ByteBuf in, boolean http2) {
        first = null;
        leave();
        if (http2) {
            new Http2Connection(worker, listener, channel, ends, null).join();
            channel.pipeline().remove(this);
        } else {
            Http1Connection next = new Http1Connection(worker, listener, channel, ends, null);
            channel.pipeline().replace(this, null, next);
            next.channelActive(channel.pipeline().context(next));
        }
        channel.pipeline().fireChannelRead(in);
    }

    private void leave() {
        timer.drop();
        worker.closed(this);
    }

    @Override
    public void expired() {
        channel.close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        leave();
        ByteBuf kept = first;
        if (kept != null) {
            first = null;
            kept.release();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (!(cause instanceof java.io.IOException)) {
            listener.bug("", cause);
        }
        ctx.close();
    }

    @Override
    long held() {
        ByteBuf kept = first;
        return kept == null ? 0 : kept.capacity();
    }

    @Override
    void relieve() {}

    @Override
    void closeIfIdle() {
        channel.close();
    }

    @Override
    boolean cut() {
        channel.close();
        return false;
    }
}
