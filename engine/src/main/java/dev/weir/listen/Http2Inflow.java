package dev.weir.listen;

import dev.weir.exchange.Failure;
import dev.weir.http.Headers;
import dev.weir.http.Parsed;
import dev.weir.http.RequestHead;
import dev.weir.runtime.Loop;
import dev.weir.runtime.Reads;
import dev.weir.runtime.Timers;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/// What comes in on one stream of a client's HTTP/2 connection behind the head: a body of the length that was said and in time, or what
/// a tunnel passes on. What is not due is kept, which the client's window bounds; the client gets window back when an endpoint has
/// taken what was in it, and not before.
///
/// Used for one stream after the other; confined to one event loop. Source: RFC 9113 §5.2, §8.1; RFC 8441 §4.
final class Http2Inflow implements Timers.Expiry {
    private final Loop loop;
    private final Http2Wire wire;
    private final Serving serving;
    private final Pace pace;
    private final Timers.Timer timer;

    /// Bytes of the body that the client has still to send, if it said how many.
    private long left;

    private boolean counted;
    private boolean whole;

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

    Http2Inflow(Loop loop, Http2Wire wire, Serving serving, Pace pace) {
        this.loop = loop;
        this.wire = wire;
        this.serving = serving;
        this.pace = pace;
        this.timer = loop.timers().timer(this);
    }

    /// A head has come.
    ///
    /// @param all whether it is the whole request
    void begin(boolean all) {
        whole = all;
    }

    /// The head is one to be served.
    void expect(RequestHead request) {
        left = request.bodyLength();
        connects = request.extendedConnect();
        counted = left != RequestHead.CHUNKED && !connects;
    }

    /// Goes on as this end of a tunnel.
    void join(Http2ClientEnd joined) {
        end = joined;
        timer.clear();
    }

    /// Whether the client sends no more.
    boolean whole() {
        return whole;
    }

    /// Where trailers are to be read into.
    Headers trailers() {
        Headers here = trailers;
        return here == null ? trailers = new Headers() : here;
    }

    // ---- what arrives ----

    /// More of the request's body.
    ///
    /// @return how much of it the client gets window back for at once
    int data(ByteBuf in, int padding, boolean last) {
        int length = in.readableBytes();
        if (!serving.busy() || whole) {
            return length + padding;
        }
        if (connects) {
            return padding + passOn(in, last);
        }
        if (counted && (length > left || last && length < left)) {
            wire.broken();
            return length + padding;
        }
        left -= counted ? length : 0;
        whole = last;
        boolean endIsToCome = counted && left == 0 && !last;
        if (waiting != null || !wire.takesBody() || endIsToCome && length > 0) {
            keep(in);
            if (last) {
                goOn();
            }
            return padding;
        }
        boolean goesOn = length == 0 || serving.requestBody(in, length);
        if (goesOn) {
            onward();
        }
        return padding + windowFor(length);
    }

    /// Bytes of a client that goes on, or wants to, as something else than HTTP.
    private int passOn(ByteBuf in, boolean last) {
        int length = in.readableBytes();
        Http2ClientEnd joined = end;
        whole = last;
        if (joined == null) {
            keep(in);
            return 0;
        }
        if (length > 0) {
            joined.arrived(Reads.take(in, length));
        }
        if (last) {
            joined.ended();
        }
        return windowFor(length);
    }

    /// What of so many bytes that were handed on is given back at once.
    private int windowFor(int length) {
        if (paused) {
            owed += length;
            return 0;
        }
        return length;
    }

    /// The end of the request, with trailers.
    ///
    /// @param parsed what came of reading them
    void trailed(Parsed parsed, boolean broken) {
        if (!serving.busy() || whole) {
            return;
        }
        if (broken || connects || counted && left > 0) {
            // On a stream that goes on as something else there is nothing but data (RFC 9113 §8.5).
            wire.broken();
        } else if (parsed != Parsed.COMPLETE) {
            wire.refuse(Failure.of(parsed));
        } else {
            whole = true;
            trailersCame = true;
            goOn();
        }
    }

    /// Bytes that are not due: the service or a filter is waited for, or the end of the body, without which the last of it must
    /// not go on.
    private void keep(ByteBuf in) {
        int length = in.readableBytes();
        loop.pressure().added(length);
        owed += length;
        ByteBuf kept = waiting;
        if (kept == null) {
            kept = waiting = wire.connection().alloc().buffer(Math.max(length, 256));
        }
        kept.writeBytes(in);
    }

    /// What had to wait may be due.
    void goOn() {
        ByteBuf kept = waiting;
        boolean held = connects || counted && left == 0 && !whole;
        if (!serving.busy() || !wire.takesBody() || held) {
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
        if (whole) {
            timer.clear();
            if (serving.exchange().request().bodyLength() != RequestHead.NO_BODY) {
                serving.requestEnded(trailersCame ? trailers : null);
            }
        } else {
            awaitMore(false);
        }
    }

    /// What waits for a tunnel, to be released; null if nothing does.
    @Nullable ByteBuf early() {
        ByteBuf kept = waiting;
        waiting = null;
        return kept;
    }

    /// The client gets its window back, unless no more is to come.
    void giveBack() {
        int bytes = owed;
        if (!paused && bytes > 0) {
            owed = 0;
            wire.consumed(bytes);
        }
    }

    void pause() {
        if (!whole) {
            paused = true;
        }
    }

    void resume() {
        if (paused) {
            paused = false;
            if (!whole && !connects) {
                awaitMore(true);
            }
            giveBack();
        }
    }

    // ---- time ----

    /// The request has gone its way: what of its body is there follows, and the rest must come in time.
    void start() {
        if (connects) {
            return;
        }
        boolean bodiless = serving.exchange().request().bodyLength() == RequestHead.NO_BODY;
        if (!whole) {
            awaitMore(true);
        }
        if (!bodiless && (waiting != null || whole)) {
            goOn();
        }
    }

    /// @param anew whether the client could not send until now
    private void awaitMore(boolean anew) {
        came = came();
        timer.at(pace.deadline(loop.now(), came, anew));
    }

    /// Bytes of the body that are there, those of a frame that is not whole included.
    private long came() {
        return serving.exchange().record.bytesIn + wire.pending();
    }

    @Override
    public void expired() {
        if (!serving.busy() || whole || connects) {
            return;
        }
        if (paused || !wire.takesBody()) {
            awaitMore(true);
            return;
        }
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

    // ---- ends ----

    /// The request is answered: what else comes of it is not awaited.
    void answered() {
        timer.clear();
    }

    /// Bytes kept.
    long held() {
        ByteBuf kept = waiting;
        return kept == null ? 0 : kept.capacity();
    }

    /// Forgets what is kept.
    void drop() {
        ByteBuf kept = waiting;
        if (kept != null) {
            waiting = null;
            kept.release();
        }
    }

    /// Is ready for another stream.
    void clear() {
        timer.clear();
        end = null;
        trailersCame = paused = counted = whole = connects = false;
        owed = 0;
        left = 0;
    }

    /// Not used again.
    void discard() {
        timer.drop();
    }
}
