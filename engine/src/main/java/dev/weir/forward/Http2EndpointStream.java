package dev.weir.forward;

import dev.weir.exchange.Failure;
import dev.weir.http.Headers;
import dev.weir.http.Http2Fields;
import dev.weir.http.RequestHead;
import dev.weir.http.ResponseHead;
import dev.weir.runtime.Reads;
import dev.weir.runtime.Timers;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;
import org.jspecify.annotations.Nullable;

/// One request and its answer on an [Http2EndpointConnection]. Flow control is what back-pressure is here: the endpoint gets its
/// window back when the client took what was in it. A request for a WebSocket is an extended CONNECT, and if the endpoint agrees the stream
/// goes on as the end of a tunnel. Made for one request; confined to one event loop. Source: RFC 9113 §5, §8; RFC 8441.
final class Http2EndpointStream implements Carrier, Timers.Expiry {
    /// More interim answers than anyone sends; beyond it the endpoint is broken.
    private static final int MOST_INTERIM_ANSWERS = 10;

    /// So much of an answer that nobody wants is read, which spares the endpoint a reset, for so long.
    private static final int MOST_UNWANTED_BYTES = 16 << 10;

    private static final long UNWANTED_NANOS = 1_000_000_000;

    private final Http2EndpointConnection connection;
    private @Nullable Errand current;
    private @Nullable Http2Stream stream;
    private @Nullable Http2EndpointEnd end;

    /// Waits until the endpoint has said whether it takes extended CONNECTs.
    private @Nullable Runnable onceSettled;

    private Timers.@Nullable Timer unwantedTimer;
    private boolean closed;
    private boolean answering;
    private boolean answered;
    private boolean bodiless;
    private boolean counted;
    private boolean heard;
    private boolean paused;
    private boolean full;
    private int interimAnswers;
    private int unwantedBytes;

    /// Bytes of the client's that the endpoint has not got back as window.
    private int owed;

    /// Bytes of the answer's body that are to come, where they are counted.
    private long left;

    private long unsent;
    private long sentNanos;
    private long readsBefore;

    Http2EndpointStream(Http2EndpointConnection connection, Errand errand) {
        this.connection = connection;
        this.current = errand;
    }

    // ---- opening ----

    void connected() {
        Errand errand = current;
        if (errand != null) {
            errand.connected(this);
        }
    }

    void connectFailed(Throwable cause) {
        Errand errand = current;
        current = null;
        if (errand != null) {
            errand.connectFailed(this, cause);
        }
    }

    @Override
    public boolean accepted() {
        return connection.accepted();
    }

    // ---- the request ----

    @Override
    public void request(RequestHead head, String fallbackHost, int soon) {
        if (head.webSocket() && !connection.settled()) {
            onceSettled = () -> request(head, fallbackHost, soon);
            connection.awaitSettings(this);
            return;
        }
        if (head.webSocket() && !connection.takesConnects()) {
            connection.loop().executor().execute(() -> closed(Failure.NO_WEBSOCKET));
            return;
        }
        readsBefore = connection.liveness().reads();
        sentNanos = connection.loop().now();
        Http2Headers block = Http2Fields.request(head, fallbackHost, connection.scheme());
        boolean last = head.bodyLength() == RequestHead.NO_BODY && !head.webSocket();
        stream = connection.begin(this, block, last);
        if (stream == null) {
            connection.loop().executor().execute(() -> closed(Failure.ENDPOINT_RESET));
        }
    }

    /// The endpoint's settings are known.
    void settled() {
        Runnable waiting = onceSettled;
        onceSettled = null;
        if (waiting != null && current != null) {
            waiting.run();
        }
    }

    @Override
    public void body(ByteBuf data) {
        int length = data.readableBytes();
        if (length == 0) {
            data.release();
            return;
        }
        connection.odd().sent(length);
        connection.loop().pressure().added(length);
        write(data, false);
    }

    @Override
    public void end(RequestHead head, @Nullable Headers trailers) {
        if (head.bodyLength() == RequestHead.NO_BODY) {
            return;
        }
        Http2Headers block = Http2Fields.trailers(trailers, head.headers());
        Http2Stream open = stream;
        if (block == null) {
            write(Unpooled.EMPTY_BUFFER, true);
        } else if (open != null && !closed) {
            ChannelHandlerContext ctx = connection.context();
            var _ =
                    connection
                            .encoder()
                            .writeHeaders(ctx, open.id(), block, 0, true, ctx.newPromise());
            connection.outlet().flushLater();
        }
    }

    /// Ends this side's direction of a tunnel.
    void finish() {
        write(Unpooled.EMPTY_BUFFER, true);
    }

    private void write(ByteBuf data, boolean last) {
        Http2Stream open = stream;
        if (open == null || closed || !open.state().localSideOpen()) {
            data.release();
            return;
        }
        ChannelHandlerContext ctx = connection.context();
        var _ = connection.encoder().writeData(ctx, open.id(), data, 0, last, ctx.newPromise());
        connection.outlet().flushLater();
    }

    /// So much of the request is not sent yet.
    void unsent(long bytes) {
        unsent = bytes;
        if (full && bytes <= Forward.WATER_MARK.low()) {
            full = false;
            connection.drained(this);
        }
    }

    void tellWritable() {
        Errand errand = current;
        Http2EndpointEnd joined = end;
        if (joined != null) {
            joined.takesMore();
        } else if (errand != null) {
            errand.writable();
        }
    }

    @Override
    public boolean writable() {
        if (unsent > Forward.WATER_MARK.high()) {
            // It may be only that nothing was sent yet in this turn.
            connection.outlet().flush();
        }
        boolean takes = unsent <= Forward.WATER_MARK.high();
        full = !takes;
        return takes && (!connection.loop().pressure().pausesStreams() || held() == 0);
    }

    @Override
    public long held() {
        return unsent == 0 ? 0 : unsent + connection.heldForAll();
    }

    @Override
    public boolean refusable() {
        return true;
    }

    @Override
    public boolean mayHaveBeenDead() {
        return connection.liveness().reads() == readsBefore;
    }

    // ---- the answer ----

    @Override
    public void read(boolean wanted) {
        paused = !wanted;
        if (wanted) {
            giveBack();
        }
    }

    private void giveBack() {
        int bytes = owed;
        Http2Stream open = stream;
        if (bytes > 0 && open != null) {
            owed = 0;
            try {
                connection.windows().consumeBytes(open, bytes);
            } catch (Http2Exception error) {
                connection.onError(connection.context(), true, error);
            }
            connection.outlet().flushLater();
        }
    }

    /// A block of fields has come: an interim answer, the answer's head, or its trailers.
    void headers(Http2Headers block, boolean last) {
        heard = true;
        Errand errand = current;
        if (end != null) {
            // There is nothing but data on it any more (RFC 9113 §8.5).
            malformed();
            return;
        }
        if (errand == null) {
            return;
        }
        if (answering) {
            Headers trailers = last ? Http2Fields.trailers(block, connection.limits()) : null;
            if (trailers == null || counted && left > 0) {
                malformed();
            } else {
                finished(errand, trailers);
            }
            return;
        }
        ResponseHead head = errand.head();
        boolean toHead = errand.asksForHead();
        if (!Http2Fields.answer(block, head, toHead, last, connection.limits())
                || head.status() == 101) {
            malformed();
        } else if (head.informational()) {
            if (last || ++interimAnswers > MOST_INTERIM_ANSWERS) {
                malformed();
            } else {
                errand.informed(head);
            }
        } else if (errand.mayJoin() && head.status() < 300) {
            join(head, errand, last);
        } else {
            answering = true;
            answered = last;
            left = head.bodyLength();
            bodiless = left == ResponseHead.NO_BODY;
            counted = left > 0;
            errand.responded(head);
            if (last) {
                finished(errand, null);
            }
        }
    }

    /// The endpoint agrees: goes on as the end of a tunnel.
    private void join(ResponseHead head, Errand errand, boolean last) {
        Http2EndpointEnd joined = end = new Http2EndpointEnd(this);
        current = null;
        answered = last;
        errand.joined(head, joined, Unpooled.EMPTY_BUFFER);
        if (last) {
            joined.ended();
        }
    }

    /// A piece of the body has come.
    ///
    /// @return how many bytes of it the endpoint gets back as window
    int data(ByteBuf data, boolean last) {
        heard = true;
        int length = data.readableBytes();
        Errand errand = current;
        Http2EndpointEnd joined = end;
        if (joined != null) {
            return passOn(joined, data, last);
        }
        if (errand == null) {
            unwanted(length, last);
            return length;
        }
        if (counted) {
            left -= length;
        }
        if (!answering || counted && (left < 0 || last && left > 0)) {
            malformed();
            return length;
        }
        if (bodiless && length > 0) {
            // A body where none can be is given to nobody, and what is there is whole.
            reset(Http2Error.PROTOCOL_ERROR);
            finished(errand, null);
            return length;
        }
        answered = last;
        if (length > 0) {
            errand.body(Reads.take(data, length));
        }
        if (last) {
            finished(errand, null);
        } else if (paused) {
            owed += length;
            return 0;
        }
        return length;
    }

    private int passOn(Http2EndpointEnd joined, ByteBuf data, boolean last) {
        int length = data.readableBytes();
        answered = last;
        if (length > 0) {
            joined.arrived(Reads.take(data, length));
        }
        if (last) {
            joined.ended();
        } else if (paused) {
            owed += length;
            return 0;
        }
        return length;
    }

    private void finished(Errand errand, @Nullable Headers trailers) {
        answered = true;
        if (current == errand) {
            errand.ended(true, trailers);
        }
    }

    private void malformed() {
        reset(Http2Error.PROTOCOL_ERROR);
        closed(Failure.BAD_ANSWER);
    }

    private void unwanted(int length, boolean last) {
        unwantedBytes += length;
        if (!last && unwantedBytes > MOST_UNWANTED_BYTES) {
            reset(Http2Error.CANCEL);
        }
    }

    // ---- ends ----

    /// The stream is over, in order or not.
    void closed(Failure failure) {
        Timers.Timer timer = unwantedTimer;
        if (timer != null) {
            timer.drop();
        }
        closed = true;
        Errand errand = current;
        Http2EndpointEnd joined = end;
        current = null;
        if (joined != null) {
            joined.closed();
        } else if (errand != null) {
            boolean untouched = failure == Failure.REFUSED && !heard;
            errand.failed(
                    failure == Failure.REFUSED && !untouched ? Failure.ENDPOINT_RESET : failure);
        }
    }

    private void reset(Http2Error error) {
        Http2Stream open = stream;
        if (open != null && !closed) {
            connection.reset(open.id(), error.code());
        }
    }

    /// What the endpoint did not read of the request is not sent any more.
    @Override
    public void done(boolean reusable) {
        current = null;
        Http2Stream open = stream;
        if (open != null && open.state().localSideOpen()) {
            reset(Http2Error.NO_ERROR);
        }
    }

    @Override
    public void readToEnd(boolean reusable) {
        Http2Stream open = stream;
        if (answered
                || !reusable
                || open == null
                || open.state().localSideOpen()
                || left > MOST_UNWANTED_BYTES) {
            discard();
            return;
        }
        current = null;
        read(true);
        Timers.Timer timer = connection.loop().timers().timer(this);
        unwantedTimer = timer;
        timer.at(connection.loop().now() + UNWANTED_NANOS);
    }

    @Override
    public void expired() {
        reset(Http2Error.CANCEL);
    }

    @Override
    public void discard() {
        current = null;
        Http2Stream open = stream;
        if (open == null) {
            connection.forget(this);
        } else if (!closed && !(answered && !open.state().localSideOpen())) {
            reset(Http2Error.CANCEL);
            connection.cancelled(sentNanos, readsBefore);
        }
    }
}
