package dev.weir.listen;

import dev.weir.http.LimitsConfig;
import dev.weir.http.Provenance;
import dev.weir.listen.Glitches.Kind;
import dev.weir.preamble.Ends;
import dev.weir.runtime.Loop;
import dev.weir.runtime.Outlet;
import dev.weir.runtime.Timers;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Stream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One HTTP/2 connection of a client, whose streams are [Http2Streams]: watches the time and what is odd, and ends in two steps, so that no
/// request is lost that the client has sent meanwhile. Stands behind the [Http2Codec].
///
/// Confined to one event loop. Source: RFC 9113 §5.1, §6.8, §10.5.
final class Http2Connection extends ClientConnection implements Timers.Expiry {
    /// So long a client may take to notice that it should go, before its last requests are counted.
    private static final long NOTICE_NANOS = Duration.ofSeconds(1).toNanos();

    private static final long LINGER_NANOS = Duration.ofSeconds(2).toNanos();

    private static final int MOST_LINGER_BYTES = 1 << 20;

    /// Marks the `PING` whose answer says that the client has noticed.
    private static final long NOTICED = 0x7765_6972_2d67_6f21L;

    private static final long NEVER = Long.MAX_VALUE;

    private enum Leaving {
        NO,
        /// The client is told to open no more streams, and may have done so meanwhile.
        TOLD,
        /// The last stream is named.
        LAST
    }

    private final Worker worker;
    private final Loop loop;
    private final Listener listener;
    private final LimitsConfig limits;
    private final Provenance.Peer peer;
    private final @Nullable Secured secured;
    private final Channel channel;
    private final Outlet outlet;
    private final Http2Frames frames;
    private final Http2Streams streams;
    private final Http2Inbound inbound;
    private final Http2Codec codec;
    private final Glitches glitches;
    private final Farewell farewell = new Farewell();
    private final Timers.Timer timer;
    private final List<Http2Outflow.Source> drained = new ArrayList<>(2);

    /// Streams whose requests have come with what is being read.
    private final ArrayDeque<Http2Wire> fresh = new ArrayDeque<>(4);

    private @Nullable ChannelHandlerContext context;
    private int requests;
    private int skipped;
    private Leaving leaving = Leaving.NO;
    private boolean closing;
    private boolean gone;

    /// When a head must be whole, the client must have noticed, or an idle connection ends.
    private long headBy;

    private long noticeBy = NEVER;
    private long idleBy;

    Http2Connection(
            Worker worker,
            Listener listener,
            Channel channel,
            Ends ends,
            @Nullable Secured secured) {
        this.worker = worker;
        this.loop = worker.loop();
        this.listener = listener;
        this.limits = worker.snapshot().limits();
        this.channel = channel;
        this.secured = secured;
        this.outlet = new Outlet(loop, channel);
        this.frames = new Http2Frames(loop, outlet, worker.http2Heads());
        this.streams = new Http2Streams(worker, this, limits);
        this.inbound = new Http2Inbound(this, streams);
        this.codec = Http2Codec.of(this, limits, frames, inbound);
        this.timer = loop.timers().timer(this);
        this.peer = worker.snapshot().provenance().peer(ends);
        this.glitches =
                new Glitches(loop.now(), listener.suspects().budget(peer.address(), loop.now()));
        streams.watch(codec);
    }

    /// Puts itself and its codec at the end of the channel's pipeline.
    void join() {
        channel.pipeline().addLast(codec, this);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = channel.pipeline().context(codec);
        worker.opened(this);
        headBy = loop.now() + limits.headerTimeout().toNanos();
        idleBy = loop.now() + limits.http2KeepAlive().toNanos();
        rearm();
        if (worker.draining(listener)) {
            leave(Http2Error.NO_ERROR);
        }
    }

    private ChannelHandlerContext context() {
        ChannelHandlerContext here = context;
        if (here == null) {
            throw new IllegalStateException("not in a pipeline");
        }
        return here;
    }

    // ---- what the codec and the streams ask ----

    @Override
    Listener listener() {
        return listener;
    }

    Provenance.Peer peer() {
        return peer;
    }

    @Nullable Secured secured() {
        return secured;
    }

    Http2Frames frames() {
        return frames;
    }

    ByteBufAllocator alloc() {
        return channel.alloc();
    }

    /// Whether nothing that comes is looked at any more.
    boolean closing() {
        return closing;
    }

    /// Bytes that came behind the end are skipped, up to a bound.
    void skipped(int bytes) {
        skipped += bytes;
        if (skipped > MOST_LINGER_BYTES) {
            close();
        }
    }

    int pendingOf(int id) {
        return inbound.pendingOf(id);
    }

    // ---- what arrives ----

    /// Bytes have come.
    void arrived() {
        loop.arrived();
    }

    /// A request has come. It goes its way when all that came with it was looked at: one that is reset by then reaches no endpoint.
    void goLater(Http2Wire wire) {
        fresh.add(wire);
    }

    /// The request is over before it has gone its way.
    void goNever(Http2Wire wire) {
        fresh.remove(wire);
    }

    /// What has come was looked at.
    void looked() {
        for (Http2Wire wire = fresh.poll(); wire != null; wire = fresh.poll()) {
            try {
                wire.go();
            } catch (RuntimeException e) {
                wire.bug(e);
            }
        }
        if (!inbound.headPending()) {
            if (requests > 0 || codec.decoder().prefaceReceived()) {
                headBy = NEVER;
            }
        } else if (headBy == NEVER) {
            headBy = loop.now() + limits.headerTimeout().toNanos();
            rearm();
        }
    }

    /// A request's head has come.
    void requestBegins() {
        requests++;
        idleBy = NEVER;
    }

    /// That request is on its way, or answered.
    void requestBegan() {
        if (limits.requestsPerConnection() > 0 && requests >= limits.requestsPerConnection()) {
            leave(Http2Error.NO_ERROR);
        }
    }

    void pingAnswered(long data) {
        if (data == NOTICED && leaving == Leaving.TOLD) {
            nameLast();
        }
    }

    /// Data for a stream that is no more: its bytes count against the connection's window all the same.
    void discard(ByteBuf data, int padding) throws Http2Exception {
        codec.decoder().flowController().receiveFlowControlledFrame(null, data, padding, false);
    }

    // ---- what goes out ----

    void enqueue(Http2Stream stream, Http2Outflow more) {
        codec.encoder().flowController().addFlowControlled(stream, more);
        outlet.flushLater();
    }

    void consumed(Http2Stream stream, int bytes) {
        try {
            codec.decoder().flowController().consumeBytes(stream, bytes);
        } catch (Http2Exception e) {
            codec.onError(context(), true, e);
        }
    }

    void reset(int streamId, Http2Error code) {
        streams.resetting(streamId);
        codec.reset(context(), streamId, code);
    }

    void closeLocal(Http2Stream stream) {
        codec.closeStreamLocal(stream, context().newSucceededFuture());
    }

    void sentData() {
        glitches.sentData();
    }

    /// A stream's queue has become short: it hears so when the flow controller is done.
    void drained(Http2Outflow.Source source) {
        drained.add(source);
    }

    void touch() {
        outlet.flushLater();
    }

    void gathered() {
        outlet.pass();
    }

    void flushed() {
        if (channel.isWritable()) {
            frames.taken();
        }
        while (!drained.isEmpty()) {
            drained.removeLast().clientWritable();
        }
    }

    // ---- what is odd ----

    void odd(Kind kind) {
        glitches.count(kind, loop.now());
    }

    void windowUpdated() {
        glitches.windowUpdate(loop.now());
    }

    /// Called behind every frame.
    void judge() {
        if (closing) {
            return;
        }
        if (glitches.spent() || frames.piledUp()) {
            listener.odd(peer, glitches.figures(), loop.now());
            listener.suspects().cut(peer.address(), loop.now());
            broke(Http2Error.ENHANCE_YOUR_CALM, null);
        } else if (glitches.calm()) {
            leave(Http2Error.ENHANCE_YOUR_CALM);
        }
    }

    /// The client broke a rule for one stream.
    void broke(int streamId, Http2Error how) {
        odd(Kind.BROKEN);
        Http2Wire wire = streams.wire(streamId);
        if (wire != null) {
            wire.broken(how);
        } else if (!streams.wasReset(streamId)) {
            reset(streamId, how);
        }
        judge();
    }

    /// The connection cannot go on.
    void broke(Http2Error how, @Nullable Throwable cause) {
        if (closing) {
            return;
        }
        if (cause != null && how == Http2Error.INTERNAL_ERROR) {
            listener.bug("", cause);
        }
        goAway(codec.connection().remote().lastStreamCreated(), how);
        closeInOrder();
        streams.gone();
    }

    private void goAway(int last, Http2Error how) {
        var _ =
                frames.writeGoAway(
                        context(), last, how.code(), Unpooled.EMPTY_BUFFER, context().newPromise());
    }

    // ---- ends ----

    /// Tells the client to open no more streams, and gives it time to notice.
    private void leave(Http2Error why) {
        if (leaving != Leaving.NO || closing) {
            return;
        }
        leaving = Leaving.TOLD;
        tell(Integer.MAX_VALUE, why);
        var _ = frames.writePing(context(), false, NOTICED, context().newPromise());
        noticeBy = loop.now() + NOTICE_NANOS;
        rearm();
    }

    private void nameLast() {
        leaving = Leaving.LAST;
        noticeBy = NEVER;
        tell(codec.connection().remote().lastStreamCreated(), Http2Error.NO_ERROR);
        idleIfDone();
    }

    private void tell(int last, Http2Error why) {
        try {
            if (codec.connection().goAwaySent(last, why.code(), Unpooled.EMPTY_BUFFER)) {
                goAway(last, why);
            }
        } catch (Http2Exception e) {
            listener.bug("", e);
        }
    }

    /// Called when a stream is over.
    void idleIfDone() {
        if (streams.count() > 0 || closing || gone) {
            return;
        }
        if (leaving == Leaving.LAST || worker.closesIdle(listener)) {
            closeIfIdle();
            return;
        }
        farewell.begin();
        idleBy = loop.now() + limits.http2KeepAlive().toNanos();
        rearm();
    }

    private void rearm() {
        long next = Math.min(headBy, Math.min(noticeBy, streams.count() == 0 ? idleBy : NEVER));
        if (next == NEVER) {
            timer.clear();
        } else {
            timer.at(next);
        }
    }

    /// Sends what is written, then says that nothing more will come, and reads on until the client closes, so that no reset destroys
    /// what it has not read.
    private void closeInOrder() {
        closing = true;
        outlet.flush();
        timer.at(loop.now() + LINGER_NANOS);
        var _ =
                channel.writeAndFlush(Unpooled.EMPTY_BUFFER)
                        .addListener((ChannelFutureListener) done -> endOutput(done.channel()));
    }

    private void endOutput(Channel open) {
        if (secured == null) {
            ((SocketChannel) open).shutdownOutput();
        } else {
            secured.endOutput((SocketChannel) open);
        }
    }

    /// Closes without waiting for the client to take what is written. TLS is passed by: it would say an orderly end.
    private void reset() {
        closing = true;
        channel.config().setOption(ChannelOption.SO_LINGER, 0);
        channel.unsafe().close(channel.voidPromise());
    }

    private void close() {
        closing = true;
        outlet.flush();
        channel.close();
    }

    @Override
    void drain() {
        leave(Http2Error.NO_ERROR);
    }

    @Override
    void closeIfIdle() {
        if (streams.count() == 0 && !closing) {
            if (leaving != Leaving.LAST) {
                tell(codec.connection().remote().lastStreamCreated(), Http2Error.NO_ERROR);
            }
            closeInOrder();
        }
    }

    @Override
    boolean cut() {
        boolean busy = outlet.held() > 0 && !closing;
        busy |= streams.cut();
        outlet.flush();
        if (!closing) {
            goAway(codec.connection().remote().lastStreamCreated(), Http2Error.NO_ERROR);
        }
        close();
        return busy;
    }

    @Override
    public void expired() {
        long now = loop.now();
        if (gone) {
            return;
        }
        if (closing) {
            expired(LINGER_NANOS);
        } else if (now >= headBy) {
            broke(Http2Error.ENHANCE_YOUR_CALM, null);
        } else if (now >= noticeBy) {
            nameLast();
        } else if (streams.count() == 0 && now >= idleBy) {
            expired(limits.http2KeepAlive().toNanos());
        } else {
            rearm();
        }
    }

    private void expired(long nanos) {
        long then = farewell.ends(loop.now(), outlet.held(), nanos);
        if (then == Farewell.RESET) {
            reset();
        } else if (then != Farewell.CLOSE) {
            idleBy = then;
            timer.at(then);
        } else if (closing) {
            close();
        } else {
            closeIfIdle();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        gone = closing = true;
        timer.drop();
        worker.closed(this);
        streams.end();
        outlet.discard();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        // The codec hands nothing on.
        throw new IllegalStateException("unexpected " + message);
    }

    /// An I/O error, or a bug; whose request it was is not known.
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof java.io.IOException) {
            ctx.close();
            return;
        }
        broke(Http2Error.INTERNAL_ERROR, cause);
    }

    @Override
    long held() {
        return outlet.held() + streams.held();
    }

    @Override
    void relieve() {
        streams.relieve();
    }
}
