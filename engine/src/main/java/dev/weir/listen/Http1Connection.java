package dev.weir.listen;

import dev.weir.exchange.Exchange;
import dev.weir.exchange.Failure;
import dev.weir.forward.Chunks;
import dev.weir.http.BodyReader;
import dev.weir.http.HeadWriter;
import dev.weir.http.HeadWriter.Persistence;
import dev.weir.http.Headers;
import dev.weir.http.LimitsConfig;
import dev.weir.http.Parsed;
import dev.weir.http.RequestHead;
import dev.weir.http.RequestParser;
import dev.weir.http.ResponseHead;
import dev.weir.preamble.Ends;
import dev.weir.runtime.Loop;
import dev.weir.runtime.Outlet;
import dev.weir.runtime.PeerEnded;
import dev.weir.runtime.Timers;
import dev.weir.tunnel.ChannelEnd;
import dev.weir.tunnel.End;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.SocketChannel;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// One HTTP/1.x connection of a client: reads requests, one at a time and in order, has each served, and writes the
/// answers. Bytes of a request that is not yet due wait here while the connection is not read.
///
/// Confined to one event loop. Source: RFC 9112 §9, RFC 9110 §10.1.1.
final class Http1Connection extends ClientConnection implements Serving.Wire, Timers.Expiry {
    /// An unread rest of a body up to this size is skipped to keep the connection; a larger one costs more
    /// than a new connection.
    private static final long MOST_SKIPPED_BYTES = 64 << 10;

    /// A connection that is being closed is read on for a while, because closing with unread bytes makes the
    /// kernel send a reset, which can destroy the answer before the client reads it (RFC 9112 §9.6).
    private static final long LINGER_NANOS = Duration.ofSeconds(2).toNanos();

    private static final int MOST_LINGER_BYTES = 1 << 20;

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
        /// The connection has gone on as a tunnel, which is not read here.
        TUNNEL,
        CLOSED
    }

    private final Worker worker;
    private final Loop loop;
    private final Listener listener;
    private final Serving serving;
    private final LimitsConfig limits;
    private final RequestParser parser;
    private final BodyReader body;
    private final Pace pace;
    private final Farewell farewell = new Farewell();
    private final Timers.Timer timer;
    private final Channel channel;
    private final Outlet outlet;
    private final @Nullable Secured secured;

    private Phase phase = Phase.IDLE;
    private @Nullable ByteBuf pending;
    private int requests;
    private int lingered;
    private boolean reading;

    /// Whether reading may go on after the read in which this was found out.
    private boolean resumed;

    private boolean paused;
    private boolean chunked;
    private boolean untilClose;
    private boolean persistent;

    /// @param secured if the connection is encrypted
    Http1Connection(
            Worker worker,
            Listener listener,
            Channel channel,
            Ends ends,
            @Nullable Secured secured) {
        this.worker = worker;
        this.secured = secured;
        this.loop = worker.loop();
        this.listener = listener;
        this.limits = worker.snapshot().limits();
        this.parser = new RequestParser(limits);
        this.body = new BodyReader(limits);
        this.pace = new Pace(limits);
        this.timer = loop.timers().timer(this);
        this.channel = channel;
        this.outlet = new Outlet(loop, channel);
        this.serving = new Serving(worker, this);
        serving.connect(listener, worker.snapshot().provenance().peer(ends), secured);
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
                            case EXCHANGE -> !body.done() && serving.takesBody() && requestBody(in);
                            case SKIP -> skip(in);
                            case LINGER -> linger(in);
                            case FLUSH, TUNNEL, CLOSED -> {
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
        serving.begin();
        phase = Phase.HEAD;
        timer.clear();
        return true;
    }

    private boolean head(ByteBuf in) {
        Exchange here = serving.exchange();
        RequestHead head = here.request();
        Parsed parsed = parser.parse(in, head);
        if (parsed == Parsed.INCOMPLETE) {
            loop.pressure().added(head.heldBytes());
            if (head.heldBytes() > SMALL_HEAD && loop.pressure().refusesRequests()) {
                refuse(Failure.OVERLOADED, 1);
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
            refuse(Failure.of(parsed), 0);
            return true;
        }
        if (loop.pressure().refusesRequests()) {
            refuse(Failure.OVERLOADED, 1);
            return true;
        }
        body.begin(head.bodyLength());
        persistent =
                head.persistent()
                        && (limits.requestsPerConnection() == 0
                                || requests < limits.requestsPerConnection());
        serving.go();
        if (phase == Phase.EXCHANGE && !body.done()) {
            awaitBody(true);
        }
        return true;
    }

    private void refuse(Failure why, int retryAfterSeconds) {
        timer.clear();
        phase = Phase.EXCHANGE;
        serving.refuseHead(why, retryAfterSeconds);
    }

    private boolean requestBody(ByteBuf in) {
        int length;
        while ((length = body.next(in)) > 0) {
            if (!serving.requestBody(in, length) || phase != Phase.EXCHANGE) {
                return true;
            }
        }
        if (length == BodyReader.MALFORMED) {
            serving.abandon(Failure.BAD_REQUEST);
        } else if (body.done()) {
            timer.clear();
            serving.requestEnded(body.trailers());
        } else {
            awaitBody(false);
        }
        return true;
    }

    /// Sets the deadline for more of the body.
    ///
    /// @param anew whether the client could not send until now
    private void awaitBody(boolean anew) {
        timer.at(pace.deadline(loop.now(), serving.exchange().record.bytesIn, anew));
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

    // ---- what goes out ----

    @Override
    public void inform(ResponseHead head) {
        if (serving.exchange().request().minorVersion() == 1) {
            write(head, false, Persistence.OPEN);
        }
    }

    @Override
    public End join(ResponseHead head) {
        write(head, false, Persistence.OPEN);
        phase = Phase.TUNNEL;
        timer.drop();
        ChannelEnd end = new ChannelEnd(loop, outlet, secured != null);
        channel.pipeline().addLast(end);
        channel.pipeline().remove(this);
        var _ = channel.closeFuture().addListener((ChannelFutureListener) _ -> worker.closed(this));
        return end;
    }

    @Override
    public @Nullable ByteBuf early() {
        ByteBuf kept = pending;
        pending = null;
        return kept;
    }

    @Override
    public void respond(Exchange exchange, ResponseHead head) {
        RequestHead request = exchange.request();
        boolean old = request.minorVersion() == 0;
        boolean counted = head.bodyLength() >= 0;
        chunked = !counted && !old;
        untilClose = !counted && old;
        persistent =
                persistent
                        && !untilClose
                        && !worker.draining(listener)
                        && !loop.pressure().refusesRequests()
                        && restIsShort(request);
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
        if (chunked) {
            Chunks.write(loop.headWriter(), outlet, data);
        } else {
            outlet.write(data);
        }
    }

    @Override
    public void content(byte[] content) {
        outlet.write(content, content.length, 0);
    }

    @Override
    public void finish(Exchange exchange, @Nullable Headers trailers) {
        if (chunked) {
            HeadWriter writer = loop.headWriter();
            writer.lastChunk(trailers, exchange.response().headers());
            outlet.write(writer.bytes(), writer.length(), 0);
        }
    }

    @Override
    public void answered() {
        paused = false;
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
    public void cut(Failure why) {
        if (untilClose || why == Failure.CLIENT_STALLED) {
            // Only a reset tells an HTTP/1.0 client that this is not the end of the body.
            reset();
        } else {
            close();
        }
    }

    @Override
    public void last() {
        persistent = false;
    }

    @Override
    public void goOn() {
        resume();
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

    private void idle() {
        phase = Phase.IDLE;
        farewell.begin();
        if (worker.closesIdle(listener)) {
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
                            (ChannelFutureListener) done -> endOutput((SocketChannel) channel));
        }
    }

    private void endOutput(SocketChannel socket) {
        if (secured == null) {
            socket.shutdownOutput();
        } else {
            secured.endOutput(socket);
        }
    }

    private void close() {
        phase = Phase.CLOSED;
        outlet.flush();
        channel.close();
    }

    /// Closes without waiting for the client to take what is written. From a client that takes nothing, the kernel would
    /// otherwise keep it, up to megabytes, and the client would never notice the end. TLS is passed by: it would say an orderly end.
    private void reset() {
        channel.config().setOption(ChannelOption.SO_LINGER, 0);
        phase = Phase.CLOSED;
        outlet.flush();
        channel.unsafe().close(channel.voidPromise());
    }

    /// The next answer says it.
    @Override
    Listener listener() {
        return listener;
    }

    @Override
    void closeIfIdle() {
        if (phase == Phase.IDLE) {
            close();
        }
    }

    @Override
    boolean cut() {
        if (phase == Phase.TUNNEL) {
            boolean joined = serving.busy();
            serving.cutTunnel();
            return joined;
        }
        boolean busy = phase == Phase.EXCHANGE || phase != Phase.CLOSED && outlet.held() > 0;
        if (phase == Phase.EXCHANGE) {
            serving.abandon(Failure.DRAINING);
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
                if (parser.begun(serving.exchange().request())) {
                    refuse(Failure.HEAD_TIMEOUT, 0);
                } else {
                    serving.forget();
                    close();
                }
            }
            case EXCHANGE -> {
                if (paused || !serving.takesBody()) {
                    awaitBody(true);
                } else if (!body.done()) {
                    serving.abandon(Failure.BODY_TIMEOUT);
                }
            }
            case TUNNEL, CLOSED -> {}
        }
    }

    private void expired(long nanos) {
        long then = farewell.ends(loop.now(), outlet.held(), nanos);
        if (then == Farewell.CLOSE) {
            close();
        } else if (then == Farewell.RESET) {
            reset();
        } else {
            timer.at(then);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        boolean inEmptyHead = phase == Phase.HEAD && !parser.begun(serving.exchange().request());
        phase = Phase.CLOSED;
        timer.drop();
        worker.closed(this);
        if (inEmptyHead) {
            serving.forget();
        } else if (serving.busy()) {
            serving.gone();
        }
        ByteBuf kept = pending;
        if (kept != null) {
            pending = null;
            kept.release();
        }
        outlet.discard();
    }

    /// A client that ends while it is not read has gone away, as one that is read.
    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event == PeerEnded.UNREAD) {
            ctx.close();
        }
        ctx.fireUserEventTriggered(event);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (!channel.isWritable()) {
            return;
        }
        serving.clientWritable();
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
        if (phase == Phase.EXCHANGE && serving.busy()) {
            serving.bug(cause);
        } else {
            listener.bug(serving.busy() ? serving.exchange().id() : "", cause);
            ctx.close();
        }
    }

    @Override
    long held() {
        ByteBuf waitingBytes = pending;
        return outlet.held()
                + (waitingBytes == null ? 0 : waitingBytes.readableBytes())
                + serving.held();
    }

    @Override
    void relieve() {
        serving.relieve();
        if (phase == Phase.IDLE) {
            resume();
        }
    }
}
