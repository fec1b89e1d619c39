package dev.weir.listen;

import dev.weir.listen.Glitches.Kind;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.DefaultHttp2FrameReader;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2FrameListenerDecorator;
import io.netty.handler.codec.http2.Http2FrameReader;
import io.netty.handler.codec.http2.Http2FrameTypes;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import org.jspecify.annotations.Nullable;

/// Reads an HTTP/2 client's frames with Netty's reader, one at a time, and looks at each before Netty's state machine does: counts
/// what is odd ([Glitches]), knows whether a head is only half there, and tells what Netty does not:
///
/// * a head on a stream whose request is whole is an error of the stream, on one that is closed or was skipped of the
///   connection (RFC 9113 §5.1, §5.1.1);
/// * frames for a stream that was reset by this side were sent before the client knew, and mean nothing.
///
/// Confined to one event loop.
final class Http2Inbound implements Http2FrameReader {
    private static final int HEADER = 9;

    private final Http2Connection connection;
    private final Http2Streams streams;
    private final DefaultHttp2FrameReader reader;
    private @Nullable Http2FrameListener listener;
    private @Nullable Checks checks;
    private boolean settled;
    private boolean inBlock;
    private boolean headPending;
    private int pendingStream;
    private int pendingBytes;

    Http2Inbound(Http2Connection connection, Http2Streams streams) {
        this.connection = connection;
        this.streams = streams;
        this.reader = new DefaultHttp2FrameReader(streams.heads());
    }

    /// Whether a head, or the beginning of a frame, has come in part only.
    boolean headPending() {
        return headPending;
    }

    /// Bytes that are there of a stream's frame of data that is not whole.
    int pendingOf(int streamId) {
        return !headPending && pendingStream == streamId ? pendingBytes : 0;
    }

    @Override
    public void readFrame(ChannelHandlerContext ctx, ByteBuf input, Http2FrameListener to)
            throws Http2Exception {
        Checks through = checks;
        if (through == null || listener != to) {
            listener = to;
            through = checks = new Checks(to);
        }
        while (input.isReadable()) {
            int at = input.readerIndex();
            int readable = input.readableBytes();
            int length = readable < HEADER ? 0 : input.getUnsignedMedium(at);
            boolean whole =
                    readable >= HEADER
                            && (readable - HEADER >= length || length > reader.maxFrameSize());
            if (!whole || connection.closing()) {
                pending(input, at, readable);
                return;
            }
            one(ctx, input, at, Math.min(readable, HEADER + length), through);
        }
        pending(input, input.readerIndex(), 0);
    }

    private void one(
            ChannelHandlerContext ctx, ByteBuf input, int at, int length, Http2FrameListener to)
            throws Http2Exception {
        int type = input.getByte(at + 3);
        boolean last = (input.getByte(at + 4) & Http2Flags.END_HEADERS) != 0;
        int end = input.writerIndex();
        input.writerIndex(at + length);
        try {
            reader.readFrame(ctx, input, to);
        } finally {
            input.writerIndex(end);
            inBlock =
                    !last
                            && (type == Http2FrameTypes.HEADERS
                                    || type == Http2FrameTypes.CONTINUATION);
        }
        if (type == Http2FrameTypes.CONTINUATION) {
            connection.odd(Kind.CONTINUATION);
        }
        connection.judge();
    }

    private void pending(ByteBuf input, int at, int readable) {
        if (connection.closing()) {
            input.skipBytes(readable);
            connection.skipped(readable);
            readable = 0;
        }
        int type = readable < HEADER ? -1 : input.getByte(at + 3);
        headPending = inBlock || readable > 0 && type != Http2FrameTypes.DATA;
        pendingStream = type == Http2FrameTypes.DATA ? input.getInt(at + 5) & 0x7fff_ffff : 0;
        pendingBytes = readable;
    }

    @Override
    public Configuration configuration() {
        return reader.configuration();
    }

    @Override
    public void close() {
        reader.close();
    }

    private final class Checks extends Http2FrameListenerDecorator {
        Checks(Http2FrameListener to) {
            super(to);
        }

        @Override
        public int onDataRead(
                ChannelHandlerContext ctx, int id, ByteBuf data, int padding, boolean end)
                throws Http2Exception {
            if (!end && !data.isReadable()) {
                connection.odd(Kind.EMPTY_DATA);
            }
            if (streams.wasReset(id)) {
                connection.odd(Kind.STRAY);
                connection.discard(data, padding);
                return data.readableBytes() + padding;
            }
            return super.onDataRead(ctx, id, data, padding, end);
        }

        @Override
        public void onHeadersRead(
                ChannelHandlerContext ctx, int id, Http2Headers headers, int padding, boolean end)
                throws Http2Exception {
            if (passes(id)) {
                super.onHeadersRead(ctx, id, headers, padding, end);
            }
        }

        @Override
        public void onHeadersRead(
                ChannelHandlerContext ctx,
                int id,
                Http2Headers headers,
                int streamDependency,
                short weight,
                boolean exclusive,
                int padding,
                boolean end)
                throws Http2Exception {
            if (passes(id)) {
                super.onHeadersRead(
                        ctx, id, headers, streamDependency, weight, exclusive, padding, end);
            }
        }

        private boolean passes(int id) throws Http2Exception {
            Http2Stream stream = streams.stream(id);
            if (stream != null) {
                if (stream.state() == Http2Stream.State.HALF_CLOSED_REMOTE) {
                    throw Http2Exception.streamError(
                            id, Http2Error.STREAM_CLOSED, "the request of stream %d is over", id);
                }
                return true;
            }
            if (streams.wasReset(id)) {
                connection.odd(Kind.STRAY);
                return false;
            }
            if (id % 2 == 1 && streams.mayHaveExisted(id)) {
                throw Http2Exception.connectionError(
                        streams.wasClosed(id)
                                ? Http2Error.STREAM_CLOSED
                                : Http2Error.PROTOCOL_ERROR,
                        "stream %d is over",
                        id);
            }
            return true;
        }

        @Override
        public void onPriorityRead(
                ChannelHandlerContext ctx, int id, int dependency, short weight, boolean exclusive)
                throws Http2Exception {
            connection.odd(Kind.PRIORITY);
            super.onPriorityRead(ctx, id, dependency, weight, exclusive);
        }

        @Override
        public void onRstStreamRead(ChannelHandlerContext ctx, int id, long errorCode)
                throws Http2Exception {
            connection.odd(streams.stream(id) == null ? Kind.STRAY : Kind.RESET);
            super.onRstStreamRead(ctx, id, errorCode);
        }

        @Override
        public void onSettingsRead(ChannelHandlerContext ctx, Http2Settings settings)
                throws Http2Exception {
            if (settled) {
                connection.odd(Kind.SETTINGS);
            }
            settled = true;
            super.onSettingsRead(ctx, settings);
        }

        @Override
        public void onPingRead(ChannelHandlerContext ctx, long data) throws Http2Exception {
            connection.odd(Kind.PING);
            super.onPingRead(ctx, data);
        }

        @Override
        public void onWindowUpdateRead(ChannelHandlerContext ctx, int id, int increment)
                throws Http2Exception {
            connection.windowUpdated();
            super.onWindowUpdateRead(ctx, id, increment);
        }

        @Override
        public void onUnknownFrame(
                ChannelHandlerContext ctx, byte type, int id, Http2Flags flags, ByteBuf payload)
                throws Http2Exception {
            connection.odd(Kind.STRAY);
            super.onUnknownFrame(ctx, type, id, flags, payload);
        }
    }
}
