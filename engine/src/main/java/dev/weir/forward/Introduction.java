package dev.weir.forward;

import dev.weir.preamble.Ends;
import dev.weir.preamble.ProxyVersion;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import org.jspecify.annotations.Nullable;

/// Says on a new connection to an endpoint, before anything else, for whom it is: writes a PROXY header, and leaves the pipeline. It stands
/// before whatever else would speak first. Confined to the channel's event loop.
final class Introduction extends ChannelDuplexHandler {
    private final byte[] header;

    /// @param ends null if the connection speaks for no client
    Introduction(ProxyVersion version, @Nullable Ends ends) {
        header = ends == null ? version.headerForNobody() : version.header(ends);
    }

    /// Who waits for the connection hears of it before the pipeline does, and may write at once: then the header goes with that.
    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        ctx.write(Unpooled.wrappedBuffer(header), ctx.voidPromise());
        ctx.write(message, promise);
        ctx.pipeline().remove(this);
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        ctx.writeAndFlush(Unpooled.wrappedBuffer(header), ctx.voidPromise());
        ctx.fireChannelActive();
        ctx.pipeline().remove(this);
    }
}
