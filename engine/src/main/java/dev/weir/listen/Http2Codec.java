package dev.weir.listen;

import dev.weir.http.LimitsConfig;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.DefaultHttp2ConnectionDecoder;
import io.netty.handler.codec.http2.DefaultHttp2ConnectionEncoder;
import io.netty.handler.codec.http2.DefaultHttp2LocalFlowController;
import io.netty.handler.codec.http2.DefaultHttp2RemoteFlowController;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2PromisedRequestVerifier;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.UniformStreamByteDistributor;
import org.jspecify.annotations.Nullable;

/// Netty's HTTP/2 state machine for one client's connection, set up for a gateway: what is written leaves at the end of the loop's
/// turn, a connection whose reads are paused is not read, and errors go to the [Http2Connection], which knows the requests.
///
/// Confined to one event loop.
final class Http2Codec extends Http2ConnectionHandler {
    /// Streams at a time, as HAProxy and Envoy's edge have it.
    static final int MOST_STREAMS = 100;

    /// What a client may send on all streams together before it hears more. It gets that back as it comes: each stream's window of
    /// 64 KiB holds back who sends faster than an endpoint takes, and no stream holds up another.
    private static final int CONNECTION_WINDOW = 1 << 20;

    /// A stream's turn on a connection that does not take all there is.
    private static final int STREAMS_TURN = 16 << 10;

    private static final float UPDATE_AT_HALF = 0.5f;

    private final Http2Connection connection;
    private boolean flushing;

    private Http2Codec(
            Http2ConnectionDecoder decoder,
            Http2ConnectionEncoder encoder,
            Http2Settings settings,
            Http2Connection connection) {
        super(decoder, encoder, settings, true, false);
        this.connection = connection;
    }

    static Http2Codec of(
            Http2Connection connection, LimitsConfig limits, Http2Frames frames, Http2Inbound in) {
        var state = new DefaultHttp2Connection(true, 0);
        state.remote().maxActiveStreams(MOST_STREAMS);
        var turns = new UniformStreamByteDistributor(state);
        turns.minAllocationChunk(STREAMS_TURN);
        state.remote().flowController(new DefaultHttp2RemoteFlowController(state, turns));
        state.local()
                .flowController(new DefaultHttp2LocalFlowController(state, UPDATE_AT_HALF, true));
        var encoder = new DefaultHttp2ConnectionEncoder(state, frames);
        var decoder =
                new DefaultHttp2ConnectionDecoder(
                        state,
                        encoder,
                        in,
                        Http2PromisedRequestVerifier.ALWAYS_VERIFY,
                        true,
                        true,
                        false);
        Http2Settings settings =
                new Http2Settings()
                        .maxConcurrentStreams(MOST_STREAMS)
                        .connectProtocolEnabled(true)
                        .maxHeaderListSize(limits.headers().bytes());
        return new Http2Codec(decoder, encoder, settings, connection);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) throws Exception {
        super.handlerAdded(ctx);
        var in = decoder().flowController();
        in.incrementWindowSize(
                connection().connectionStream(), CONNECTION_WINDOW - in.initialWindowSize());
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
        connection.arrived();
        super.channelRead(ctx, message);
        connection.looked();
    }

    /// Flushes nothing, because the outlets do, and reads nothing that should not be read.
    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        discardSomeReadBytes();
    }

    @Override
    public void flush(ChannelHandlerContext ctx) {
        if (!flushing && !connection.closing()) {
            flushing = true;
            try {
                encoder().flowController().writePendingBytes();
            } catch (Http2Exception e) {
                onError(ctx, true, e);
            } finally {
                flushing = false;
            }
        }
        connection.gathered();
        ctx.flush();
        connection.flushed();
    }

    /// What had to wait is written at the end of the turn, and not in the middle of a flush.
    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (ctx.channel().isWritable()) {
            connection.touch();
        }
        ctx.fireChannelWritabilityChanged();
    }

    @Override
    protected void onConnectionError(
            ChannelHandlerContext ctx,
            boolean outbound,
            Throwable cause,
            @Nullable Http2Exception known) {
        connection.broke(known == null ? Http2Error.INTERNAL_ERROR : known.error(), cause);
    }

    @Override
    protected void onStreamError(
            ChannelHandlerContext ctx,
            boolean outbound,
            Throwable cause,
            Http2Exception.StreamException known) {
        connection.broke(known.streamId(), known.error());
    }

    void reset(ChannelHandlerContext ctx, int streamId, Http2Error code) {
        ChannelPromise promise = ctx.newPromise();
        var _ = resetStream(ctx, streamId, code.code(), promise);
    }
}
