package dev.weir.forward;

import static io.netty.handler.codec.http2.Http2Error.ENHANCE_YOUR_CALM;
import static io.netty.handler.codec.http2.Http2Error.PROTOCOL_ERROR;

import dev.weir.exchange.Failure;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;

/// Hands the frames that an endpoint sends to the streams that they belong to, and counts those that belong to none. Confined to one
/// event loop.
final class Http2EndpointFrames implements Http2FrameListener {
    private final Http2EndpointConnection connection;

    Http2EndpointFrames(Http2EndpointConnection connection) {
        this.connection = connection;
    }

    @Override
    public void onHeadersRead(
            ChannelHandlerContext ctx,
            int id,
            Http2Headers headers,
            int dependency,
            short weight,
            boolean exclusive,
            int padding,
            boolean last)
            throws Http2Exception {
        onHeadersRead(ctx, id, headers, padding, last);
    }

    @Override
    public void onHeadersRead(
            ChannelHandlerContext ctx, int id, Http2Headers headers, int padding, boolean last)
            throws Http2Exception {
        Http2EndpointStream stream = connection.of(id);
        if (stream == null) {
            throw Http2Exception.connectionError(PROTOCOL_ERROR, "Stream %d is nobody's", id);
        }
        stream.headers(headers, last);
    }

    @Override
    public int onDataRead(
            ChannelHandlerContext ctx, int id, ByteBuf data, int padding, boolean last) {
        Http2EndpointStream stream = connection.of(id);
        return padding + (stream == null ? data.readableBytes() : stream.data(data, last));
    }

    @Override
    public void onRstStreamRead(ChannelHandlerContext ctx, int id, long code) {
        Http2EndpointStream stream = connection.of(id);
        if (stream != null) {
            boolean refused = code == Http2Error.REFUSED_STREAM.code();
            stream.closed(refused ? Failure.REFUSED : Failure.ENDPOINT_RESET);
        }
    }

    @Override
    public void onSettingsRead(ChannelHandlerContext ctx, Http2Settings settings)
            throws Http2Exception {
        odd();
        if (settings.headerTableSize() != null) {
            Http2EndpointSettings.withoutTable(connection.encoder());
        }
        connection.settled(settings.connectProtocolEnabled());
    }

    @Override
    public void onPingRead(ChannelHandlerContext ctx, long data) throws Http2Exception {
        odd();
    }

    @Override
    public void onPriorityRead(
            ChannelHandlerContext ctx, int id, int dependency, short weight, boolean exclusive)
            throws Http2Exception {
        odd();
    }

    @Override
    public void onWindowUpdateRead(ChannelHandlerContext ctx, int id, int increment)
            throws Http2Exception {
        odd();
    }

    @Override
    public void onUnknownFrame(
            ChannelHandlerContext ctx, byte type, int id, Http2Flags flags, ByteBuf payload)
            throws Http2Exception {
        odd();
    }

    @Override
    public void onSettingsAckRead(ChannelHandlerContext ctx) throws Http2Exception {
        odd();
    }

    @Override
    public void onPingAckRead(ChannelHandlerContext ctx, long data) throws Http2Exception {
        odd();
    }

    /// That the connection has heard it is all that counts.
    @Override
    public void onGoAwayRead(ChannelHandlerContext ctx, int last, long code, ByteBuf debugData)
            throws Http2Exception {
        odd();
    }

    @Override
    public void onPushPromiseRead(
            ChannelHandlerContext ctx, int id, int promised, Http2Headers headers, int padding)
            throws Http2Exception {
        throw Http2Exception.connectionError(PROTOCOL_ERROR, "pushes are turned off");
    }

    private void odd() throws Http2Exception {
        if (connection.odd().flood(connection.loop().now())) {
            throw flooded();
        }
    }

    static Http2Exception flooded() {
        return Http2Exception.connectionError(ENHANCE_YOUR_CALM, "too many frames for nothing");
    }
}
