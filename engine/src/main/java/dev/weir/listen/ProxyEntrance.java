package dev.weir.listen;

import dev.weir.preamble.Ends;
import dev.weir.preamble.ProxyHeader;
import dev.weir.preamble.ProxyReader;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.SocketChannel;

/// The first handler of a connection that may, or must, begin with a PROXY header. It reads the header, hands the connection over with
/// the ends that the header names, and leaves the pipeline; so connections without one cost nothing later. Whoever may not send one, or
/// sends a bad one, is closed without an answer, as what it means by its bytes cannot be known.
///
/// Confined to one event loop. Source: <https://www.haproxy.org/download/3.0/doc/proxy-protocol.txt>, section 2.
final class ProxyEntrance extends Beginning {
    private final Ends ends;
    private final boolean trusted;
    private final boolean required;

    /// @param ends of the connection itself
    ProxyEntrance(
            Worker worker,
            Listener listener,
            SocketChannel channel,
            Ends ends,
            ProxyReception reception) {
        super(worker, listener, channel);
        this.ends = ends;
        this.trusted = worker.snapshot().provenance().trusts(ends.source().getAddress());
        this.required = reception == ProxyReception.REQUIRE;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        super.channelActive(ctx);
        if (required && !trusted) {
            refuse("it is no trusted proxy");
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        worker.loop().arrived();
        ByteBuf in = (ByteBuf) message;
        ByteBuf before = kept;
        if (before != null) {
            in = before.writeBytes(in);
            ((ByteBuf) message).release();
            kept = null;
        }
        switch (ProxyReader.read(in)) {
            case ProxyHeader.Incomplete _ -> keep(in);
            case ProxyHeader.None _ -> {
                if (required) {
                    in.release();
                    refuse("it sent no PROXY header");
                } else {
                    enter(ctx, ends, in);
                }
            }
            case ProxyHeader.Malformed(String why) -> {
                in.release();
                refuse(trusted ? "its PROXY header " + why : "it is no trusted proxy");
            }
            case ProxyHeader.Whole(int length, Ends said) -> {
                if (trusted) {
                    enter(ctx, said == null ? ends : said, in.skipBytes(length));
                } else {
                    in.release();
                    refuse("it is no trusted proxy");
                }
            }
        }
    }

    /// There are never more bytes here than the longest header has, and what came in one read.
    private void keep(ByteBuf in) {
        worker.loop().pressure().added(in.readableBytes());
        kept = channel.alloc().buffer(in.readableBytes()).writeBytes(in);
        in.release();
    }

    /// The connection goes on as if it had begun here.
    private void enter(ChannelHandlerContext ctx, Ends of, ByteBuf rest) {
        leave();
        listener.serve(channel, worker, of);
        ctx.fireChannelActive();
        if (rest.isReadable()) {
            ctx.fireChannelRead(rest);
        } else {
            rest.release();
        }
        ctx.pipeline().remove(this);
    }

    private void refuse(String why) {
        listener.proxyRefusals().count(ends.source().getAddress(), why, worker.loop().now());
        channel.close();
    }

    @Override
    public void expired() {
        refuse("its PROXY header did not come in time");
    }

    /// Always an I/O error of this connection.
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ctx.close();
    }
}
