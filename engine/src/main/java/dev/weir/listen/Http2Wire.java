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
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Stream;
import org.jspecify.annotations.Nullable;

/// One stream of a client's HTTP/2 connection: takes its request, has it served, and hands the answer to its [Http2Outflow]. The client
/// gets window for its body back when an endpoint has taken it, and not before. A stream that began by an extended CONNECT goes on as
/// the end of a tunnel, if an endpoint agrees.
///
/// Used for one stream after the other, of whatever connection; confined to one event loop. Source: RFC 9113 §5, §8; RFC 8441 §4.
final class Http2Wire implements Serving.Wire, Http2Outflow.Source, Timers.Expiry {
    /// An answer that is whole and not taken is kept so long without any of it being taken.
    private static final long STALL_NANOS = 60_000_000_000L;

    /// A head up to this size holds no more memory than the stream does anyway.
    private static final int SMALL_HEAD = 4 << 10;

    private final Worker worker;
    private final Loop loop;
    private final LimitsConfig limits;
    private final Serving serving;
    private final Pace pace;
    private final Timers.Timer timer;
    private final Http2Outflow out;

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

    /// Bytes of the body that were there when the deadline was set.
    private long came;

    /// Bytes of the body that are not due yet.
    private @Nullable ByteBuf waiting;

    private @Nullable Headers trailers;
    private boolean trailersCame;
    private boolean paused;

    /// Window that the client is owed for bytes that are handed on.
    private int owed;

    /// It is an extended CONNECT: what the client sends is no body, and waits until an endpoint has agreed.
    private boolean connects;

    private @Nullable Http2ClientEnd end;

    // ---- the answer ----

    private int queuedBefore;
    private Http2Error resetWith = Http2Error.INTERNAL_ERROR;

    Http2Wire(Worker worker) {
        this.worker = worker;
        this.loop = worker.loop();
        this.limits = worker.snapshot().limits();
        this.serving = new Serving(worker, this);
        this.pace = new Pace(limits);
        this.timer = loop.timers().timer(this);
        this.out = new Http2Outflow(loop, this);
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

    @Override
    public Http2Connection connection() {
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
        out.begin(id);
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
            connects = request.extendedConnect();
            counted = left != RequestHead.CHUNKED && !connects;
            serving.go();
            if (serving.busy() && !requestWhole && !connects && stream == on) {
                awaitBody(true);
            }
        }
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
        if (connects) {
            return padding + passOn(in, end);
        }
        if (counted && (length > left || end && length < left)) {
            broken();
            return length + padding;
        }
        left -= counted ? length : 0;
        requestWhole = end;
        boolean last = counted && left == 0 && !end;
        if (waiting != null || !serving.takesBody() || last && length > 0) {
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

    /// Bytes of a client that goes on, or wants to, as something else than HTTP.
    private int passOn(ByteBuf in, boolean last) {
        int length = in.readableBytes();
        Http2ClientEnd joined = end;
        requestWhole = last;
        if (joined == null) {
            keep(in);
            return 0;
        }
        if (length > 0) {
            joined.arrived(in.retain());
        }
        if (last) {
            joined.ended();
        } else if (paused) {
            owed += length;
            return 0;
        }
        return length;
    }

    /// The end of the request, with trailers.
    ///
    /// @param parsed what came of reading them
    void trailed(Parsed parsed, boolean broken) {
        if (!serving.busy() || requestWhole) {
            return;
        }
        if (broken || connects || counted && left > 0) {
            // On a stream that goes on as something else there is nothing but data (RFC 9113 §8.5).
            broken();
        } else if (parsed != Parsed.COMPLETE) {
            serving.abandon(Http1Connection.whyRefused(parsed));
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
        if (serving.busy() && end == null) {
            serving.reject(Failure.BAD_REQUEST);
        } else {
            connection().reset(id, how);
        }
    }

    /// A step of the way failed as it never should.
    void bug(RuntimeException cause) {
        if (end != null) {
            connection().listener().bug(serving.busy() ? serving.exchange().id() : "", cause);
            connection().reset(id, Http2Error.INTERNAL_ERROR);
        } else if (serving.busy()) {
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
        boolean held = connects || counted && left == 0 && !requestWhole;
        if (!serving.busy() || !serving.takesBody() || held) {
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
            if (!requestWhole && !connects) {
                awaitBody(true);
            }
            giveBack();
        }
    }

    // ---- what goes out ----

    @Override
    public void inform(ResponseHead head) {
        out.inform(head);
    }

    @Override
    public End join(ResponseHead head) {
        out.head(stream(), head, false);
        timer.clear();
        Http2ClientEnd joined = end = new Http2ClientEnd(this);
        return joined;
    }

    @Override
    public @Nullable ByteBuf early() {
        ByteBuf kept = waiting;
        waiting = null;
        return kept;
    }

    @Override
    public void respond(Exchange exchange, ResponseHead head) {
        out.head(stream(), head, head.bodyLength() == ResponseHead.NO_BODY);
    }

    @Override
    public void body(ByteBuf data) {
        out.add(stream(), data);
    }

    @Override
    public void content(byte[] content) {
        body(Unpooled.wrappedBuffer(content));
    }

    @Override
    public void finish(Exchange exchange, @Nullable Headers trailers) {
        timer.clear();
        out.finish(trailers, exchange);
    }

    @Override
    public void answered() {
        if (out.endWritten()) {
            allWritten();
        } else {
            queuedBefore = out.queued();
            timer.at(loop.now() + STALL_NANOS);
        }
    }

    /// A client that has not sent all of its request need not go on, if that is no tunnel.
    @Override
    public void allWritten() {
        Http2Connection of = connection();
        if (requestWhole || end != null) {
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
        return out.writable();
    }

    /// Bytes that the client has not taken.
    int queued() {
        return out.queued();
    }

    @Override
    public void dropped() {
        drop();
    }

    @Override
    public void clientWritable() {
        Http2ClientEnd joined = end;
        if (joined != null) {
            joined.clientWritable();
        } else if (serving.busy()) {
            serving.clientWritable();
        }
    }

    private void drop() {
        out.drop();
        ByteBuf kept = waiting;
        if (kept != null) {
            waiting = null;
            kept.release();
        }
    }

    // ---- what the end of a tunnel says ----

    /// Whether the stream is this end of a tunnel, and not yet another one's.
    boolean joinedAs(Http2ClientEnd one) {
        return end == one;
    }

    boolean requestEnded() {
        return requestWhole;
    }

    /// What came before there was a tunnel has been passed on.
    void passed() {
        giveBack();
    }

    void finishTunnel() {
        out.finish();
        if (out.endWritten()) {
            allWritten();
        }
    }

    void resetTunnel() {
        connection().reset(id, Http2Error.CANCEL);
    }

    // ---- ends ----

    /// The client is gone.
    void gone() {
        Http2ClientEnd joined = end;
        if (joined != null) {
            joined.closed();
        } else if (serving.busy()) {
            serving.gone();
        }
    }

    /// The stream is closed, by whomever.
    void closed() {
        gone();
        drop();
        clear();
    }

    private void clear() {
        timer.clear();
        connection = null;
        stream = null;
        out.clear();
        end = null;
        serving.forgetTunnel();
        trailersCame = paused = counted = requestWhole = connects = false;
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
        } else if (connects) {
            timer.clear();
        } else if (paused || !serving.takesBody()) {
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
        if (out.queued() == queuedBefore) {
            connection().reset(id, Http2Error.CANCEL);
        } else {
            queuedBefore = out.queued();
            timer.at(loop.now() + STALL_NANOS);
        }
    }

    /// Bytes held for this stream.
    long held() {
        ByteBuf kept = waiting;
        return out.queued() + (kept == null ? 0 : kept.capacity()) + serving.held();
    }

    void relieve() {
        if (serving.busy()) {
            serving.relieve();
        }
    }

    /// Ends the request because time is up for all.
    boolean cutNow() {
        boolean busy = serving.busy() || out.queued() > 0;
        if (end != null) {
            serving.cutTunnel();
        } else if (serving.busy()) {
            serving.abandon(Failure.DRAINING);
        }
        return busy;
    }
}
