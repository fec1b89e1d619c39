package dev.weir.health;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;

/// Asks once over HTTP/2 by prior knowledge on the connection of a check, and reads the answer as far as the check needs it: the head
/// within 32 KiB, of the body 64 KiB, and trailers. The frames are Netty's, the waiting is this thread's. For one question; confined
/// to the virtual thread of the check.
final class Http2CheckAnswer extends Http2FrameAdapter {
    private static final int STREAM = 1;
    private static final int HEAD_LIMIT = 32 << 10;
    private static final int BODY_LIMIT = 64 << 10;

    private final Talk connection;
    private final Http2ConnectionHandler protocol;
    private final EmbeddedChannel channel;
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private @Nullable Http2Headers head;
    private @Nullable Http2Headers trailers;
    private boolean ended;
    private boolean reset;

    private Http2CheckAnswer(Talk connection) {
        this.connection = connection;
        this.protocol =
                new Http2ConnectionHandlerBuilder()
                        .server(false)
                        .initialSettings(
                                new Http2Settings()
                                        .pushEnabled(false)
                                        .maxHeaderListSize(HEAD_LIMIT))
                        .frameListener(this)
                        // Else it waits for the end of the stream before it gives back what it has
                        // read.
                        .gracefulShutdownTimeoutMillis(0)
                        .build();
        this.channel = new EmbeddedChannel(protocol);
    }

    /// @param message what the request's body is; empty for none
    /// @param toTheEnd whether more than the head of the answer is wanted
    static Http2CheckAnswer ask(
            Talk connection, Http2Headers request, byte[] message, boolean toTheEnd)
            throws CheckFailed {
        Http2CheckAnswer answer = new Http2CheckAnswer(connection);
        try {
            answer.send(request, message);
            answer.read(toTheEnd);
            return answer;
        } finally {
            answer.channel.finishAndReleaseAll();
        }
    }

    /// Asks nobody, once, so that loading what it takes does not count as an endpoint's time.
    static void rehearse(Http2Headers request) {
        try {
            var _ = ask(new Rehearsal(), request, new byte[0], true);
        } catch (CheckFailed never) {
            throw new IllegalStateException(never);
        }
    }

    /// The status as the endpoint says it.
    String status() {
        return said(head, ":status");
    }

    /// What a field of the trailers says, or of the head if there is nothing else (`Trailers-Only`); empty if it is not there.
    String inTheEnd(String name) {
        return said(trailers == null ? head : trailers, name);
    }

    byte[] body() {
        return body.toByteArray();
    }

    private static String said(@Nullable Http2Headers fields, String name) {
        CharSequence value = fields == null ? null : fields.get(name);
        return value == null ? "" : value.toString();
    }

    private void send(Http2Headers request, byte[] message) throws CheckFailed {
        ChannelHandlerContext ctx = channel.pipeline().context(protocol);
        boolean empty = message.length == 0;
        var _ = protocol.encoder().writeHeaders(ctx, STREAM, request, 0, empty, ctx.newPromise());
        if (!empty) {
            ByteBuf bytes = Unpooled.wrappedBuffer(message);
            var _ = protocol.encoder().writeData(ctx, STREAM, bytes, 0, true, ctx.newPromise());
        }
        channel.flush();
        pass();
    }

    private void read(boolean toTheEnd) throws CheckFailed {
        byte[] piece = new byte[16 << 10];
        while (!(ended || head != null && !toTheEnd || body.size() >= BODY_LIMIT)) {
            int length = connection.read(piece);
            if (length < 0) {
                throw new CheckFailed("closed before an answer");
            }
            channel.writeInbound(Unpooled.copiedBuffer(piece, 0, length));
            if (reset) {
                throw new CheckFailed("the stream was reset");
            }
            if (!channel.isOpen()) {
                throw new CheckFailed("not HTTP/2");
            }
            pass();
        }
    }

    /// Writes what the protocol has to say.
    private void pass() throws CheckFailed {
        for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
            byte[] bytes = new byte[out.readableBytes()];
            out.readBytes(bytes).release();
            connection.write(bytes);
        }
    }

    /// Answers 200 with nothing else, whatever it is asked.
    private static final class Rehearsal implements Talk {
        private static final byte[] SETTINGS = {0, 0, 0, 4, 0, 0, 0, 0, 0};
        private static final byte[] HEAD = {0, 0, 1, 1, 5, 0, 0, 0, STREAM, (byte) 0x88};

        @Override
        public void write(byte[] bytes) {}

        @Override
        public int read(byte[] into) {
            System.arraycopy(SETTINGS, 0, into, 0, SETTINGS.length);
            System.arraycopy(HEAD, 0, into, SETTINGS.length, HEAD.length);
            return SETTINGS.length + HEAD.length;
        }
    }

    // ---- what comes ----

    @Override
    public void onHeadersRead(
            ChannelHandlerContext ctx,
            int stream,
            Http2Headers headers,
            int dependency,
            short weight,
            boolean exclusive,
            int padding,
            boolean last) {
        onHeadersRead(ctx, stream, headers, padding, last);
    }

    @Override
    public void onHeadersRead(
            ChannelHandlerContext ctx,
            int stream,
            Http2Headers headers,
            int padding,
            boolean last) {
        boolean interim = said(headers, ":status").startsWith("1");
        if (head == null && !interim) {
            head = headers;
        } else if (head != null) {
            trailers = headers;
        }
        ended |= last;
    }

    @Override
    public int onDataRead(
            ChannelHandlerContext ctx, int stream, ByteBuf data, int padding, boolean last) {
        int length = data.readableBytes();
        byte[] bytes = new byte[Math.min(length, BODY_LIMIT - Math.min(BODY_LIMIT, body.size()))];
        data.getBytes(data.readerIndex(), bytes);
        body.writeBytes(bytes);
        ended |= last;
        return length + padding;
    }

    @Override
    public void onRstStreamRead(ChannelHandlerContext ctx, int stream, long code) {
        // After a whole answer it says no more than that nothing else is wanted.
        reset |= !ended;
    }
}
