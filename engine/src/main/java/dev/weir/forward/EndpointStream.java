package dev.weir.forward;

import dev.weir.exchange.Exchange;
import dev.weir.exchange.Failure;
import dev.weir.exchange.Trace;
import dev.weir.http.Headers;
import dev.weir.http.ResponseHead;
import dev.weir.runtime.Loop;
import dev.weir.service.Attempt;
import dev.weir.service.Attempt.Outcome;
import dev.weir.service.Endpoint;
import dev.weir.tunnel.End;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/// The endpoint's side of one attempt: finds a connection, hands the answer to the [Forward], and tells who learns from attempts how
/// it went. Used for one attempt after the other; confined to one event loop.
final class EndpointStream implements Errand {
    private enum State {
        IDLE,
        CONNECTING,
        STREAMING,
        ANSWERING,
        JOINED
    }

    private final Loop loop;
    private final Forward forward;
    private final Attempt attempt = new Attempt();
    private @Nullable ResponseHead ownHead;
    private @Nullable ServiceOnLoop service;
    private @Nullable Carrier carrier;

    /// The attempt's, where the request is traced.
    private String span = "";

    private State state = State.IDLE;
    private boolean reused;
    private boolean readsOwnHead;
    private boolean paused;

    /// Whether the endpoint had been sent the whole request before it answered, so that it has read what follows the request as nothing
    /// else than another one.
    private boolean sentBeforeAnswer;

    /// Whether it wants no more of the request: it has answered with an error and closes the connection (RFC 9112 §9.5). One that does
    /// not say so may wait for the rest before it ends its answer.
    private boolean declines;

    EndpointStream(Loop loop, Forward forward) {
        this.loop = loop;
        this.forward = forward;
    }

    /// Takes a connection to this endpoint, or opens one; then tells [Forward#send], possibly before this returns.
    ///
    /// @param fresh whether an idle connection will not do
    /// @param readsOwnHead whether the answer's head goes elsewhere than into the exchange, as two attempts are under way
    void begin(ServiceOnLoop service, Endpoint endpoint, boolean fresh, boolean readsOwnHead) {
        this.service = service;
        this.readsOwnHead = readsOwnHead;
        declines = false;
        attempt.begin(endpoint, loop.now());
        Trace trace = forward.exchange().trace();
        if (trace != null) {
            span = trace.nextSpan();
        }
        Carriers carriers = service.carriers(endpoint);
        Carrier standing = fresh ? null : carriers.take(this);
        reused = standing != null;
        if (standing != null) {
            carrier = standing;
            send();
        } else {
            state = State.CONNECTING;
            carrier = carriers.open(this, forward.exchange().ends());
        }
    }

    private void send() {
        state = State.STREAMING;
        attempt.sent(loop.now());
        Trace trace = forward.exchange().trace();
        if (trace != null) {
            trace.tell(span, forward.exchange());
        }
        forward.send(this);
    }

    /// Whether an attempt is under way.
    boolean busy() {
        return state != State.IDLE;
    }

    boolean connecting() {
        return state == State.CONNECTING;
    }

    /// What it is called when a connection takes too long to stand: TCP, or TLS on it.
    Failure lateConnect() {
        Carrier opening = carrier;
        return opening != null && opening.accepted()
                ? Failure.TLS_TIMEOUT
                : Failure.CONNECT_TIMEOUT;
    }

    /// Whether more of the request is to be written: a connection stands, and the endpoint wants it.
    boolean takesBody() {
        return state == State.STREAMING || state == State.ANSWERING && !declines;
    }

    /// Whether what comes of the request is thrown away, because the endpoint wants no more of it.
    boolean declines() {
        return state == State.ANSWERING && declines;
    }

    /// Whether the connection had been idle before.
    boolean reused() {
        return reused;
    }

    Attempt attempt() {
        return attempt;
    }

    Carrier carrier() {
        Carrier open = carrier;
        if (open == null) {
            throw new IllegalStateException("no carrier");
        }
        return open;
    }

    /// Bytes of the request that the endpoint has not taken.
    long held() {
        return takesBody() || declines() ? carrier().held() : 0;
    }

    void pause(boolean wanted) {
        if (paused != wanted && carrier != null) {
            paused = wanted;
            carrier().read(!wanted);
        }
    }

    boolean paused() {
        return paused;
    }

    // ---- what the connection says ----

    @Override
    public boolean asksForHead() {
        return forward.asksForHead();
    }

    @Override
    public ResponseHead head() {
        if (!readsOwnHead) {
            return forward.exchange().response();
        }
        ResponseHead own = ownHead;
        return own == null ? ownHead = new ResponseHead() : own;
    }

    /// Makes the head that was read the exchange's.
    void giveHead(Exchange exchange) {
        ResponseHead own = ownHead;
        if (readsOwnHead && own != null) {
            ownHead = exchange.response(own);
            readsOwnHead = false;
        }
    }

    @Override
    public void connected(Carrier opened) {
        send();
    }

    @Override
    public void connectFailed(Carrier failed, Throwable cause) {
        Failure failure = ServiceOnLoop.whyNotConnected(cause);
        over(failure == Failure.NO_SOCKET ? Outcome.LACKED : Outcome.CONNECT_FAILED);
        forward.failed(this, failure);
    }

    @Override
    public void informed(ResponseHead head) {
        forward.informed(this, head);
    }

    @Override
    public void responded(ResponseHead head) {
        state = State.ANSWERING;
        sentBeforeAnswer = forward.requestIsWhole() && carrier().held() == 0;
        declines = head.status() >= 400 && !head.persistent() && !forward.bodyEnded();
        attempt.answered(head.status(), loop.now());
        learn();
        forward.responded(this, head);
    }

    @Override
    public boolean mayJoin() {
        return forward.exchange().request().webSocket();
    }

    @Override
    public void joined(ResponseHead head, End endpoint, ByteBuf first) {
        state = State.JOINED;
        carrier = null;
        attempt.answered(head.status(), loop.now());
        learn();
        forward.joined(this, head, endpoint, first);
    }

    /// What came of the 101 is over.
    ///
    /// @param broken whether the endpoint broke it before it had sent anything
    void parted(boolean broken) {
        if (broken) {
            attempt.judged(Outcome.CUT, loop.now());
            learn();
        }
        leave();
    }

    @Override
    public void body(ByteBuf data) {
        forward.answerBody(this, data);
    }

    @Override
    public void ended(boolean reusable, @Nullable Headers trailers) {
        Carrier open = carrier();
        leave();
        // First the connection, then the client: its next request may want it at once.
        open.done(reusable && sentBeforeAnswer);
        forward.answerEnded(trailers);
    }

    @Override
    public void failed(Failure failure) {
        reused = reused && carrier().mayHaveBeenDead();
        boolean unheard = state == State.STREAMING && carrier().unsent();
        over(state == State.ANSWERING ? Outcome.CUT : unheard ? Outcome.REFUSED : outcome(failure));
        forward.failed(this, failure);
    }

    @Override
    public void writable() {
        forward.endpointWritable();
    }

    /// How an attempt went that failed without an answer.
    static Outcome outcome(Failure failure) {
        return switch (failure) {
            case BAD_ANSWER -> Outcome.BAD_ANSWER;
            case REFUSED -> Outcome.REFUSED;
            case NO_WEBSOCKET -> Outcome.LACKED;
            default -> Outcome.RESET;
        };
    }

    // ---- ends ----

    /// Ends the attempt without an answer, or in the middle of one.
    void over(Outcome outcome) {
        // Who learns has heard of an answer when it began.
        if (state != State.ANSWERING || outcome == Outcome.CUT) {
            attempt.judged(outcome, loop.now());
            learn();
        }
        Carrier open = carrier;
        leave();
        if (open != null) {
            open.discard();
        }
    }

    /// Ends the attempt with an answer that nobody wants. A short rest of it is read, so that the connection can be used again.
    void decline() {
        Carrier open = carrier();
        leave();
        open.readToEnd(sentBeforeAnswer);
    }

    private void learn() {
        ServiceOnLoop here = service;
        if (here != null) {
            here.learn(attempt);
        }
    }

    private void leave() {
        state = State.IDLE;
        paused = false;
        carrier = null;
        ServiceOnLoop here = service;
        if (here != null) {
            here.over(attempt);
            Trace trace = forward.exchange().trace();
            if (trace != null) {
                trace.tried(tried(here));
            }
        }
    }

    private Trace.Tried tried(ServiceOnLoop here) {
        Outcome outcome = attempt.outcome();
        return new Trace.Tried(
                span,
                here.service().name(),
                attempt.endpoint().address(),
                attempt.beganNanos(),
                loop.now(),
                attempt.status(),
                outcome == Outcome.ANSWERED ? "" : outcome.word());
    }
}
