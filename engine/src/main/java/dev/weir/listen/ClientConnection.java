package dev.weir.listen;

import dev.weir.exchange.ClientStream;
import dev.weir.exchange.Exchange;
import dev.weir.exchange.Failure;
import dev.weir.exchange.Reply;
import dev.weir.filter.Verdict;
import dev.weir.forward.Chunks;
import dev.weir.forward.Forward;
import dev.weir.forward.ServiceOnLoop;
import dev.weir.forward.Turn;
import dev.weir.http.BodyReader;
import dev.weir.http.HeadWriter;
import dev.weir.http.HeadWriter.Persistence;
import dev.weir.http.Headers;
import dev.weir.http.LimitsConfig;
import dev.weir.http.Method;
import dev.weir.http.Parsed;
import dev.weir.http.Provenance;
import dev.weir.http.RequestHead;
import dev.weir.http.RequestParser;
import dev.weir.http.ResponseHead;
import dev.weir.route.Route;
import dev.weir.runtime.Loop;
import dev.weir.runtime.Outlet;
import dev.weir.runtime.Timers;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.SocketChannel;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// One HTTP/1.x connection of a client: reads requests, one at a time and in order, lets each go its [Way], and writes the
/// answers. Bytes of a request that is not yet due wait here while the connection is not read.
///
/// Confined to one event loop. Source: RFC 9112 §9, RFC 9110 §10.1.1.
final class ClientConnection extends ChannelInboundHandlerAdapter
        implements ClientStream, Timers.Expiry, Turn.Guest {
    /// An unread rest of a body up to this size is skipped to keep the connection; a larger one costs more
    /// than a new connection.
    private static final long MOST_SKIPPED_BYTES = 64 << 10;

    /// A connection that is being closed is read on for a while, because closing with unread bytes makes the
    /// kernel send a reset, which can destroy the answer before the client reads it (RFC 9112 §9.6).
    private static final long LINGER_NANOS = Duration.ofSeconds(2).toNanos();

    private static final int MOST_LINGER_BYTES = 1 << 20;

    /// How long a client may take nothing of what was written after its exchange is over.
    private static final long STALL_NANOS = Duration.ofMinutes(1).toNanos();

    /// So much of a body must come in twice `limits.body-idle`: else a byte now and then would hold an endpoint's
    /// connection for ever. With the default of 30 s these are 68 B/s; Apache's mod_reqtimeout asks for 500, Kestrel for 240.
    private static final int LEAST_BODY_BYTES = 4 << 10;

    /// A head up to this size holds no more memory than the connection does anyway.
    private static final int SMALL_HEAD = 4 << 10;

    private enum Phase {
        /// Between two requests.
        IDLE,
        /// In a request's head.
        HEAD,
        /// A request is on its way.
        EXCHANGE,
        /// Answered; the rest of the request's body is skipped.
        SKIP,
        /// Answered for the last time; closed when all is written.
        FLUSH,
        /// Answered for the last time; read on until the client closes.
        LINGER,
        CLOSED
    }

    private final Worker worker;
    private final Loop loop;
    private final Listener listener;
    private final Way way;
    private final LimitsConfig limits;
    private final RequestParser parser;
    private final BodyReader body;
    private final Timers.Timer timer;
    private final Channel channel;
    private final Outlet outlet;
    private final Provenance.Peer peer;

    @Nullable ClientConnection next;
    @Nullable ClientConnection previous;

    private Phase phase = Phase.IDLE;
    private @Nullable Exchange exchange;
    private @Nullable Forward forward;
    private @Nullable Route route;

    /// The service that the request goes to, and once it has a place there, that it has one.
    private @Nullable ServiceOnLoop service;

    private @Nullable Turn turn;
    private @Nullable ByteBuf pending;
    private int requests;
    private int lingered;
    private long heldBefore;
    private long movedNanos;
    private long paceBytes;
    private long paceNanos;
    private boolean reading;

    /// Whether reading may go on after the read in which this was found out.
    private boolean resumed;

    private boolean paused;
    private boolean waiting;
    private boolean entered;
    private boolean forwarding;
    private boolean answering;
    private boolean chunked;
    private boolean untilClose;
    private boolean persistent;

    ClientConnection(Worker worker, Listener listener, Channel channel) {
        this.worker = worker;
        this.loop = worker.loop();
        this.listener = listener;
        this.way = new Way(worker);
        this.limits = worker.snapshot().limits();
        this.parser = new RequestParser(limits);
        this.body = new BodyReader(limits);
        this.timer = loop.timers().timer(this);
        this.channel = channel;
        this.outlet = new Outlet(loop, channel);
        var address = ((InetSocketAddress) channel.remoteAddress()).getAddress();
        this.peer = worker.snapshot().provenance().peer(address);
    }

    String listener() {
        return listener.name();
    }

    // ---- what arrives ----

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        worker.opened(this);
        timer.at(loop.now() + limits.headerTimeout().toNanos());
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        loop.arrived();
        consume((ByteBuf) message);
    }

    /// Takes what arrived, as far as it is due, and releases it.
    private void consume(ByteBuf in) {
        ByteBuf waitingBytes = pending;
        if (waitingBytes != null) {
            waitingBytes.writeBytes(in);
            in.release();
            return;
        }
        reading = true;
        try {
            boolean due = true;
            while (due && in.isReadable()) {
                due =
                        switch (phase) {
                            case IDLE -> begin();
                            case HEAD -> head(in);
                            case EXCHANGE ->
                                    !body.done() && !waiting && turn == null && requestBody(in);
                            case SKIP -> skip(in);
                            case LINGER -> linger(in);
                            case FLUSH, CLOSED -> {
                                in.skipBytes(in.readableBytes());
                                yield false;
                            }
                        };
            }
            if (in.isReadable() && phase != Phase.CLOSED) {
                stash(in);
            }
        } finally {
            reading = false;
            in.release();
        }
        if (resumed) {
            resumed = false;
            resume();
        }
    }

    /// Keeps bytes that are not due yet, and reads no more.
    private void stash(ByteBuf in) {
        loop.pressure().added(in.readableBytes());
        pending = channel.alloc().buffer(in.readableBytes()).writeBytes(in);
        channel.config().setAutoRead(false);
    }

    /// Goes on with what was kept, if it is due now.
    private void resume() {
        ByteBuf kept = pending;
        if (phase == Phase.CLOSED) {
            return;
        }
        if (reading) {
            resumed = true;
            return;
        }
        if (kept != null) {
            pending = null;
            consume(kept);
        }
        if (pending == null && !paused && phase != Phase.CLOSED) {
            channel.config().setAutoRead(true);
        }
    }

    /// A client that sends requests but takes no answers gets no further ones until it does.
    private boolean begin() {
        if (!outlet.writable()) {
            return false;
        }
        Exchange next = exchange = worker.exchange();
        next.record.beganNanos = loop.now();
        answering = false;
        phase = Phase.HEAD;
        timer.clear();
        return true;
    }

    private boolean head(ByteBuf in) {
        Exchange here = exchange();
        RequestHead head = here.request();
        Parsed parsed = parser.parse(in, head);
        if (parsed == Parsed.INCOMPLETE) {
            loop.pressure().added(head.heldBytes());
            if (head.heldBytes() > SMALL_HEAD && loop.pressure().refusesRequests()) {
                overloaded(here);
                return true;
            }
            if (!timer.isSet()) {
                // Absolute: set with the first byte and not moved by others.
                timer.at(here.record.beganNanos + limits.headerTimeout().toNanos());
            }
            return true;
        }
        timer.clear();
        phase = Phase.EXCHANGE;
        requests++;
        here.record.headNanos = loop.now();
        if (parsed != Parsed.COMPLETE) {
            refuse(parsed);
            return true;
        }
        if (loop.pressure().refusesRequests()) {
            overloaded(here);
            return true;
        }
        body.begin(head.bodyLength());
        persistent =
                head.persistent()
                        && (limits.requestsPerConnection() == 0
                                || requests < limits.requestsPerConnection());
        way.go(here, this, peer);
        if (phase == Phase.EXCHANGE && !body.done()) {
            awaitBody(true);
        }
        return true;
    }

    /// There is no memory for this request.
    private void overloaded(Exchange here) {
        timer.clear();
        phase = Phase.EXCHANGE;
        persistent = false;
        here.record.retryAfterSeconds = 1;
        here.cameFrom(peer.address(), peer.address(), listener.name(), "http");
        answer(Reply.of(Failure.OVERLOADED));
    }

    private void refuse(Parsed parsed) {
        persistent = false;
        Failure failure =
                switch (parsed) {
                    case LINE_TOO_LONG -> Failure.TARGET_TOO_LONG;
                    case HEAD_TOO_LARGE -> Failure.HEAD_TOO_LARGE;
                    case VERSION_NOT_SUPPORTED -> Failure.VERSION_NOT_SUPPORTED;
                    case CODING_NOT_SUPPORTED -> Failure.NOT_IMPLEMENTED;
                    case EXPECTATION_NOT_SUPPORTED -> Failure.EXPECTATION_FAILED;
                    case MALFORMED, INCOMPLETE, COMPLETE -> Failure.BAD_REQUEST;
                };
        exchange().cameFrom(peer.address(), peer.address(), listener.name(), "http");
        answer(Reply.of(failure));
    }

    private boolean requestBody(ByteBuf in) {
        Exchange here = exchange();
        int length;
        while ((length = body.next(in)) > 0) {
            here.record.bytesIn += length;
            if (here.record.bytesIn > here.bodyLimit()) {
                in.skipBytes(length);
                abandon(Failure.BODY_TOO_LARGE);
                return true;
            }
            Forward onward = forward;
            if (onward != null && forwarding) {
                onward.body(in.readRetainedSlice(length));
            } else {
                in.skipBytes(length);
            }
            if (phase != Phase.EXCHANGE) {
                return true;
            }
        }
        if (length == BodyReader.MALFORMED) {
            abandon(Failure.BAD_REQUEST);
            return true;
        }
        if (body.done()) {
            timer.clear();
            Forward onward = forward;
            if (onward != null && forwarding) {
                onward.bodyEnded(body.trailers());
            }
        } else {
            awaitBody(false);
        }
        return true;
    }

    /// Sets the deadline for more of the body.
    ///
    /// @param anew whether the client could not send until now
    private void awaitBody(boolean anew) {
        long now = loop.now();
        long idle = limits.bodyIdle().toNanos();
        long came = exchange().record.bytesIn;
        if (anew || came - paceBytes >= LEAST_BODY_BYTES) {
            paceBytes = came;
            paceNanos = now + 2 * idle;
        }
        timer.at(Math.min(now + idle, paceNanos));
    }

    /// The client broke a rule in the middle of a request.
    private void abandon(Failure failure) {
        persistent = false;
        cancelForward();
        fail(failure);
    }

    private boolean skip(ByteBuf in) {
        int length;
        while ((length = body.next(in)) > 0) {
            in.skipBytes(length);
        }
        if (length == BodyReader.MALFORMED) {
            close();
        } else if (body.done()) {
            idle();
        }
        return true;
    }

    private boolean linger(ByteBuf in) {
        lingered += in.readableBytes();
        in.skipBytes(in.readableBytes());
        if (lingered > MOST_LINGER_BYTES) {
            close();
        }
        return false;
    }

    // ---- what the way says ----

    void take(Route taken) {
        route = taken;
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
            resume();
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
        onward.start(exchange(), to, way.mirror(on), this, on.rules());
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
                                        resume();
                                    }
                                },
                                loop.executor());
    }

    private void decided(
            Exchange here, Route on, @Nullable Verdict verdict, @Nullable Throwable error) {
        if (error != null || verdict == null) {
            listener.bug(here.id(), error == null ? new NullPointerException("no verdict") : error);
            answer(Reply.of(Failure.INTERNAL));
            return;
        }
        switch (verdict) {
            case Verdict.Pass _ -> way.filter(here, this, on);
            case Verdict.Answer decided -> answer(decided.reply());
            case Verdict.Wait again -> await(again);
        }
    }

    /// Answers by itself.
    void answer(Reply said) {
        Exchange here = exchange();
        if (here.id().isEmpty()) {
            here.id(Provenance.newId(loop.random()));
        }
        here.record.failure = said.failure();
        byte[] content = Answers.write(here, said);
        respond(here.response());
        if (content.length > 0 && hasBody(here)) {
            here.record.bytesOut += content.length;
            outlet.write(content, content.length, 0);
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
        if (exchange().request().minorVersion() == 1) {
            write(head, false, Persistence.OPEN);
        }
    }

    @Override
    public void respond(ResponseHead head) {
        Exchange here = exchange();
        RequestHead request = here.request();
        here.record.status = head.status();
        answering = true;
        Route on = route;
        if (on != null) {
            on.filters().onResponse(here, head);
        }
        boolean old = request.minorVersion() == 0;
        boolean counted = head.bodyLength() >= 0;
        chunked = !counted && !old;
        untilClose = !counted && old;
        persistent = persistent && !untilClose && !worker.draining() && restIsShort(request);
        write(
                head,
                chunked,
                persistent ? old ? Persistence.SAID : Persistence.OPEN : Persistence.CLOSE);
    }

    /// Whether what the client has still to send of its request is worth waiting for.
    private boolean restIsShort(RequestHead request) {
        return body.done() || !request.expectsContinue() && body.left() <= MOST_SKIPPED_BYTES;
    }

    private void write(ResponseHead head, boolean inChunks, Persistence connection) {
        HeadWriter writer = loop.headWriter();
        writer.response(head, inChunks, connection, loop.date());
        outlet.write(writer.bytes(), writer.length(), inChunks ? 0 : head.bodyLength());
    }

    @Override
    public void body(ByteBuf data) {
        exchange().record.bytesOut += data.readableBytes();
        if (chunked) {
            Chunks.write(loop.headWriter(), outlet, data);
        } else {
            outlet.write(data);
        }
    }

    @Override
    public void end(@Nullable Headers trailers) {
        Exchange here = exchange();
        if (chunked) {
            HeadWriter writer = loop.headWriter();
            writer.lastChunk(trailers, here.response().headers());
            outlet.write(writer.bytes(), writer.length(), 0);
        }
        over(true);
        if (!persistent) {
            closeInOrder();
        } else if (body.done()) {
            idle();
        } else {
            phase = Phase.SKIP;
            timer.at(loop.now() + limits.bodyIdle().toNanos());
        }
        resume();
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
        if (untilClose || failure == Failure.CLIENT_STALLED) {
            // Only a reset tells an HTTP/1.0 client that this is not the end of the body.
            reset();
        } else {
            close();
        }
    }

    @Override
    public boolean writable() {
        return outlet.writable();
    }

    @Override
    public void pauseBody() {
        if (!body.done()) {
            paused = true;
            channel.config().setAutoRead(false);
        }
    }

    @Override
    public void resumeBody() {
        if (paused) {
            paused = false;
            if (!body.done()) {
                awaitBody(true);
            }
            resume();
        }
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
        paused = false;
        if (onward != null) {
            worker.spare(onward);
        }
        boolean heldByFilter = waiting;
        waiting = false;
        worker.ended(here, reusable && !heldByFilter);
    }

    private void cancelForward() {
        Forward onward = forward;
        if (onward != null && forwarding) {
            forwarding = false;
            onward.cancel();
        }
    }

    private void idle() {
        phase = Phase.IDLE;
        heldBefore = 0;
        if (worker.closesIdle()) {
            closeInOrder();
            return;
        }
        timer.at(loop.now() + limits.keepAlive().toNanos());
    }

    /// Sends what is written, then closes; reads on in between if the client may still be sending.
    private void closeInOrder() {
        ByteBuf kept = pending;
        boolean quiet = body.done() && kept == null && !reading;
        phase = quiet ? Phase.FLUSH : Phase.LINGER;
        if (kept != null) {
            pending = null;
            kept.release();
        }
        outlet.flush();
        var written = channel.writeAndFlush(Unpooled.EMPTY_BUFFER);
        timer.at(loop.now() + LINGER_NANOS);
        if (quiet) {
            var _ = written.addListener(ChannelFutureListener.CLOSE);
        } else {
            channel.config().setAutoRead(true);
            var _ =
                    written.addListener(
                            (ChannelFutureListener)
                                    done -> ((SocketChannel) done.channel()).shutdownOutput());
        }
    }

    private void close() {
        phase = Phase.CLOSED;
        outlet.flush();
        channel.close();
    }

    /// Closes without waiting for the client to take what is written. From a client that takes nothing, the kernel would
    /// otherwise keep it, up to megabytes, and the client would never notice the end.
    private void reset() {
        channel.config().setOption(ChannelOption.SO_LINGER, 0);
        close();
    }

    void closeIfIdle() {
        if (phase == Phase.IDLE) {
            close();
        }
    }

    /// Ends the connection now. Returns whether a request was in flight.
    boolean cut() {
        boolean busy = phase == Phase.EXCHANGE || phase != Phase.CLOSED && outlet.held() > 0;
        if (phase == Phase.EXCHANGE) {
            persistent = false;
            cancelForward();
            fail(Failure.DRAINING);
        }
        if (phase != Phase.CLOSED) {
            close();
        }
        return busy;
    }

    @Override
    public void expired() {
        switch (phase) {
            case IDLE -> expired(limits.keepAlive().toNanos());
            case SKIP -> expired(limits.bodyIdle().toNanos());
            case FLUSH, LINGER -> expired(LINGER_NANOS);
            case HEAD -> {
                if (!parser.begun(exchange().request())) {
                    worker.forget(exchange());
                    exchange = null;
                    close();
                    return;
                }
                phase = Phase.EXCHANGE;
                persistent = false;
                exchange().cameFrom(peer.address(), peer.address(), listener.name(), "http");
                answer(Reply.of(Failure.HEAD_TIMEOUT));
            }
            case EXCHANGE -> {
                if (paused || waiting || turn != null) {
                    awaitBody(true);
                } else if (!body.done()) {
                    abandon(Failure.BODY_TIMEOUT);
                }
            }
            case CLOSED -> {}
        }
    }

    /// The time is up, but it does not count while the client is still reading what was written: then it begins
    /// when all is read. A client that reads nothing for long is cut all the same.
    private void expired(long nanos) {
        long held = outlet.held();
        long now = loop.now();
        if (held == 0 && heldBefore == 0) {
            close();
        } else if (held == heldBefore && now - movedNanos > STALL_NANOS) {
            reset();
        } else if (held == 0) {
            heldBefore = 0;
            timer.at(now + nanos);
        } else {
            if (held != heldBefore) {
                heldBefore = held;
                movedNanos = now;
            }
            timer.at(now + Math.min(nanos, LINGER_NANOS));
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        boolean inEmptyHead = phase == Phase.HEAD && !parser.begun(exchange().request());
        phase = Phase.CLOSED;
        timer.drop();
        worker.closed(this);
        Exchange here = exchange;
        if (here != null && inEmptyHead) {
            exchange = null;
            worker.forget(here);
        } else if (here != null) {
            cancelForward();
            here.record.failure = Failure.CLIENT_GONE;
            if (!answering) {
                here.record.status = Failure.CLIENT_GONE.status();
            }
            over(true);
        }
        ByteBuf kept = pending;
        if (kept != null) {
            pending = null;
            kept.release();
        }
        outlet.discard();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (!channel.isWritable()) {
            return;
        }
        Forward onward = forward;
        if (onward != null && forwarding) {
            onward.clientWritable();
        }
        if (phase == Phase.IDLE) {
            resume();
        }
    }

    /// An I/O error of this connection, or a bug in a step of the way: then the request is answered 500.
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof java.io.IOException) {
            ctx.close();
            return;
        }
        Exchange here = exchange;
        listener.bug(here == null ? "" : here.id(), cause);
        if (here != null && phase == Phase.EXCHANGE) {
            persistent = false;
            cancelForward();
            fail(Failure.INTERNAL);
        } else {
            ctx.close();
        }
    }

    /// Bytes held for this connection: what waits to be read or written, and a head that is large or not complete.
    long held() {
        ByteBuf waitingBytes = pending;
        Exchange here = exchange;
        Forward onward = forward;
        return outlet.held()
                + (waitingBytes == null ? 0 : waitingBytes.readableBytes())
                + (here == null ? 0 : here.request().heldBytes())
                + (onward == null || !forwarding ? 0 : onward.held());
    }

    /// Memory is counted again: goes on reading what may be read.
    void relieve() {
        Forward onward = forward;
        if (onward != null && forwarding) {
            onward.relieve();
        } else if (phase == Phase.IDLE) {
            resume();
        }
    }

    private Exchange exchange() {
        Exchange here = exchange;
        if (here == null) {
            throw new IllegalStateException("no exchange");
        }
        return here;
    }
}
