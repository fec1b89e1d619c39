package dev.weir.forward;

import dev.weir.exchange.ClientStream;
import dev.weir.exchange.Exchange;
import dev.weir.exchange.Failure;
import dev.weir.http.HeadWriter;
import dev.weir.http.Headers;
import dev.weir.http.RequestHead;
import dev.weir.http.ResponseHead;
import dev.weir.runtime.Loop;
import dev.weir.runtime.Outlet;
import dev.weir.runtime.Timers;
import dev.weir.service.Attempt;
import dev.weir.service.Endpoint;
import dev.weir.service.Tried;
import io.netty.buffer.ByteBuf;
import io.netty.channel.WriteBufferWaterMark;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Sends one request to an endpoint, and if that fails where it may be repeated, to another; streams the answer
/// back. Both bodies flow with back-pressure: a side that does not take what is written stops the other from
/// being read. Knows nothing of the client's protocol.
///
/// Reused request after request; confined to one event loop.
public final class Forward implements Timers.Expiry {
    /// Above 64 KiB not yet taken by one side, the other is not read (see docs/reference).
    public static final WriteBufferWaterMark WATER_MARK =
            new WriteBufferWaterMark(32 << 10, 64 << 10);

    /// So much of a request's body is kept for another attempt.
    private static final int KEPT_BYTES = 64 << 10;

    private static final int FIRST_KEPT_BYTES = 1 << 10;

    /// A client that takes nothing for so long is cut, whatever the route says about endpoints (docs: idle stream).
    private static final long CLIENT_STALL_NANOS = Duration.ofMinutes(5).toNanos();

    /// A connect failure does not count as sent, so a request may try this many endpoints.
    private static final int MOST_ATTEMPTS = 3;

    private enum State {
        IDLE,
        CONNECTING,
        STREAMING
    }

    private final Loop loop;
    private final Timers.Timer timer;
    private final Tried tried = new Tried();
    private final Attempt attempt = new Attempt();

    private @Nullable Exchange exchange;
    private @Nullable ClientStream client;
    private @Nullable ServiceOnLoop service;
    private @Nullable EndpointConnection connection;
    private long key;
    private State state = State.IDLE;
    private long timeoutNanos;
    private long progressNanos;
    private boolean reused;
    private boolean bodyEnded;
    private @Nullable Headers bodyTrailers;
    private boolean keeping;
    private @Nullable ByteBuf kept;
    private boolean answerBegun;
    private boolean endpointPaused;

    public Forward(Loop loop) {
        this.loop = loop;
        this.timer = loop.timers().timer(this);
    }

    /// Begins. Ends with one call of [ClientStream#end] or [ClientStream#fail], possibly before this returns.
    ///
    /// @param timeoutNanos to the head of the answer, and without progress after it
    public void start(
            Exchange exchange, ServiceOnLoop service, ClientStream client, long timeoutNanos) {
        this.exchange = exchange;
        this.service = service;
        this.key = service.key(exchange);
        this.client = client;
        this.timeoutNanos = timeoutNanos;
        bodyEnded = exchange.request().bodyLength() == RequestHead.NO_BODY;
        keeping = true;
        progressNanos = loop.now();
        timer.at(progressNanos + timeoutNanos);
        attempt(null, null);
    }

    Exchange exchange() {
        Exchange here = exchange;
        if (here == null) {
            throw new IllegalStateException("no exchange");
        }
        return here;
    }

    private ClientStream client() {
        ClientStream here = client;
        if (here == null) {
            throw new IllegalStateException("no exchange");
        }
        return here;
    }

    // ---- attempts ----

    /// @param again the failure of the attempt before, or null for the first one
    /// @param before where that was
    private void attempt(@Nullable Failure again, @Nullable Endpoint before) {
        Exchange exchange = exchange();
        ServiceOnLoop service = service();
        Endpoint picked = service.pick(key, tried);
        boolean fresh = false;
        if (picked == null && again == Failure.ENDPOINT_RESET && reused) {
            // It may well be alive: what died was a connection that had been idle. One try on a
            // fresh one.
            picked = before;
            fresh = true;
        }
        if (picked == null) {
            if (again == null) {
                exchange.record.retryAfterSeconds = service.retryAfterSeconds();
            }
            over(again == null ? Failure.NO_ENDPOINT : again);
            return;
        }
        tried.add(picked);
        exchange.record.endpoint = picked.name();
        exchange.record.attempts++;
        exchange.record.pickedNanos = loop.now();
        attempt.begin(picked, loop.now());
        EndpointConnection idle = fresh ? null : service.pool(picked).take(loop.now());
        reused = idle != null;
        if (idle != null) {
            idle.serve(this);
            connection = idle;
            send(idle);
        } else {
            state = State.CONNECTING;
            EndpointConnection opening = service.connect(picked, this);
            if (state == State.CONNECTING) {
                connection = opening;
            }
        }
    }

    private ServiceOnLoop service() {
        ServiceOnLoop here = service;
        if (here == null) {
            throw new IllegalStateException("no exchange");
        }
        return here;
    }

    void connected(EndpointConnection opened) {
        if (connection != opened) {
            opened.discard();
            return;
        }
        opened.serve(this);
        send(opened);
    }

    void connectFailed(EndpointConnection failed, Throwable cause) {
        failed.discard();
        if (state == State.IDLE || connection != null && connection != failed) {
            return;
        }
        Failure failure = ServiceOnLoop.whyNotConnected(cause);
        Endpoint target = attempt.endpoint();
        attemptEnded(
                failure == Failure.NO_SOCKET
                        ? Attempt.Outcome.LACKED
                        : Attempt.Outcome.CONNECT_FAILED);
        // Nothing was sent, so any method may be repeated, as long as the body is all here.
        if (keeping && tried.count() < MOST_ATTEMPTS) {
            attempt(failure, target);
        } else {
            over(failure);
        }
    }

    /// The endpoint broke off or answered nonsense. A head that never became whole counts as no answer: nothing of it went
    /// to the client.
    void endpointFailed(Failure failure) {
        EndpointConnection failed = connection;
        Endpoint target = attempt.endpoint();
        attemptEnded(
                answerBegun
                        ? Attempt.Outcome.CUT
                        : failure == Failure.BAD_ANSWER
                                ? Attempt.Outcome.BAD_ANSWER
                                : Attempt.Outcome.RESET);
        if (failed != null) {
            failed.discard();
        }
        if (answerBegun) {
            over(Failure.ANSWER_CUT);
        } else if (failure == Failure.ENDPOINT_RESET
                && keeping
                && exchange().request().idempotent()
                && tried.count() < MOST_ATTEMPTS) {
            attempt(failure, target);
        } else {
            over(failure);
        }
    }

    private void send(EndpointConnection open) {
        state = State.STREAMING;
        Exchange exchange = exchange();
        exchange.record.connectedNanos = loop.now();
        attempt.sent(loop.now());
        HeadWriter writer = loop.headWriter();
        RequestHead head = exchange.request();
        writer.request(head, attempt.endpoint().name());
        Outlet outlet = open.outlet();
        ByteBuf before = kept;
        outlet.write(writer.bytes(), writer.length(), before == null ? 0 : before.readableBytes());
        keeping = keeping && head.idempotent();
        if (before != null) {
            piece(outlet, before.retainedDuplicate());
            if (!keeping) {
                forgetKept();
            }
        }
        if (bodyEnded) {
            lastPiece(outlet);
        } else {
            attempt.uploading();
        }
        progressNanos = loop.now();
        client().resumeBody();
    }

    // ---- the request's body ----

    /// The next piece of the request's body. Releases the data.
    public void body(ByteBuf data) {
        progressNanos = loop.now();
        EndpointConnection open = connection;
        if (state == State.STREAMING && open != null) {
            if (keeping) {
                if (keptBytes() + data.readableBytes() > KEPT_BYTES) {
                    forgetKept();
                } else {
                    keep(data);
                }
            }
            Outlet outlet = open.outlet();
            piece(outlet, data);
            if (!outlet.writable()) {
                client().pauseBody();
            }
        } else if (state == State.CONNECTING) {
            keep(data);
            data.release();
            if (keptBytes() >= KEPT_BYTES) {
                client().pauseBody();
            }
        } else {
            data.release();
        }
    }

    /// Keeps a copy: a slice would hold on to all of the buffer that it was read into, which a client that sends byte by
    /// byte could make a thousand times as large as what it sent.
    private void keep(ByteBuf data) {
        ByteBuf all = kept;
        if (all == null) {
            all = kept = data.alloc().buffer(Math.max(data.readableBytes(), FIRST_KEPT_BYTES));
        }
        all.writeBytes(data, data.readerIndex(), data.readableBytes());
    }

    private int keptBytes() {
        ByteBuf all = kept;
        return all == null ? 0 : all.readableBytes();
    }

    private void forgetKept() {
        keeping = false;
        ByteBuf all = kept;
        if (all != null) {
            kept = null;
            all.release();
        }
    }

    /// The request's body is over.
    public void bodyEnded(@Nullable Headers trailers) {
        bodyEnded = true;
        bodyTrailers = trailers;
        progressNanos = loop.now();
        EndpointConnection open = connection;
        if (state == State.STREAMING && open != null) {
            attempt.sent(progressNanos);
            lastPiece(open.outlet());
        }
    }

    private void piece(Outlet outlet, ByteBuf data) {
        if (exchange().request().bodyLength() == RequestHead.CHUNKED) {
            Chunks.write(loop.headWriter(), outlet, data);
        } else {
            outlet.write(data);
        }
    }

    private void lastPiece(Outlet outlet) {
        RequestHead head = exchange().request();
        if (head.bodyLength() == RequestHead.CHUNKED) {
            HeadWriter writer = loop.headWriter();
            writer.lastChunk(bodyTrailers, head.headers());
            outlet.write(writer.bytes(), writer.length(), 0);
        }
    }

    void endpointWritable() {
        progressNanos = loop.now();
        client().resumeBody();
    }

    // ---- the answer ----

    void informed(ResponseHead head) {
        progressNanos = loop.now();
        client().inform(head);
    }

    void responded(ResponseHead head) {
        progressNanos = loop.now();
        exchange().record.firstByteNanos = progressNanos;
        attempt.answered(head.status(), progressNanos);
        service().learn(attempt);
        answerBegun = true;
        forgetKept();
        client().respond(head);
    }

    void answerBody(ByteBuf data) {
        progressNanos = loop.now();
        ClientStream client = client();
        client.body(data);
        EndpointConnection open = connection;
        if (!client.writable() && open != null) {
            endpointPaused = true;
            open.read(false);
        }
    }

    /// Bytes of the request that are held: kept for another attempt, or not yet taken by the endpoint.
    public long held() {
        EndpointConnection open = connection;
        return keptBytes() + (open == null || state != State.STREAMING ? 0 : open.outlet().held());
    }

    /// Memory is counted again: goes on reading what may be read.
    public void relieve() {
        EndpointConnection open = connection;
        if (client().writable()) {
            clientWritable();
        }
        if (state == State.STREAMING && open != null && open.outlet().writable()) {
            client().resumeBody();
        }
    }

    /// The client takes data again.
    public void clientWritable() {
        EndpointConnection open = connection;
        if (endpointPaused && open != null) {
            progressNanos = loop.now();
            endpointPaused = false;
            open.read(true);
        }
    }

    /// @param reusable whether the endpoint would take another request on this connection
    void answerEnded(boolean reusable, @Nullable Headers trailers) {
        EndpointConnection open = connection;
        ClientStream client = client();
        boolean whole = bodyEnded && !exchange().request().hasMeaninglessBody();
        attemptEnded(Attempt.Outcome.ANSWERED);
        // First the connection, then the client: its next request may want it at once.
        if (open != null) {
            open.done(reusable && whole);
        }
        reset();
        client.end(trailers);
    }

    // ---- ends ----

    /// The client went away or was refused: stop the attempt, tell nobody.
    public void cancel() {
        EndpointConnection open = connection;
        attemptEnded(Attempt.Outcome.CANCELLED);
        if (open != null) {
            open.discard();
        }
        reset();
    }

    @Override
    public void expired() {
        if (state == State.IDLE) {
            return;
        }
        EndpointConnection open = connection;
        boolean clientStalls = state == State.STREAMING && endpointPaused;
        long due =
                progressNanos
                        + (clientStalls
                                ? Math.max(timeoutNanos, CLIENT_STALL_NANOS)
                                : timeoutNanos);
        boolean clientsTurn =
                state == State.STREAMING
                        && !bodyEnded
                        && open != null
                        && open.outlet().writable()
                        && !answerBegun;
        if (clientsTurn) {
            // Waiting for the client's body; its own limit watches that.
            timer.at(loop.now() + timeoutNanos);
        } else if (loop.now() < due) {
            timer.at(due);
        } else {
            boolean connecting = state == State.CONNECTING;
            attemptEnded(timedOut(connecting, clientStalls));
            if (open != null) {
                open.discard();
            }
            over(
                    connecting
                            ? Failure.CONNECT_TIMEOUT
                            : clientStalls ? Failure.CLIENT_STALLED : Failure.ANSWER_TIMEOUT);
        }
    }

    private Attempt.Outcome timedOut(boolean connecting, boolean clientStalls) {
        if (clientStalls) {
            return Attempt.Outcome.CANCELLED;
        }
        if (connecting) {
            return Attempt.Outcome.CONNECT_FAILED;
        }
        // Of an answer that has begun nobody hears this: a stream that is idle for too long says
        // nothing of its endpoint.
        return Attempt.Outcome.TIMED_OUT;
    }

    private void attemptEnded(Attempt.Outcome outcome) {
        if (attempt.open()) {
            // Who learns has heard of an answer when it began.
            boolean known = answerBegun && outcome != Attempt.Outcome.CUT;
            if (!known) {
                attempt.judged(outcome, loop.now());
                service().learn(attempt);
            }
            attempt.end();
        }
        state = State.IDLE;
        connection = null;
    }

    private void over(Failure failure) {
        ClientStream client = client();
        reset();
        client.fail(failure);
    }

    private void reset() {
        timer.clear();
        forgetKept();
        tried.clear();
        state = State.IDLE;
        exchange = null;
        client = null;
        service = null;
        connection = null;
        bodyTrailers = null;
        answerBegun = false;
        endpointPaused = false;
    }

    /// Lets the wheel of deadlines forget this object, which is not used again.
    public void drop() {
        timer.drop();
    }
}
