package dev.weir.listen;

import dev.weir.preamble.Ends;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.SocketChannel;
import java.nio.charset.StandardCharsets;

/// A connection whose client has still to show what it speaks: HTTP/2 begins with a preface that is no HTTP/1.1 request (RFC 9113 §3.4). Gives
/// way to the one or the other at the first byte that decides. Only listeners that take both look.
///
/// Confined to one event loop.
final class FirstBytes extends Beginning {
    private static final byte[] PREFACE =
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final Ends ends;

    FirstBytes(Worker worker, Listener listener, SocketChannel channel, Ends ends) {
        super(worker, listener, channel);
        this.ends = ends;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        worker.loop().arrived();
        ByteBuf in = (ByteBuf) message;
        ByteBuf before = kept;
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
            kept = channel.alloc().buffer(4 * PREFACE.length).writeBytes(in);
            in.release();
        }
    }

    private void giveWay(ByteBuf in, boolean http2) {
        kept = null;
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

    @Override
    public void expired() {
        channel.close();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (!(cause instanceof java.io.IOException)) {
            listener.bug("", cause);
        }
        ctx.close();
    }
}
