package dev.weir.forward;

import dev.weir.exchange.ClientStream;
import dev.weir.exchange.Exchange;
import dev.weir.exchange.Failure;
import dev.weir.http.Headers;
import dev.weir.http.Method;
import dev.weir.http.RequestHead;
import dev.weir.http.ResponseHead;
import dev.weir.http.RetryAfter;
import dev.weir.http.WebSocketHandshake;
import dev.weir.retry.HedgeRules;
import dev.weir.retry.RetryRules;
import dev.weir.runtime.Loop;
import dev.weir.runtime.Timers;
import dev.weir.service.Attempt;
import dev.weir.service.Attempt.Outcome;
import dev.weir.service.Endpoint;
import dev.weir.service.Tried;
import dev.weir.tunnel.End;
import io.netty.buffer.ByteBuf;
import io.netty.channel.WriteBufferWaterMark;
import java.time.Duration;
import java.util.Optional;
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

    /// A client that takes nothing for so long is cut, whatever the route says about endpoints (docs: idle stream).
    private static final long CLIENT_STALL_NANOS = Duration.ofMinutes(5).toNanos();

    private static final long NEVER = Long.MAX_VALUE;

    private final Loop loop;
    private final Timers.Timer timer;
    private final Timers.Timer nextStep;
    private final Tried tried = new Tried();
    private final KeptBody kept = new KeptBody();

    /// The attempt, and while a hedge is out the older one; the newer one is made when it is first needed.
    private EndpointStream stream;

    private @Nullable EndpointStream hedge;

    private @Nullable Exchange exchange;
    private @Nullable ClientStream client;
    private @Nullable ServiceOnLoop service;
    private @Nullable ServiceOnLoop mirror;
    private @Nullable ForwardRules rules;

    /// What balancing goes by that hashes, and where the client's cookie leads.
    private long key;

    private @Nullable Endpoint stuck;
    private long beganNanos;
    private long progressNanos;
    private boolean bodyEnded;
    private @Nullable Headers bodyTrailers;
    private boolean keeping;
    private boolean answerBegun;
    private int unsent;
    private int repeats;

    /// The endpoint of the next attempt until it begins, the wait before it, and whether it needs a new connection.
    private @Nullable Endpoint next;

    private long waitNanos;
    private boolean freshNext;

    private long hedgeAt;
    private boolean owesRetry;
    private boolean owesHedge;

    public Forward(Loop loop) {
        this.loop = loop;
        this.timer = loop.timers().timer(this);
        this.nextStep = loop.timers().timer(this::step);
        this.stream = new EndpointStream(loop, this);
    }

    /// Begins. Ends with one call of [ClientStream#end] or [ClientStream#fail], possibly before this returns.
    ///
    /// @param mirror who gets a copy, if anybody
    public void start(
            Exchange exchange,
            ServiceOnLoop service,
            @Nullable ServiceOnLoop mirror,
            ClientStream client,
            ForwardRules rules) {
        this.exchange = exchange;
        this.service = service;
        this.mirror = mirror;
        stuck = service.stuck(exchange);
        this.client = client;
        this.rules = rules;
        key = service.key(exchange);
        RequestHead head = exchange.request();
        Failure refusal = webSocketRefusal(head, service, rules);
        if (refusal != null) {
            over(refusal);
            return;
        }
        bodyEnded = head.bodyLength() == RequestHead.NO_BODY;
        keeping = true;
        hedgeAt = NEVER;
        beganNanos = progressNanos = loop.now();
        timer.at(due());
        service.retries().request(beganNanos);
        Endpoint picked = service.pick(key, stuck, tried);
        if (picked == null) {
            nobody(service);
            return;
        }
        if (rules.hedge().isPresent() && !head.webSocket()) {
            planHedge(rules.hedge().get(), service);
        }
        if (bodyEnded && mirror != null && !head.webSocket()) {
            copyToMirror();
        }
        attempt(stream, picked, false);
    }

    /// Why a WebSocket cannot be asked for; null if it can, or none is wanted. A client of HTTP/1.1 that may have none is answered as if it
    /// had not asked.
    private static @Nullable Failure webSocketRefusal(
            RequestHead head, ServiceOnLoop service, ForwardRules rules) {
        if (!head.webSocket()) {
            return null;
        }
        if (rules.webSockets().isEmpty()) {
            boolean mustBeOne = head.extendedConnect();
            head.noWebSocket();
            return mustBeOne ? Failure.PROTOCOL_UNKNOWN : null;
        }
        boolean answeredHere = service.speaksHttp2() && !head.http2();
        return answeredHere && !WebSocketHandshake.wellFormed(head) ? Failure.BAD_REQUEST : null;
    }

    /// No endpoint is left for the request.
    private void nobody(ServiceOnLoop service) {
        exchange().record.retryAfterSeconds = service.retryAfterSeconds();
        over(service.whyNone());
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

    private ServiceOnLoop service() {
        ServiceOnLoop here = service;
        if (here == null) {
            throw new IllegalStateException("no exchange");
        }
        return here;
    }

    private ForwardRules rules() {
        ForwardRules here = rules;
        if (here == null) {
            throw new IllegalStateException("no exchange");
        }
        return here;
    }

    boolean asksForHead() {
        return exchange().request().knownMethod() == Method.HEAD;
    }

    /// Whether all of the request has come, in a form of which no endpoint can take a part for another request.
    boolean requestIsWhole() {
        return bodyEnded && !exchange().request().hasMeaninglessBody();
    }

    boolean bodyEnded() {
        return bodyEnded;
    }

    // ---- attempts ----

    private void attempt(EndpointStream by, Endpoint endpoint, boolean fresh) {
        tried.add(endpoint);
        Exchange.Record record = exchange().record;
        record.endpoint = endpoint.name();
        record.attempts++;
        record.pickedNanos = loop.now();
        long perTry = rules().retry().perTryNanos();
        by.begin(service(), endpoint, fresh, by != stream);
        if (perTry > 0 && by.busy()) {
            planStep();
        }
    }

    /// A connection stands: writes the head, and what there is of the body.
    void send(EndpointStream by) {
        exchange().record.connectedNanos = loop.now();
        RequestHead head = exchange().request();
        Carrier carrier = by.carrier();
        carrier.request(head, by.attempt().endpoint().name(), kept.size());
        ByteBuf before = kept.copy();
        keeping =
                keeping
                        && kept.size() <= KeptBody.MOST_BYTES
                        && (bodyEnded && kept.size() == 0
                                || mirror != null
                                || repeatable(head)
                                || carrier.refusable());
        if (before != null) {
            carrier.body(before);
            if (!keeping) {
                kept.forget();
            }
        }
        if (bodyEnded) {
            carrier.end(head, bodyTrailers);
        } else {
            by.attempt().uploading();
        }
        client().resumeBody();
    }

    /// Whether sending it twice is as good as once.
    private boolean repeatable(RequestHead head) {
        return head.idempotent()
                || rules().retry().trustsIdempotencyKey()
                        && head.headers().get("Idempotency-Key") != null;
    }

    private @Nullable EndpointStream other(EndpointStream one) {
        EndpointStream second = hedge;
        EndpointStream other = one == stream ? second : stream;
        return other != null && other.busy() ? other : null;
    }

    /// An attempt is over without an answer, or in the middle of one. A head that never became whole counts as no answer:
    /// nothing of it went to the client.
    void failed(EndpointStream by, Failure failure) {
        if (answerBegun) {
            over(Failure.ANSWER_CUT);
            return;
        }
        Attempt ended = by.attempt();
        unsent += RetryRules.free(ended) ? 1 : 0;
        if (other(by) != null) {
            note(ended, failure.reason());
            becomeTheOnly(other(by));
        } else if (mayRepeat(by, 0)) {
            repeat(failure.reason());
        } else {
            over(failure);
        }
    }

    private void becomeTheOnly(@Nullable EndpointStream left) {
        settleHedge();
        if (left != null && left != stream) {
            hedge = stream;
            stream = left;
        }
    }

    private void note(Attempt ended, String reason) {
        exchange()
                .record
                .failedAttempt(ended.endpoint().name(), reason, ended.beganNanos(), loop.now());
    }

    /// Whether there will be another attempt: the rules allow it, an endpoint is left, and budget and time suffice. If so, it is
    /// laid down in `next`, and [#repeat] is to be called.
    ///
    /// @param retryAfterNanos how long the endpoint asked to be left alone
    private boolean mayRepeat(EndpointStream by, long retryAfterNanos) {
        Attempt ended = by.attempt();
        RetryRules retry = rules().retry();
        int sent = exchange().record.attempts - unsent;
        if (!keeping || !retry.repeats(ended, repeatable(exchange().request()), sent, unsent)) {
            return false;
        }
        // What died may have been idle for long: then nothing was done, and a fresh connection will
        // do.
        boolean stale = ended.outcome() == Outcome.RESET && by.reused();
        boolean free = RetryRules.free(ended) || stale;
        Endpoint other = service().pick(key, stuck, tried);
        // Refused on one connection, a request may well be taken on another.
        boolean refused = ended.outcome() == Outcome.REFUSED;
        if (other == null && free && !stale && !refused) {
            return false;
        }
        freshNext = other == null && stale;
        Endpoint chosen = other == null ? again(ended, stale || refused) : other;
        long now = loop.now();
        waitNanos = free ? 0 : retry.backoffNanos(repeats, loop.random());
        if (chosen == null) {
            return false;
        }
        if (chosen.state() == ended.endpoint().state()) {
            waitNanos = Math.max(waitNanos, retryAfterNanos);
        }
        if (waitNanos >= due() - now) {
            return false;
        }
        if (!free && !service().retries().withdraw(retry.budget(), now)) {
            exchange().record.budgetSpent = true;
            service().traffic().retryRefused();
            return false;
        }
        settle();
        owesRetry = !free;
        next = chosen;
        return true;
    }

    /// All usable endpoints have been tried: begins anew with them.
    private @Nullable Endpoint again(Attempt ended, boolean same) {
        if (same) {
            return service().holds(ended.endpoint()) ? ended.endpoint() : null;
        }
        tried.clear();
        return service().pick(key, stuck, tried);
    }

    /// Makes the attempt that is laid down, or waits for its time.
    private void repeat(String reason) {
        note(stream.attempt(), reason);
        service().traffic().retried(reason);
        repeats++;
        if (waitNanos == 0) {
            attemptNext();
        } else {
            nextStep.at(loop.now() + waitNanos);
        }
    }

    private void attemptNext() {
        Endpoint chosen = next;
        if (chosen == null) {
            return;
        }
        next = null;
        // It may have left while this one waited.
        Endpoint there = service().holds(chosen) ? chosen : service().pick(key, stuck, tried);
        if (there == null) {
            nobody(service());
        } else {
            attempt(stream, there, freshNext);
        }
    }

    // ---- what strikes while there is no answer: the wait before a retry, a hedge, the time of one
    // attempt ----

    private void planHedge(HedgeRules rules, ServiceOnLoop service) {
        service.hedges().request(beganNanos);
        service.measureLatencies();
        if (HedgeRules.applies(exchange().request().knownMethod())) {
            long delay = rules.delayNanos(service.latencies());
            hedgeAt = delay == NEVER ? NEVER : beganNanos + delay;
            planStep();
        }
    }

    private void planStep() {
        long next = Math.min(hedgeAt, Math.min(overdue(stream), overdue(hedge)));
        if (next != NEVER) {
            nextStep.at(next);
        }
    }

    private long overdue(@Nullable EndpointStream one) {
        long perTry = rules().retry().perTryNanos();
        return perTry == 0 || one == null || !one.busy()
                ? NEVER
                : one.attempt().beganNanos() + perTry;
    }

    private void step() {
        if (exchange == null || answerBegun) {
            return;
        }
        if (next != null) {
            attemptNext();
        } else {
            stepNow(loop.now());
        }
        if (exchange != null && next == null) {
            planStep();
        }
    }

    private void stepNow(long now) {
        if (now >= hedgeAt) {
            hedgeAt = NEVER;
            sendHedge();
        }
        EndpointStream second = hedge;
        if (second != null && overdue(second) <= now) {
            tookTooLong(second);
        } else if (overdue(stream) <= now) {
            tookTooLong(stream);
        }
    }

    private void tookTooLong(EndpointStream one) {
        boolean connecting = one.connecting();
        Failure late = one.lateConnect();
        one.over(connecting ? Outcome.CONNECT_FAILED : Outcome.TIMED_OUT);
        failed(one, connecting ? late : Failure.ATTEMPT_TIMEOUT);
    }

    private void sendHedge() {
        Optional<HedgeRules> rules = rules().hedge();
        if (!bodyEnded || !keeping || rules.isEmpty() || !stream.busy()) {
            return;
        }
        EndpointStream second = hedge == null ? hedge = new EndpointStream(loop, this) : hedge;
        if (second.busy()) {
            return;
        }
        // One more request under way, with a place of its own; it is not worth waiting for one.
        ServiceOnLoop to = service();
        if (!to.admission().enter()) {
            return;
        }
        Endpoint next = to.pick(key, stuck, tried);
        if (next == null || !to.hedges().withdraw(rules.get().budget(), loop.now())) {
            to.admission().leave();
            return;
        }
        owesHedge = true;
        to.traffic().hedged();
        attempt(second, next, false);
    }

    // ---- the request's body ----

    /// The next piece of the request's body. Releases the data.
    public void body(ByteBuf data) {
        progressNanos = loop.now();
        if (stream.takesBody()) {
            if (keeping) {
                keep(data);
            }
            Carrier carrier = stream.carrier();
            carrier.body(data);
            if (!carrier.writable()) {
                client().pauseBody();
            }
        } else if (stream.connecting() || next != null) {
            addToKept(data);
            data.release();
            if (kept.size() >= KeptBody.MOST_BYTES || loop.pressure().pausesStreams()) {
                client().pauseBody();
            }
        } else {
            data.release();
        }
    }

    private void keep(ByteBuf data) {
        if (kept.size() + data.readableBytes() > KeptBody.MOST_BYTES) {
            keeping = false;
            mirror = null;
            kept.forget();
        } else {
            addToKept(data);
        }
    }

    private void addToKept(ByteBuf data) {
        kept.add(data);
        loop.pressure().added(data.readableBytes());
    }

    /// The request's body is over.
    public void bodyEnded(@Nullable Headers trailers) {
        bodyEnded = true;
        bodyTrailers = trailers;
        progressNanos = loop.now();
        if (stream.takesBody()) {
            if (!answerBegun) {
                stream.attempt().sent(progressNanos);
            }
            stream.carrier().end(exchange().request(), trailers);
        }
        if (mirror != null && keeping) {
            copyToMirror();
        }
    }

    void endpointWritable() {
        progressNanos = loop.now();
        client().resumeBody();
    }

    private void copyToMirror() {
        ServiceOnLoop to = mirror;
        mirror = null;
        if (to != null) {
            MirrorStream.send(loop, to, exchange(), kept, rules().firstByteNanos());
            if (answerBegun
                    || stream.takesBody()
                            && !repeatable(exchange().request())
                            && !stream.carrier().refusable()) {
                keeping = false;
                kept.forget();
            }
        }
    }

    // ---- the answer ----

    void informed(EndpointStream by, ResponseHead head) {
        progressNanos = loop.now();
        if (other(by) == null) {
            client().inform(head);
        }
    }

    void responded(EndpointStream by, ResponseHead head) {
        progressNanos = loop.now();
        if (exchange().request().extendedConnect() && head.status() < 300) {
            fail(Outcome.CANCELLED, Failure.NO_WEBSOCKET);
            return;
        }
        EndpointStream other = other(by);
        if (rules().retry().repeatsStatus(head.status()) && goesOn(by, other, head)) {
            return;
        }
        if (other != null) {
            other.over(Outcome.CANCELLED);
        }
        becomeTheOnly(by);
        Exchange here = exchange();
        by.giveHead(here);
        here.record.endpoint = by.attempt().endpoint().name();
        here.record.firstByteNanos = progressNanos;
        service().answeredAfter(by.attempt().latencyNanos());
        answerBegun = true;
        if (mirror == null || !keeping) {
            keeping = false;
            kept.forget();
        }
        nextStep.clear();
        timer.at(due());
        if (by.attempt().endpoint() != stuck) {
            service().stick(here, by.attempt().endpoint());
        }
        if (by.declines()) {
            client().resumeBody();
        }
        client().respond(here.response());
    }

    /// An endpoint goes on with something else than HTTP. Neither hedges nor time-outs of requests apply to that.
    void joined(EndpointStream by, ResponseHead head, End endpoint, ByteBuf first) {
        progressNanos = loop.now();
        Exchange here = exchange();
        here.record.firstByteNanos = progressNanos;
        answerBegun = true;
        settle();
        kept.forget();
        nextStep.clear();
        timer.clear();
        if (by.attempt().endpoint() != stuck) {
            service().stick(here, by.attempt().endpoint());
        }
        client().join(head, endpoint, first);
    }

    /// What the client was joined to is over.
    ///
    /// @param broken whether the endpoint broke it before it had sent anything
    public void parted(boolean broken) {
        stream.parted(broken);
        reset();
    }

    /// Whether something better may come than this answer.
    private boolean goesOn(EndpointStream by, @Nullable EndpointStream other, ResponseHead head) {
        String reason = "status-" + head.status();
        if (other != null) {
            note(by.attempt(), reason);
            by.decline();
            becomeTheOnly(other);
            return true;
        }
        if (!mayRepeat(by, retryAfterNanos(head))) {
            return false;
        }
        by.decline();
        becomeTheOnly(by);
        repeat(reason);
        return true;
    }

    private long retryAfterNanos(ResponseHead head) {
        return Math.max(
                0, RetryAfter.nanos(head.headers().get("Retry-After"), loop.clock().millis()));
    }

    void answerBody(EndpointStream by, ByteBuf data) {
        progressNanos = loop.now();
        ClientStream client = client();
        client.body(data);
        if (!client.writable()) {
            by.pause(true);
        }
    }

    /// Bytes of the request that are held: kept for another attempt, or not yet taken by the endpoint.
    public long held() {
        EndpointStream second = hedge;
        return kept.size() + stream.held() + (second == null ? 0 : second.held());
    }

    /// Memory is counted again: goes on reading what may be read.
    public void relieve() {
        if (client().writable()) {
            clientWritable();
        }
        if (stream.declines() || stream.takesBody() && stream.carrier().writable()) {
            client().resumeBody();
        }
    }

    /// The client takes data again.
    public void clientWritable() {
        if (stream.paused()) {
            progressNanos = loop.now();
            stream.pause(false);
        }
    }

    void answerEnded(@Nullable Headers trailers) {
        ClientStream client = client();
        reset();
        client.end(trailers);
    }

    // ---- ends ----

    /// The client went away or was refused: stop the attempts, tell nobody.
    public void cancel() {
        endStreams(Outcome.CANCELLED);
        reset();
    }

    /// When time is up if nothing moves.
    private long due() {
        ForwardRules here = rules();
        long due = progressNanos + (answerBegun ? here.idleNanos() : here.firstByteNanos());
        return here.requestNanos() == 0 ? due : Math.min(due, beganNanos + here.requestNanos());
    }

    @Override
    public void expired() {
        if (exchange == null) {
            return;
        }
        ForwardRules here = rules();
        long now = loop.now();
        long end = here.requestNanos() == 0 ? NEVER : beganNanos + here.requestNanos();
        boolean clientStalls = stream.paused();
        long due = due() + (clientStalls ? Math.max(0, CLIENT_STALL_NANOS - here.idleNanos()) : 0);
        if (now >= end) {
            fail(Outcome.CANCELLED, Failure.REQUEST_TIMEOUT);
        } else if (awaitsClient()) {
            // Its own limit watches the client's body.
            timer.at(Math.min(end, now + here.firstByteNanos()));
        } else if (now < due) {
            timer.at(Math.min(end, due));
        } else if (clientStalls) {
            fail(Outcome.CANCELLED, Failure.CLIENT_STALLED);
        } else if (answerBegun) {
            // Nobody learns of it: a stream that is idle for too long says nothing of its endpoint.
            fail(Outcome.TIMED_OUT, Failure.ANSWER_IDLE);
        } else if (stream.connecting()) {
            fail(Outcome.CONNECT_FAILED, stream.lateConnect());
        } else {
            fail(Outcome.TIMED_OUT, Failure.ANSWER_TIMEOUT);
        }
    }

    private boolean awaitsClient() {
        return stream.takesBody() && !bodyEnded && !answerBegun && stream.carrier().writable();
    }

    private void fail(Outcome outcome, Failure failure) {
        endStreams(outcome);
        over(failure);
    }

    private void endStreams(Outcome outcome) {
        EndpointStream second = hedge;
        if (second != null && second.busy()) {
            second.over(outcome);
        }
        if (stream.busy()) {
            stream.over(outcome);
        }
    }

    private void over(Failure failure) {
        ClientStream client = client();
        if (failure == Failure.NO_SOCKET) {
            exchange().record.retryAfterSeconds = 1;
        }
        reset();
        client.fail(failure);
    }

    /// What was taken from the budgets is under way no more.
    private void settle() {
        if (owesRetry) {
            owesRetry = false;
            service().retries().over();
        }
    }

    /// There are not two attempts any more.
    private void settleHedge() {
        if (owesHedge) {
            owesHedge = false;
            service().hedges().over();
            service().admission().leave();
        }
    }

    private void reset() {
        settle();
        settleHedge();
        timer.clear();
        nextStep.clear();
        kept.forget();
        tried.clear();
        exchange = null;
        client = null;
        service = null;
        mirror = null;
        rules = null;
        stuck = null;
        next = null;
        bodyTrailers = null;
        answerBegun = false;
        unsent = repeats = 0;
    }

    /// Lets the wheel of deadlines forget this object, which is not used again.
    public void drop() {
        timer.drop();
        nextStep.drop();
    }
}
