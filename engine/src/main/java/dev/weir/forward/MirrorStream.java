package dev.weir.forward;

import dev.weir.exchange.Exchange;
import dev.weir.exchange.Failure;
import dev.weir.http.Headers;
import dev.weir.http.Method;
import dev.weir.http.RequestHead;
import dev.weir.http.ResponseHead;
import dev.weir.preamble.Ends;
import dev.weir.runtime.Loop;
import dev.weir.runtime.Timers;
import dev.weir.service.Attempt;
import dev.weir.service.Attempt.Outcome;
import dev.weir.service.Endpoint;
import dev.weir.service.Tried;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/// A copy of one request on its way to another service. Its answer is read and thrown away, and whatever goes wrong is nobody's
/// matter but passive health's. Made for one copy; confined to one event loop.
final class MirrorStream implements Errand, Timers.Expiry {
    private final ServiceOnLoop service;
    private final Loop loop;
    private final Attempt attempt = new Attempt();
    private final ResponseHead head = new ResponseHead();
    private final Timers.Timer timer;
    private final boolean asksForHead;
    private final RequestHead request;
    private @Nullable ByteBuf body;
    private final long heldBytes;
    private boolean answering;
    private boolean over;
    private @Nullable Carrier carrier;

    /// @param body all of the request's body; null if there is none
    private MirrorStream(
            Loop loop, ServiceOnLoop service, RequestHead request, @Nullable ByteBuf body) {
        this.loop = loop;
        this.service = service;
        this.request = request;
        this.body = body;
        this.heldBytes = request.heldBytes() + (body == null ? 0 : body.readableBytes());
        this.asksForHead = request.knownMethod() == Method.HEAD;
        this.timer = loop.timers().timer(this);
    }

    /// Sends a copy of a request that is here as a whole. It takes one of the service's places to its end; where none is free, no
    /// endpoint is usable, or memory is short, there is no copy.
    ///
    /// @param body all of the request's body
    static void send(
            Loop loop, ServiceOnLoop service, Exchange exchange, KeptBody body, long nanos) {
        if (loop.pressure().pausesStreams() || !service.admission().enter()) {
            return;
        }
        RequestHead request = exchange.request();
        Endpoint endpoint = service.pick(service.key(exchange), null, new Tried());
        if (endpoint == null) {
            service.admission().leave();
            return;
        }
        RequestHead copied = new RequestHead();
        copied.copy(request);
        new MirrorStream(loop, service, copied, body.copy())
                .begin(endpoint, exchange.ends(), nanos);
    }

    private void begin(Endpoint endpoint, Ends ends, long nanos) {
        loop.pressure().held(heldBytes);
        attempt.begin(endpoint, loop.now());
        timer.at(loop.now() + nanos);
        Carriers carriers = service.carriers(endpoint);
        Carrier standing = carriers.take(this);
        if (standing != null) {
            carrier = standing;
            connected(standing);
        } else {
            carrier = carriers.open(this, ends);
        }
    }

    @Override
    public boolean asksForHead() {
        return asksForHead;
    }

    @Override
    public ResponseHead head() {
        return head;
    }

    @Override
    public void connected(Carrier opened) {
        attempt.sent(loop.now());
        ByteBuf bytes = body;
        body = null;
        int length = bytes == null ? 0 : bytes.readableBytes();
        opened.request(request, attempt.endpoint().name(), length);
        if (bytes != null) {
            opened.body(bytes);
        }
        opened.end(request, null);
    }

    @Override
    public void connectFailed(Carrier failed, Throwable cause) {
        boolean ours = ServiceOnLoop.whyNotConnected(cause) == Failure.NO_SOCKET;
        over(ours ? Outcome.LACKED : Outcome.CONNECT_FAILED);
    }

    @Override
    public void informed(ResponseHead head) {}

    @Override
    public void responded(ResponseHead head) {
        answering = true;
        attempt.answered(head.status(), loop.now());
        service.learn(attempt);
    }

    @Override
    public void body(ByteBuf data) {
        data.release();
    }

    @Override
    public void ended(boolean reusable, @Nullable Headers trailers) {
        Carrier open = carrier;
        carrier = null;
        leave();
        if (open != null) {
            open.done(reusable && !request.hasMeaninglessBody());
        }
    }

    @Override
    public void failed(Failure failure) {
        over(answering ? Outcome.CUT : EndpointStream.outcome(failure));
    }

    @Override
    public void writable() {}

    @Override
    public void expired() {
        if (answering) {
            // It takes longer than copies are read. That says nothing of its endpoint.
            giveUp();
        } else {
            over(Outcome.TIMED_OUT);
        }
    }

    private void over(Outcome outcome) {
        if (over) {
            return;
        }
        attempt.judged(outcome, loop.now());
        service.learn(attempt);
        giveUp();
    }

    private void giveUp() {
        Carrier open = carrier;
        carrier = null;
        leave();
        if (open != null) {
            open.discard();
        }
    }

    private void leave() {
        over = true;
        timer.drop();
        ByteBuf unsent = body;
        if (unsent != null) {
            body = null;
            unsent.release();
        }
        loop.pressure().released(heldBytes);
        service.over(attempt);
        service.admission().leave();
    }
}
