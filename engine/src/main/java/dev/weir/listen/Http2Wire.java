package dev.weir.listen;

import dev.weir.exchange.Exchange;
import dev.weir.exchange.Failure;
import dev.weir.http.Headers;
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

/// One stream of a client's HTTP/2 connection: has its request served; what comes in behind the head is its [Http2Inflow]'s, what goes
/// out its [Http2Outflow]'s. A stream that began by an extended CONNECT goes on as the end of a tunnel, if an endpoint agrees.
///
/// Used for one stream after the other, of whatever connection; confined to one event loop. Source: RFC 9113 §5, §8; RFC 8441 §4.
final class Http2Wire implements Serving.Wire, Http2Outflow.Source, Timers.Expiry {
    /// An answer that is whole and not taken is kept so long without any of it being taken.
    private static final long STALL_NANOS = 60_000_000_000L;

    /// A head up to this size holds no more memory than the stream does anyway.
    private static final int SMALL_HEAD = 4 << 10;

    private final Loop loop;
    private final Serving serving;
    private final Timers.Timer timer;
    private final Http2Inflow in;
    private final Http2Outflow out;

    /// Its neighbours in the connection's list.
    @Nullable Http2Wire next;

    @Nullable Http2Wire previous;

    private @Nullable Http2Connection connection;
    private @Nullable Http2Stream stream;
    private int id;

    private @Nullable Http2ClientEnd end;

    /// Whether the request has not gone its way yet.
    private boolean fresh;

    private int queuedBefore;
    private Http2Error resetWith = Http2Error.INTERNAL_ERROR;

    Http2Wire(Worker worker) {
        this.loop = worker.loop();
        this.serving = new Serving(worker, this);
        this.timer = loop.timers().timer(this);
        this.in = new Http2Inflow(loop, this, serving, new Pace(worker.snapshot().limits()));
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
        in.begin(whole);
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
            serving.refuseHead(Failure.of(parsed), 0);
        } else if (loop.pressure().refusesRequests()) {
            serving.refuseHead(Failure.OVERLOADED, 1);
        } else {
            in.expect(request);
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
        serving.go();
        if (serving.busy() && stream == on) {
            in.start();
        }
    }

    /// Whether the request's body can be handed on.
    boolean takesBody() {
        return !fresh && serving.takesBody();
    }

    /// The request is refused because of its trailers.
    void refuse(Failure why) {
        if (fresh) {
            serving.refuseHead(why, 0);
        } else {
            serving.abandon(why);
        }
    }

    /// Where trailers are to be read into.
    Headers trailers() {
        return in.trailers();
    }

    /// More of the request's body.
    ///
    /// @return how much of it the client gets window back for at once
    int data(ByteBuf data, int padding, boolean last) {
        return in.data(data, padding, last);
    }

    /// The end of the request, with trailers.
    ///
    /// @param parsed what came of reading them
    void trailed(Parsed parsed, boolean broken) {
        in.trailed(parsed, broken);
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

    /// Bytes of a frame of data that is not whole yet.
    int pending() {
        return connection().pendingOf(id);
    }

    /// So many bytes that came are taken.
    void consumed(int bytes) {
        Http2Stream here = stream;
        if (here != null) {
            connection().consumed(here, bytes);
        }
    }

    @Override
    public void goOn() {
        in.goOn();
    }

    @Override
    public void pauseBody() {
        in.pause();
    }

    @Override
    public void resumeBody() {
        in.resume();
    }

    // ---- what goes out ----

    @Override
    public void inform(ResponseHead head) {
        out.inform(head);
    }

    @Override
    public End join(ResponseHead head) {
        out.head(stream(), head, false);
        Http2ClientEnd joined = end = new Http2ClientEnd(this);
        in.join(joined);
        return joined;
    }

    @Override
    public @Nullable ByteBuf early() {
        return in.early();
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
        in.answered();
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
        if (in.whole() || end != null) {
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
            joined.takesMore();
        } else if (serving.busy()) {
            serving.clientWritable();
        }
    }

    private void drop() {
        out.drop();
        in.drop();
    }

    // ---- what the end of a tunnel says ----

    /// Whether the stream is this end of a tunnel, and not yet another one's.
    boolean joinedAs(Http2ClientEnd one) {
        return end == one;
    }

    boolean requestEnded() {
        return in.whole();
    }

    /// What came before there was a tunnel has been passed on.
    void passed() {
        in.giveBack();
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
        stayBack();
        gone();
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
        in.clear();
        out.clear();
        end = null;
        serving.forgetTunnel();
        resetWith = Http2Error.INTERNAL_ERROR;
    }

    /// Not used again.
    void discard() {
        timer.drop();
        in.discard();
    }

    /// The client takes nothing of an answer that is whole.
    @Override
    public void expired() {
        if (stream != null && !serving.busy()) {
            stalled();
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
        return out.queued() + in.held() + serving.held();
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
