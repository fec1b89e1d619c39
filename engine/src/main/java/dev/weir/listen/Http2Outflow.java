package dev.weir.listen;

import dev.weir.exchange.Exchange;
import dev.weir.http.Headers;
import dev.weir.http.ResponseHead;
import dev.weir.runtime.Loop;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2RemoteFlowController.FlowControlled;
import io.netty.handler.codec.http2.Http2Stream;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// What goes out on one stream of a client's HTTP/2 connection: the head at once, then bytes as far as the client's windows allow, then
/// the end. Is the flow controller's entry itself, so that a piece of an answer allocates nothing.
///
/// Used for one stream after the other; confined to one event loop. Source: RFC 9113 §5.2.
final class Http2Outflow implements FlowControlled {
    /// Above 64 KiB that the client has not taken, the endpoint is not read; below the half of it, it is again.
    private static final int HIGH = 64 << 10;

    private static final int LOW = HIGH / 2;

    private static final byte[] NOTHING = {};

    /// Whose answer it is.
    interface Source {
        /// The connection of the stream.
        Http2Connection connection();

        /// The queue has become short, as [#writable] had said that it is not. Called outside of the flow controller.
        void clientWritable();

        /// All of it is written, the end included.
        void allWritten();

        /// The stream takes no more, and what was to be sent is dropped.
        void dropped();
    }

    private final Loop loop;
    private final Source source;
    private final ArrayDeque<ByteBuf> queue = new ArrayDeque<>(4);
    private @Nullable ByteBuf added;
    private byte[] endBlock = NOTHING;
    private int id;
    private int queued;
    private boolean enqueued;
    private boolean full;
    private boolean whole;
    private boolean endWritten;

    Http2Outflow(Loop loop, Source source) {
        this.loop = loop;
        this.source = source;
    }

    /// Is for this stream from now on, with nothing written.
    void begin(int streamId) {
        id = streamId;
    }

    /// An interim answer.
    void inform(ResponseHead head) {
        frames().head(id, head, false);
    }

    /// The head, behind which more follows or not.
    void head(Http2Stream stream, ResponseHead head, boolean last) {
        endWritten = last;
        frames().head(id, head, last);
        stream.headersSent(false);
    }

    /// More bytes. Releases the data.
    void add(Http2Stream to, ByteBuf data) {
        int length = data.readableBytes();
        if (length == 0) {
            data.release();
            return;
        }
        loop.pressure().added(length);
        if (enqueued) {
            added = data;
        } else {
            enqueued = true;
            queue.add(data);
            queued = length;
        }
        source.connection().enqueue(to, this);
        full |= queued > HIGH;
    }

    /// Nothing will be added any more.
    void finish(@Nullable Headers trailers, Exchange exchange) {
        if (trailers != null) {
            endBlock = frames().trailers(trailers, exchange.response().headers());
        }
        finish();
    }

    /// As [#finish(Headers, Exchange)], without trailers.
    void finish() {
        whole = true;
        if (!endWritten && !enqueued) {
            writeEnd();
        }
    }

    private void writeEnd() {
        endWritten = true;
        byte[] block = endBlock;
        if (block.length > 0) {
            frames().trailers(id, block);
        } else {
            frames().end(id);
        }
    }

    private Http2Frames frames() {
        return source.connection().frames();
    }

    /// Whether the end is written.
    boolean endWritten() {
        return endWritten;
    }

    /// Whether the client takes more.
    boolean writable() {
        return queued <= HIGH && (!loop.pressure().pausesStreams() || queued == 0);
    }

    /// Bytes that the client has not taken.
    int queued() {
        return queued;
    }

    // ---- as the flow controller sees it ----

    @Override
    public int size() {
        return queued;
    }

    @Override
    public boolean merge(ChannelHandlerContext ctx, FlowControlled more) {
        ByteBuf data = added;
        if (more != this || data == null) {
            return false;
        }
        added = null;
        queue.add(data);
        queued += data.readableBytes();
        return true;
    }

    @Override
    public void write(ChannelHandlerContext ctx, int allowed) {
        Http2Connection connection = source.connection();
        int budget = allowed;
        while (budget > 0) {
            ByteBuf first = queue.peek();
            if (first == null) {
                break;
            }
            int readable = first.readableBytes();
            int length = Math.min(Math.min(budget, readable), Http2Frames.MOST_PAYLOAD);
            ByteBuf piece = length == readable ? queue.remove() : first.readRetainedSlice(length);
            budget -= length;
            queued -= length;
            endWritten = queued == 0 && whole && endBlock.length == 0;
            connection.frames().data(id, piece, endWritten);
            connection.sentData();
        }
        if (queued == 0 && whole && !endWritten) {
            writeEnd();
        }
        if (full && queued < LOW) {
            full = false;
            connection.drained(source);
        }
    }

    @Override
    public void writeComplete() {
        enqueued = false;
        if (endWritten) {
            source.allWritten();
        }
    }

    @Override
    public void error(@Nullable ChannelHandlerContext ctx, Throwable cause) {
        enqueued = false;
        source.dropped();
    }

    /// Forgets what is not sent.
    void drop() {
        for (ByteBuf data = queue.poll(); data != null; data = queue.poll()) {
            data.release();
        }
        queued = 0;
    }

    /// Is ready for another stream.
    void clear() {
        endBlock = NOTHING;
        whole = endWritten = full = enqueued = false;
    }
}
