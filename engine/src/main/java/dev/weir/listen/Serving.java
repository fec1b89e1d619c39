package dev.weir.listen;

import dev.weir.exchange.ClientStream;
import dev.weir.exchange.Exchange;
import dev.weir.exchange.Failure;
import dev.weir.exchange.Reply;
import dev.weir.filter.Verdict;
import dev.weir.forward.Forward;
import dev.weir.forward.ServiceOnLoop;
import dev.weir.forward.Turn;
import dev.weir.http.Field;
import dev.weir.http.Headers;
import dev.weir.http.Method;
import dev.weir.http.Provenance;
import dev.weir.http.ResponseHead;
import dev.weir.route.Route;
import dev.weir.runtime.Loop;
import dev.weir.runtime.Reads;
import dev.weir.tunnel.End;
import dev.weir.tunnel.Tunnel;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/// One request of a client from its head to its end, whatever version of HTTP it came by: lets it go its [Way], waits where a
/// filter or a service wants that, forwards it, and keeps the record. What goes to the client it gives to its [Wire].
///
/// Used for one request after the other; confined to one event loop.
final class Serving implements ClientStream, Turn.Guest, Tunnel.Owner {
    /// How one version of HTTP says to its client what there is to say, and hears how a request ended.
    interface Wire {
        /// An interim answer; dropped where the client's version has none.
        void inform(ResponseHead head);

        /// Passes on that the endpoint agreed to a WebSocket, and has no more to do with HTTP.
        ///
        /// @return the client's end of what follows
        End join(ResponseHead head);

        /// What came from the client behind its request, to be released; null if nothing did. Asked for once, after [#join].
        @Nullable ByteBuf early();

        /// The head of the final answer.
        void respond(Exchange exchange, ResponseHead head);

        /// More of the answer's body. Releases the data.
        void body(ByteBuf data);

        /// All of the answer's body, where Weir answers by itself.
        void content(byte[] body);

        /// The end of the answer, as far as it is said in bytes.
        void finish(Exchange exchange, @Nullable Headers trailers);

        /// The exchange is over, and answered in full.
        void answered();

        /// The exchange is over in the middle of its answer, which must not look whole.
        void cut(Failure why);

        /// No further request may come by this connection once this one is answered.
        void last();

        boolean writable();

        /// Takes no more of the request's body until [#resumeBody].
        void pauseBody();

        void resumeBody();

        /// What had to wait can go on: more of the request's body can be taken, or the next request.
        void goOn();
    }

    private final Worker worker;
    private final Loop loop;
    private final Wire wire;
    private final Way way;

    /// By which connection requests come.
    private @Nullable Listener listener;

    private Provenance.@Nullable Peer peer;
    private @Nullable Secured secured;

    private @Nullable Exchange exchange;
    private @Nullable Forward forward;
    private @Nullable Route route;

    /// What was in force when the request began.
    private Worker.@Nullable InForce inForce;

    /// The service that the request goes to, and once it has a place there, that it has one.
    private @Nullable ServiceOnLoop service;

    private @Nullable Turn turn;
    private @Nullable Tunnel tunnel;
    private boolean waiting;
    private boolean entered;
    private boolean forwarding;
    private boolean answering;

    Serving(Worker worker, Wire wire) {
        this.worker = worker;
        this.loop = worker.loop();
        this.wire = wire;
        this.way = worker.way();
    }

    /// Requests come by this connection from now on.
    ///
    /// @param secured if the connection is encrypted
    void connect(Listener listener, Provenance.Peer peer, @Nullable Secured secured) {
        this.listener = listener;
        this.peer = peer;
        this.secured = secured;
    }

    private Listener at() {
        Listener here = listener;
        if (here == null) {
            throw new IllegalStateException("no connection");
        }
        return here;
    }

    private Provenance.Peer peer() {
        Provenance.Peer here = peer;
        if (here == null) {
            throw new IllegalStateException("no connection");
        }
        return here;
    }

    // ---- what the wire says ----

    /// A request begins; its head is to be read into the exchange's.
    Exchange begin() {
        Exchange next = exchange = worker.exchange();
        next.record.beganNanos = loop.now();
        next.ends(peer().ends());
        answering = false;
        return next;
    }

    /// The request that began has no byte, and will have none.
    void forget() {
        worker.forget(exchange());
        exchange = null;
    }

    /// The request's head is whole and well-formed, and the record says when that was.
    void go() {
        way.go(exchange(), this, peer());
    }

    /// The request's head is refused, whatever it says.
    ///
    /// @param retryAfterSeconds when it may come again; 0 = nothing is said
    void refuseHead(Failure why, int retryAfterSeconds) {
        Exchange here = exchange();
        here.record.retryAfterSeconds = retryAfterSeconds;
        cameFrom(here);
        wire.last();
        answer(Reply.of(why));
    }

    /// The client broke the rules of its version of HTTP so that nobody is to be answered, before the request was whole or after.
    void reject(Failure why) {
        Exchange here = exchange();
        cancelForward();
        introduce(here);
        here.record.failure = why;
        if (!answering) {
            here.record.status = why.status();
        }
        over(true);
        wire.cut(why);
    }

    /// Says for the log whose request it is, if it has not gone its way.
    private void introduce(Exchange here) {
        if (here.listener().isEmpty()) {
            cameFrom(here);
            here.id(Provenance.newId(loop.random()));
        }
    }

    private void cameFrom(Exchange here) {
        Provenance.Peer from = peer();
        here.cameFrom(
                from.address(), from.address(), at().name(), secured == null ? "http" : "https");
    }

    /// Whether more of the request's body can be taken now.
    boolean takesBody() {
        return !waiting && turn == null;
    }

    /// The next piece of the request's body, not empty. Reads so many bytes of these.
    ///
    /// @return whether the exchange goes on
    boolean requestBody(ByteBuf in, int length) {
        Exchange here = exchange();
        here.record.bytesIn += length;
        if (here.record.bytesIn > here.bodyLimit()) {
            in.skipBytes(length);
            abandon(Failure.BODY_TOO_LARGE);
            return false;
        }
        Forward onward = forward;
        if (onward != null && forwarding) {
            onward.body(Reads.take(in, length));
        } else {
            in.skipBytes(length);
        }
        return exchange == here;
    }

    /// The request's body is whole.
    void requestEnded(@Nullable Headers trailers) {
        Forward onward = forward;
        if (onward != null && forwarding) {
            onward.bodyEnded(trailers);
        }
    }

    /// The client broke a rule in the middle of a request.
    void abandon(Failure why) {
        wire.last();
        cancelForward();
        fail(why);
    }

    /// The client is gone.
    void gone() {
        Exchange here = exchange();
        cancelForward();
        introduce(here);
        here.record.failure = Failure.CLIENT_GONE;
        if (!answering) {
            here.record.status = Failure.CLIENT_GONE.status();
        }
        over(true);
    }

    /// A step of the way failed as it never should: answered 500, or cut.
    void bug(Throwable cause) {
        at().bug(exchange().id(), cause);
        abandon(Failure.INTERNAL);
    }

    /// The client takes data again.
    void clientWritable() {
        Forward onward = forward;
        if (onward != null && forwarding) {
            onward.clientWritable();
        }
    }

    /// Memory is counted again: goes on reading what may be read.
    void relieve() {
        Forward onward = forward;
        Tunnel joined = tunnel;
        if (joined != null) {
            joined.relieve();
        } else if (onward != null && forwarding) {
            onward.relieve();
        }
    }

    /// Bytes held for the request: its head, and what an endpoint has not taken.
    long held() {
        Exchange here = exchange;
        Forward onward = forward;
        Tunnel joined = tunnel;
        if (joined != null) {
            return joined.heldForEndpoint();
        }
        return (here == null ? 0 : here.request().heldBytes())
                + (onward == null || !forwarding ? 0 : onward.held());
    }

    /// What the client was joined to is nobody's any more.
    void forgetTunnel() {
        tunnel = null;
    }

    /// Ends what the client was joined to, because Weir stops.
    void cutTunnel() {
        Tunnel joined = tunnel;
        if (joined != null) {
            joined.cut();
        }
    }

    /// Whether a request is under way.
    boolean busy() {
        return exchange != null;
    }

    Exchange exchange() {
        Exchange here = exchange;
        if (here == null) {
            throw new IllegalStateException("no exchange");
        }
        return here;
    }

    // ---- what the way says ----

    Listener listener() {
        return at();
    }

    /// The connection's TLS, if it is encrypted.
    @Nullable Secured secured() {
        return secured;
    }

    void take(Route taken, Worker.InForce by) {
        route = taken;
        inForce = by;
    }

    /// A service of the configuration that the request began with.
    ServiceOnLoop service(int position) {
        Worker.InForce by = inForce;
        if (by == null) {
            throw new IllegalStateException("no route was taken");
        }
        return by.service(position);
    }

    /// Asks for a place at a service; the request goes on there, or waits, or is refused.
    void enter(ServiceOnLoop wanted, Route on) {
        Exchange here = exchange();
        here.record.service = wanted.service().name();
        service = wanted;
        if (wanted.admission().enter()) {
            forward(wanted, on);
            return;
        }
        turn = wanted.admission().await(here.priority(), this);
        if (turn == null) {
            refuse(Failure.QUEUE_FULL);
        }
    }

    @Override
    public void admitted() {
        ServiceOnLoop wanted = service;
        Route on = route;
        turn = null;
        if (wanted != null && on != null) {
            forward(wanted, on);
            wire.goOn();
        }
    }

    @Override
    public void refused(Failure why) {
        turn = null;
        exchange().record.refusedNanos = loop.now();
        refuse(why);
    }

    /// There is no room for this request now; its client may come again.
    void refuse(Failure why) {
        exchange().record.retryAfterSeconds = 1;
        answer(Reply.of(why));
    }

    private void forward(ServiceOnLoop to, Route on) {
        entered = true;
        Forward onward = forward = worker.forward();
        forwarding = true;
        onward.start(exchange(), to, way.mirror(on, this), this, on.rules());
    }

    /// A filter needs time. The request's body and further requests wait in the kernel.
    void await(Verdict.Wait wait) {
        Exchange here = exchange();
        Route on = route;
        waiting = true;
        var _ =
                wait.later()
                        .whenCompleteAsync(
                                (verdict, error) -> {
                                    if (exchange == here && waiting && on != null) {
                                        waiting = false;
                                        decided(here, on, verdict, error);
                                        wire.goOn();
                                    }
                                },
                                loop.executor());
    }

    private void decided(
            Exchange here, Route on, @Nullable Verdict verdict, @Nullable Throwable error) {
        if (error != null || verdict == null) {
            at().bug(here.id(), error == null ? new NullPointerException("no verdict") : error);
            answer(Reply.of(Failure.INTERNAL));
            return;
        }
        switch (verdict) {
            case Verdict.Pass _ -> way.filter(here, this, on);
            case Verdict.Answer decided -> answer(decided.reply());
            case Verdict.Wait again -> await(again);
        }
    }

    /// Answers by itself. An extended CONNECT gets no 2xx, which would say that there is somebody to talk to.
    void answer(Reply wanted) {
        Exchange here = exchange();
        boolean agrees = here.request().extendedConnect() && wanted.status() / 100 == 2;
        Reply said = agrees ? Reply.of(Failure.PROTOCOL_UNKNOWN) : wanted;
        if (here.id().isEmpty()) {
            here.id(Provenance.newId(loop.random()));
        }
        here.record.failure = said.failure();
        byte[] content = Answers.write(here, said);
        respond(here.response());
        if (content.length > 0 && hasBody(here)) {
            here.record.bytesOut += content.length;
            wire.content(content);
        }
        end(null);
    }

    private static boolean hasBody(Exchange here) {
        int status = here.record.status;
        return status != 204 && status != 304 && here.request().knownMethod() != Method.HEAD;
    }

    // ---- what the forwarding side says ----

    @Override
    public void inform(ResponseHead head) {
        wire.inform(head);
    }

    @Override
    public void join(ResponseHead head, End endpoint, ByteBuf first) {
        Exchange here = exchange();
        Route on = route;
        if (on == null) {
            throw new IllegalStateException("no route");
        }
        Tunnel.Patience patience = on.rules().webSockets().orElseThrow();
        head.agree(here.request());
        here.record.status = head.status();
        here.record.joined = true;
        answering = true;
        on.filters().onResponse(here, head);
        End client = wire.join(head);
        Tunnel joined = tunnel = new Tunnel(loop, client, endpoint, patience, this);
        endpoint.begin(joined);
        client.begin(joined);
        joined.arrived(endpoint, first);
        ByteBuf early = wire.early();
        if (early != null) {
            joined.arrived(client, early);
        }
    }

    @Override
    public void over(Tunnel.Ending how) {
        Forward onward = forward;
        Tunnel joined = tunnel;
        if (onward != null && joined != null) {
            Tunnelled.write(exchange().record, joined, how);
            forwarding = false;
            onward.parted(how == Tunnel.Ending.ENDPOINT_BROKE && joined.fromEndpoint() == 0);
            over(true);
        }
    }

    @Override
    public void respond(ResponseHead head) {
        Exchange here = exchange();
        here.record.status = head.status();
        answering = true;
        Route on = route;
        if (on != null) {
            on.filters().onResponse(here, head);
        }
        if (here.record.explained) {
            head.headers().set(Field.X_WEIR_EXPLAIN, here.id());
        }
        wire.respond(here, head);
    }

    @Override
    public void body(ByteBuf data) {
        exchange().record.bytesOut += data.readableBytes();
        wire.body(data);
    }

    @Override
    public void end(@Nullable Headers trailers) {
        wire.finish(exchange(), trailers);
        over(true);
        wire.answered();
    }

    @Override
    public void fail(Failure failure) {
        Exchange here = exchange();
        forwarding = false;
        if (!answering) {
            answer(Reply.of(failure));
            return;
        }
        here.record.failure = failure;
        over(true);
        wire.cut(failure);
    }

    @Override
    public boolean writable() {
        return wire.writable();
    }

    @Override
    public void pauseBody() {
        wire.pauseBody();
    }

    @Override
    public void resumeBody() {
        wire.resumeBody();
    }

    // ---- ends ----

    private void over(boolean reusable) {
        Exchange here = exchange();
        Forward onward = forward;
        Route on = route;
        if (on != null) {
            on.filters().onEnd(here);
        }
        leave();
        exchange = null;
        forward = null;
        forwarding = false;
        route = null;
        if (onward != null) {
            worker.spare(onward);
        }
        boolean heldByFilter = waiting;
        waiting = false;
        worker.ended(here, reusable && !heldByFilter);
    }

    /// Gives up the place, or the wait for one.
    private void leave() {
        ServiceOnLoop left = service;
        Turn waited = turn;
        service = null;
        turn = null;
        if (waited != null) {
            waited.cancel();
        }
        if (entered && left != null) {
            entered = false;
            left.admission().leave();
        }
    }

    private void cancelForward() {
        Forward onward = forward;
        if (onward != null && forwarding) {
            forwarding = false;
            onward.cancel();
        }
    }
}
