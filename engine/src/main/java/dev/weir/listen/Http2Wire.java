package dev.weir.listen;

import dev.weir.exchange.Exchange;
import dev.weir.exchange.Failure;
import dev.weir.http.Headers;
import dev.weir.http.LimitsConfig;
import dev.weir.http.Parsed;
import dev.weir.http.RequestHead;
import dev.weir.http.ResponseHead;
import dev.weir.runtime.Loop;
import dev.weir.runtime.Timers;
import dev.weir.tunnel.End;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2RemoteFlowController.FlowControlled;
import io.netty.handler.codec.http2.Http2Stream;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// One stream of a client's HTTP/2 connection: has its request served, and writes the answer as far as the client's windows allow.
/// The client gets window for its body back when an endpoint has taken it, and not before.
///
/// Used for one stream after the other, of whatever connection; confined to one event loop. Source: RFC 9113 §5, §8.
final class Http2Wire implements Serving.Wire, FlowControlled, Timers.Expiry {
    /// Above 64 KiB that the client has not taken, the endpoint is not read; below the half of it, it is again.
    private static final int HIGH = 64 << 10;

    private static final int LOW = HIGH / 2;

    /// An answer that is whole and not taken is kept so long without any of it being taken.
    private static final long STALL_NANOS = 60_000_000_000L;

    /// A head up to this size holds no more memory than the stream does anyway.
    private static final int SMALL_HEAD = 4 << 10;

    private static final byte[] NOTHING = {};

    private final Worker worker;
    private final Loop loop;
    private final LimitsConfig limits;
    private final Serving serving;
    private final Pace pace;
    private final Timers.Timer timer;

    /// Its neighbours in the connection's list.
    @Nullable Http2Wire next;

    @Nullable Http2Wire previous;

    private @Nullable Http2Connection connection;
    private @Nullable Http2Stream stream;
    private int id;

    // ---- the request ----

    /// Bytes of the body that the client has still to send, if it said how many.
    private long left;

    private boolean counted;
    private boolean requestWhole;

    /// Whether the request has not gone its way yet.
    private boolean fresh;

    /// Bytes of the body that were there when the deadline was set.
    private long came;

    /// Bytes of the body that are not due yet.
    private @Nullable ByteBuf waiting;

    private @Nullable Headers trailers;
    private boolean trailersCame;
    private boolean paused;

    /// Window that the client is owed for bytes that are handed on.
    private int owed;

    // ---- the answer ----

    private final ArrayDeque<ByteBuf> queue = new ArrayDeque<>(4);
    private @Nullable ByteBuf added;
    private byte[] endBlock = NOTHING;
    private int queued;
    private boolean enqueued;
    private boolean full;
    private boolean answerWhole;
    private boolean endWritten;
    private int queuedBefore;
    private Http2Error resetWith = Http2Error.INTERNAL_ERROR;

    Http2Wire(Worker worker) {
        this.worker = worker;
        this.loop = worker.loop();
        this.limits = worker.snapshot().limits();
        this.serving = new Serving(worker, this);
        this.pace = new Pace(limits);
        this.timer = loop.timers().timer(this);
    }

    /// A head begins to be read, for a connection's next stream.
    RequestHead begin(Http2Connection of) {
        connection = of;
        serving.connect(of.listener(), of.peer(), of.secured());
        return serving.begin().request();
    }

    /// There is no stream for what was begun.
    void forget() {
        serving.forget();
        clear();
    }

    Serving serving() {
        return serving;
    }

    private Http2Connection connection() {
        Http2Connection here = connection;
        if (here == null) {
            throw new IllegalStateException("no stream");
        }
        return here;
    }

    private Http2Stream stream() {
        Http2Stream here = stream;
        if (here == null) {
            throw new IllegalStateException("no stream");
        }
        return here;
    }

    // ---- what arrives ----

    /// The request's head is read.
    ///
    /// @param broken whether it broke the rules so that nobody is answered
    void head(Http2Stream on, Parsed parsed, boolean broken, boolean whole) {
        stream = on;
        id = on.id();
        requestWhole = whole;
        Exchange here = serving.exchange();
        here.record.headNanos = loop.now();
        RequestHead request = here.request();
        if (request.heldBytes() > SMALL_HEAD) {
            loop.pressure().added(request.heldBytes());
        }
        if (broken) {
            resetWith = Http2Error.PROTOCOL_ERROR;
            serving.reject(Failure.BAD_REQUEST);
        } else if (parsed != Parsed.COMPLETE) {
            serving.refuseHead(Http1Connection.whyRefused(parsed), 0);
        } else if (loop.pressure().refusesRequests()) {
            serving.refuseHead(Failure.OVERLOADED, 1);
        } else {
            left = request.bodyLength();
            counted = left != RequestHead.CHUNKED;
            fresh = true;
            connection().goLater(this);
        }
    }

    /// The request goes its way, with what of its body is there.
    void go() {
        Http2Stream on = stream;
        fresh = false;
        if (!serving.busy()) {
            return;
        }
        boolean bodyless = serving.exchange().request().bodyLength() == RequestHead.NO_BODY;
        serving.go();
        if (!serving.busy() || stream != on) {
            return;
        }
        if (!requestWhole) {
            awaitBody(true);
        }
        if (!bodyless && (waiting != null || requestWhole)) {
            goOn();
        }
    }

    /// Whether the request's body can be handed on.
    private boolean takesBody() {
        return !fresh && serving.takesBody();
    }

    /// Where trailers are to be read into.
    Headers trailers() {
        Headers here = trailers;
        return here == null ? trailers = new Headers() : here;
    }

    /// More of the request's body.
    ///
    /// @return how much of it the client gets window back for at once
    int data(ByteBuf in, int padding, boolean end) {
        int length = in.readableBytes();
        if (!serving.busy() || requestWhole) {
            return length + padding;
        }
        if (counted && (length > left || end && length < left)) {
            broken();
            return length + padding;
        }
        left -= counted ? length : 0;
        requestWhole = end;
        boolean last = counted && left == 0 && !end;
        if (waiting != null || !takesBody() || last && length > 0) {
            keep(in);
            if (end) {
                goOn();
            }
            return padding;
        }
        boolean goesOn = length == 0 || serving.requestBody(in, length);
        if (goesOn) {
            onward();
        }
        if (paused) {
            owed += length;
            return padding;
        }
        return length + padding;
    }

    /// The end of the request, with trailers.
    ///
    /// @param parsed what came of reading them
    void trailed(Parsed parsed, boolean broken) {
        if (!serving.busy() || requestWhole) {
            return;
        }
        if (broken || counted && left > 0) {
            broken();
        } else if (parsed != Parsed.COMPLETE) {
            Failure why = Http1Connection.whyRefused(parsed);
            if (fresh) {
                serving.refuseHead(why, 0);
            } else {
                serving.abandon(why);
            }
        } else {
            requestWhole = true;
            trailersCame = true;
            goOn();
        }
    }

    /// The client broke a rule of HTTP/2 in the middle of its request.
    void broken() {
        broken(Http2Error.PROTOCOL_ERROR);
    }

    void broken(Http2Error how) {
        resetWith = how;
        if (serving.busy()) {
            serving.reject(Failure.BAD_REQUEST);
        } else {
            connection().reset(id, how);
        }
    }

    /// A step of the way failed as it never should.
    void bug(RuntimeException cause) {
        if (serving.busy()) {
            serving.bug(cause);
        } else {
            throw cause;
        }
    }

    /// Bytes that are not due: the service or a filter is waited for, or the end of the body, without which the last of it must
    /// not go on. The client's window bounds them.
    private void keep(ByteBuf in) {
        int length = in.readableBytes();
        loop.pressure().added(length);
        owed += length;
        ByteBuf kept = waiting;
        if (kept == null) {
            kept = waiting = connection().alloc().buffer(Math.max(length, 256));
        }
        kept.writeBytes(in);
    }

    @Override
    public void goOn() {
        ByteBuf kept = waiting;
        boolean held = counted && left == 0 && !requestWhole;
        if (!serving.busy() || !takesBody() || held) {
            return;
        }
        if (kept != null) {
            waiting = null;
            boolean goesOn = serving.requestBody(kept, kept.readableBytes());
            kept.release();
            if (!goesOn) {
                return;
            }
        }
        onward();
        giveBack();
    }

    /// What is due has been handed on.
    private void onward() {
        if (requestWhole) {
            timer.clear();
            if (serving.exchange().request().bodyLength() != RequestHead.NO_BODY) {
                serving.requestEnded(trailersCame ? trailers : null);
            }
        } else {
            awaitBody(false);
        }
    }

    private void giveBack() {
        Http2Stream here = stream;
        if (!paused && owed > 0 && here != null) {
            int bytes = owed;
            owed = 0;
            connection().consumed(here, bytes);
        }
    }

    private void awaitBody(boolean anew) {
        came = came();
        timer.at(pace.deadline(loop.now(), came, anew));
    }

    /// Bytes of the body that are there, those of a frame that is not whole included.
    private long came() {
        return serving.exchange().record.bytesIn + connection().pendingOf(id);
    }

    @Override
    public void pauseBody() {
        if (!requestWhole) {
            paused = true;
        }
    }

    @Override
    public void resumeBody() {
        if (paused) {
            paused = false;
            if (!requestWhole) {
                awaitBody(true);
            }
            giveBack();
        }
    }

    // ---- what goes out ----

    @Override
    public void inform(ResponseHead head) {
        connection().frames().head(id, head, false);
    }

    /// Never asked for: no request here asks for an upgrade, which HTTP/2 does not have (RFC 9113 §8.6).
    @Override
    public End join(ResponseHead head) {
        throw new IllegalStateException("HTTP/2 has no upgrades");
    }

    @Override
    public @Nullable ByteBuf early() {
        return null;
    }

    @Override
    public void respond(Exchange exchange, ResponseHead head) {
        endWritten = head.bodyLength() == ResponseHead.NO_BODY;
        connection().frames().head(id, head, endWritten);
        stream().headersSent(false);
    }

    @Override
    public void body(ByteBuf data) {
        int length = data.readableBytes();
        if (length == 0) {
            data.release();
            return;
        }
        loop.pressure().added(length);
        Http2Stream to = stream();
        if (enqueued) {
            added = data;
        } else {
            enqueued = true;
            queue.add(data);
            queued = length;
        }
        connection().enqueue(to, this);
        full |= queued > HIGH;
    }

    @Override
    public void content(byte[] content) {
        body(Unpooled.wrappedBuffer(content));
    }

    @Override
    public void finish(Exchange exchange, @Nullable Headers trailers) {
        answerWhole = true;
        timer.clear();
        if (trailers != null) {
            endBlock = connection().frames().trailers(trailers, exchange.response().headers());
        }
        if (!endWritten && !enqueued) {
            writeEnd();
        }
    }

    private void writeEnd() {
        endWritten = true;
        byte[] block = endBlock;
        if (block.length > 0) {
            connection().frames().trailers(id, block);
        } else {
            connection().frames().end(id);
        }
    }

    @Override
    public void answered() {
        if (endWritten) {
            over();
        } else {
            queuedBefore = queued;
            timer.at(loop.now() + STALL_NANOS);
        }
    }

    /// The end of the answer is written. A client that has not sent all of its request need not go on.
    private void over() {
        Http2Connection of = connection();
        if (requestWhole) {
            of.closeLocal(stream());
        } else {
            of.reset(id, Http2Error.NO_ERROR);
        }
    }

    @Override
    public void cut(Failure why) {
        Http2Error code =
                switch (why) {
                    case CLIENT_STALLED, CLIENT_GONE, DRAINING -> Http2Error.CANCEL;
                    default -> resetWith;
                };
        connection().reset(id, code);
    }

    /// A stream has one request; the connection goes on.
    @Override
    public void last() {}

    @Override
    public boolean writable() {
        return queued <= HIGH && (!loop.pressure().pausesStreams() || queued == 0);
    }

    // ---- the queue, as the flow controller sees it ----

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
        Http2Frames frames = connection().frames();
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
            endWritten = queued == 0 && answerWhole && endBlock.length == 0;
            frames.data(id, piece, endWritten);
            connection().sentData();
        }
        if (queued == 0 && answerWhole && !endWritten) {
            writeEnd();
        }
        if (full && queued < LOW) {
            full = false;
            connection().drained(this);
        }
    }

    @Override
    public void writeComplete() {
        enqueued = false;
        if (endWritten) {
            over();
        }
    }

    @Override
    public void error(@Nullable ChannelHandlerContext ctx, Throwable cause) {
        enqueued = false;
        drop();
    }

    /// Called when the queue has become short, outside of the flow controller.
    void clientWritable() {
        if (serving.busy()) {
            serving.clientWritable();
        }
    }

    private void drop() {
        for (ByteBuf data = queue.poll(); data != null; data = queue.poll()) {
            data.release();
        }
        queued = 0;
        ByteBuf kept = waiting;
        if (kept != null) {
            waiting = null;
            kept.release();
        }
    }

    // ---- ends ----

    /// The stream is closed, by whomever.
    void closed() {
        stayBack();
        if (serving.busy()) {
            serving.gone();
        }
        drop();
        clear();
    }

    /// A request that is over goes no way.
    private void stayBack() {
        if (fresh) {
            fresh = false;
            connection().goNever(this);
        }
    }

    private void clear() {
        timer.clear();
        connection = null;
        stream = null;
        endBlock = NOTHING;
        trailersCame = paused = counted = requestWhole = false;
        answerWhole = endWritten = full = enqueued = false;
        owed = 0;
        left = 0;
        resetWith = Http2Error.INTERNAL_ERROR;
    }

    /// Not used again.
    void discard() {
        timer.drop();
    }

    @Override
    public void expired() {
        if (stream == null) {
            return;
        }
        if (!serving.busy()) {
            stalled();
        } else if (paused || !takesBody()) {
            awaitBody(true);
        } else if (!requestWhole) {
            // A large frame may take longer than that, if it grows.
            long now = loop.now();
            long then = came() > came ? pace.deadline(now, came(), false) : now;
            if (then > now) {
                came = came();
                timer.at(then);
            } else {
                serving.abandon(Failure.BODY_TIMEOUT);
            }
        }
    }

    private void stalled() {
        if (queued == queuedBefore) {
            connection().reset(id, Http2Error.CANCEL);
        } else {
            queuedBefore = queued;
            timer.at(loop.now() + STALL_NANOS);
        }
    }

    /// Bytes held for this stream.
    long held() {
        ByteBuf kept = waiting;
        return queued + (kept == null ? 0 : kept.capacity()) + serving.held();
    }

    void relieve() {
        if (serving.busy()) {
            serving.relieve();
        }
    }

    /// Ends the request because time is up for all.
    boolean cutNow() {
        boolean busy = serving.busy() || queued > 0;
        if (serving.busy()) {
            serving.abandon(Failure.DRAINING);
        }
        return busy;
    }
}
