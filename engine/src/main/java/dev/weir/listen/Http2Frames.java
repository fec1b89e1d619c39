package dev.weir.listen;

import dev.weir.http.Headers;
import dev.weir.http.Http2HeadWriter;
import dev.weir.http.ResponseHead;
import dev.weir.runtime.Loop;
import dev.weir.runtime.Outlet;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2FrameSizePolicy;
import io.netty.handler.codec.http2.Http2FrameTypes;
import io.netty.handler.codec.http2.Http2FrameWriter;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersEncoder;
import io.netty.handler.codec.http2.Http2Settings;
import java.util.Arrays;

/// Writes the frames of one HTTP/2 connection into its [Outlet], so that those of one turn of the loop leave together in a
/// buffer or two. A promise is kept as soon as the frame lies in the outlet: if the connection breaks, all who wait
/// hear of that. Answers' heads and bodies are written by [#head], [#trailers] and [#data]; what Netty's codec writes by
/// itself comes through its interface.
///
/// Confined to one event loop. Source: RFC 9113 §4.1, §6.
final class Http2Frames
        implements Http2FrameWriter,
                Http2FrameWriter.Configuration,
                Http2FrameSizePolicy,
                Http2HeadersEncoder.Configuration {
    /// Frames up to this size are all that clients have to take (RFC 9113 §4.2), and larger ones only make others wait.
    static final int MOST_PAYLOAD = 16 << 10;

    /// Frames about the connection that a client has not taken: one that sends ever new ones and reads no answers could
    /// otherwise have them pile up.
    private static final int MOST_CONTROL_BYTES = 64 << 10;

    private static final int HEADER = Http2CodecUtil.FRAME_HEADER_LENGTH;

    /// Room for further frames in a buffer that is begun.
    private static final int MORE = 2 << 10;

    private final Loop loop;
    private final Outlet outlet;
    private final Http2HeadWriter heads;
    private final byte[] scratch = new byte[HEADER + 8 * 6];
    private boolean blockWritten;
    private int controlBytes;

    Http2Frames(Loop loop, Outlet outlet, Http2HeadWriter heads) {
        this.loop = loop;
        this.outlet = outlet;
        this.heads = heads;
    }

    // ---- answers ----

    void head(int streamId, ResponseHead head, boolean end) {
        heads.response(head, !blockWritten, loop.date());
        blockWritten = true;
        block(streamId, heads.bytes(), heads.length(), end);
    }

    /// Those trailers that may go on, as a block that can wait until the body is written.
    ///
    /// @param head the fields of the answer's head
    byte[] trailers(Headers trailers, Headers head) {
        heads.trailers(trailers, head);
        return Arrays.copyOf(heads.bytes(), heads.length());
    }

    /// Writes trailers, which end the stream.
    void trailers(int streamId, byte[] block) {
        block(streamId, block, block.length, true);
    }

    private void block(int streamId, byte[] bytes, int length, boolean end) {
        int part = Math.min(length, MOST_PAYLOAD);
        int flags =
                (end ? Http2Flags.END_STREAM : 0) | (part == length ? Http2Flags.END_HEADERS : 0);
        header(part, Http2FrameTypes.HEADERS, flags, streamId);
        outlet.write(scratch, HEADER, Math.min(length + MORE, 4096));
        outlet.copy(bytes, 0, part);
        for (int at = part; at < length; at += part) {
            part = Math.min(length - at, MOST_PAYLOAD);
            boolean last = at + part == length;
            header(part, Http2FrameTypes.CONTINUATION, last ? Http2Flags.END_HEADERS : 0, streamId);
            outlet.write(scratch, HEADER, part);
            outlet.copy(bytes, at, part);
        }
    }

    /// Releases the data.
    void data(int streamId, ByteBuf data, boolean end) {
        int length = data.readableBytes();
        header(length, Http2FrameTypes.DATA, end ? Http2Flags.END_STREAM : 0, streamId);
        outlet.write(scratch, HEADER, length);
        outlet.write(data);
    }

    /// The end of an answer that has nothing more to say.
    void end(int streamId) {
        header(0, Http2FrameTypes.DATA, Http2Flags.END_STREAM, streamId);
        outlet.write(scratch, HEADER, MORE);
    }

    // ---- about the connection ----

    /// Whether more lies here, unread by the client, than any honest one lets pile up.
    boolean piledUp() {
        return controlBytes > MOST_CONTROL_BYTES;
    }

    /// All that was written has been taken.
    void taken() {
        controlBytes = 0;
    }

    private void header(int length, int type, int flags, int streamId) {
        byte[] to = scratch;
        to[0] = (byte) (length >>> 16);
        to[1] = (byte) (length >>> 8);
        to[2] = (byte) length;
        to[3] = (byte) type;
        to[4] = (byte) flags;
        number(HEADER - 4, streamId);
    }

    private void number(int at, int value) {
        scratch[at] = (byte) (value >>> 24);
        scratch[at + 1] = (byte) (value >>> 16);
        scratch[at + 2] = (byte) (value >>> 8);
        scratch[at + 3] = (byte) value;
    }

    private ChannelFuture control(ChannelPromise promise, int payload) {
        controlBytes += HEADER + payload;
        outlet.write(scratch, HEADER + payload, MORE);
        return promise.setSuccess();
    }

    @Override
    public ChannelFuture writeRstStream(
            ChannelHandlerContext ctx, int streamId, long errorCode, ChannelPromise promise) {
        header(4, Http2FrameTypes.RST_STREAM, 0, streamId);
        number(HEADER, (int) errorCode);
        return control(promise, 4);
    }

    @Override
    public ChannelFuture writeSettings(
            ChannelHandlerContext ctx, Http2Settings settings, ChannelPromise promise) {
        int at = HEADER;
        for (var entry : settings.entries()) {
            scratch[at] = (byte) (entry.key() >>> 8);
            scratch[at + 1] = (byte) entry.key();
            number(at + 2, (int) (long) entry.value());
            at += 6;
        }
        header(at - HEADER, Http2FrameTypes.SETTINGS, 0, 0);
        return control(promise, at - HEADER);
    }

    @Override
    public ChannelFuture writeSettingsAck(ChannelHandlerContext ctx, ChannelPromise promise) {
        header(0, Http2FrameTypes.SETTINGS, Http2Flags.ACK, 0);
        return control(promise, 0);
    }

    @Override
    public ChannelFuture writePing(
            ChannelHandlerContext ctx, boolean ack, long data, ChannelPromise promise) {
        header(8, Http2FrameTypes.PING, ack ? Http2Flags.ACK : 0, 0);
        number(HEADER, (int) (data >>> 32));
        number(HEADER + 4, (int) data);
        return control(promise, 8);
    }

    @Override
    public ChannelFuture writeGoAway(
            ChannelHandlerContext ctx,
            int lastStreamId,
            long errorCode,
            ByteBuf debugData,
            ChannelPromise promise) {
        header(8 + debugData.readableBytes(), Http2FrameTypes.GO_AWAY, 0, 0);
        number(HEADER, lastStreamId);
        number(HEADER + 4, (int) errorCode);
        control(promise, 8);
        if (debugData.isReadable()) {
            outlet.write(debugData);
        } else {
            debugData.release();
        }
        return promise;
    }

    @Override
    public ChannelFuture writeWindowUpdate(
            ChannelHandlerContext ctx, int streamId, int increment, ChannelPromise promise) {
        header(4, Http2FrameTypes.WINDOW_UPDATE, 0, streamId);
        number(HEADER, increment);
        return control(promise, 4);
    }

    // ---- what a server's side never writes through the codec ----

    @Override
    public ChannelFuture writeData(
            ChannelHandlerContext ctx,
            int streamId,
            ByteBuf data,
            int padding,
            boolean endStream,
            ChannelPromise promise) {
        data.release();
        return unused(promise);
    }

    @Override
    public ChannelFuture writeHeaders(
            ChannelHandlerContext ctx,
            int streamId,
            Http2Headers headers,
            int padding,
            boolean endStream,
            ChannelPromise promise) {
        return unused(promise);
    }

    @Override
    public ChannelFuture writeHeaders(
            ChannelHandlerContext ctx,
            int streamId,
            Http2Headers headers,
            int streamDependency,
            short weight,
            boolean exclusive,
            int padding,
            boolean endStream,
            ChannelPromise promise) {
        return unused(promise);
    }

    @Override
    public ChannelFuture writePriority(
            ChannelHandlerContext ctx,
            int streamId,
            int streamDependency,
            short weight,
            boolean exclusive,
            ChannelPromise promise) {
        return unused(promise);
    }

    @Override
    public ChannelFuture writePushPromise(
            ChannelHandlerContext ctx,
            int streamId,
            int promisedStreamId,
            Http2Headers headers,
            int padding,
            ChannelPromise promise) {
        return unused(promise);
    }

    @Override
    public ChannelFuture writeFrame(
            ChannelHandlerContext ctx,
            byte frameType,
            int streamId,
            Http2Flags flags,
            ByteBuf payload,
            ChannelPromise promise) {
        payload.release();
        return unused(promise);
    }

    private static ChannelFuture unused(ChannelPromise promise) {
        return promise.setFailure(new UnsupportedOperationException());
    }

    // ---- configuration: what the client asks for and this side does not need ----

    @Override
    public Configuration configuration() {
        return this;
    }

    @Override
    public Http2HeadersEncoder.Configuration headersConfiguration() {
        return this;
    }

    @Override
    public Http2FrameSizePolicy frameSizePolicy() {
        return this;
    }

    @Override
    public void maxFrameSize(int max) {}

    @Override
    public int maxFrameSize() {
        return MOST_PAYLOAD;
    }

    @Override
    public void maxHeaderTableSize(long max) {}

    @Override
    public long maxHeaderTableSize() {
        return 0;
    }

    /// A client that announces a tiny limit would have every answer become a reset after an endpoint has worked for it
    /// (CVE-2026-50560). The limit is advisory (RFC 9113 §6.5.2).
    @Override
    public void maxHeaderListSize(long max) {}

    @Override
    public long maxHeaderListSize() {
        return Http2CodecUtil.MAX_HEADER_LIST_SIZE;
    }

    @Override
    public void close() {}
}
