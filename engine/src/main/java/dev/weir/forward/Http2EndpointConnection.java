package dev.weir.forward;

import dev.weir.exchange.Failure;
import dev.weir.http.Http2Fields;
import dev.weir.http.LimitsConfig;
import dev.weir.runtime.Loop;
import dev.weir.runtime.Outlet;
import dev.weir.runtime.Timers;
import dev.weir.service.ConnectionsConfig;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Exception.StreamException;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2LocalFlowController;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.util.AsciiString;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One HTTP/2 connection to an endpoint; its streams are [Http2EndpointStream]s. Frames, HPACK, windows and the order of frames are
/// Netty's. Trusts the endpoint in nothing: what breaks the rules of a stream ends the stream, what breaks those of the connection
/// ends the connection, and each request on it fails by the usual rules. Confined to one event loop. Source: RFC 9113.
final class Http2EndpointConnection extends Http2ConnectionHandler
        implements Dialer.Caller, Timers.Expiry {
    /// Endpoints guard themselves against clients that reset stream after stream, and close the connection: Netty's after 200
    /// within 30 s. A connection on which so many requests were cancelled gets no new ones.
    private static final int MOST_CANCELLED = 100;

    /// The last ids are not used, so that none is missing for a request that has begun.
    private static final int LAST_STREAM = Integer.MAX_VALUE - 1000;

    /// For all streams together: enough to keep the socket busy while the loop does something else.
    private static final WriteBufferWaterMark WATER_MARK =
            new WriteBufferWaterMark(64 << 10, 256 << 10);

    private final Http2Carriers carriers;
    private final Loop loop;
    private final LimitsConfig limits;
    private final ConnectionsConfig config;
    private final Http2Connection.PropertyKey key;
    private final OddFrames odd;
    private final Timers.Timer idleTimer;
    private final Http2Liveness liveness;
    private final long expiresNanos;

    /// Requests that came before the connection stood.
    private final Deque<Http2EndpointStream> waiting = new ArrayDeque<>();

    /// Requests that need to know the endpoint's settings.
    private final Deque<Http2EndpointStream> unsettled = new ArrayDeque<>();

    /// Streams of which enough was sent that they take data again.
    private final List<Http2EndpointStream> drained = new ArrayList<>();

    private @Nullable ChannelHandlerContext context;
    private @Nullable Outlet outlet;
    private boolean dialed;
    private boolean active;
    private boolean standing;
    private boolean settled;
    private boolean takesConnects;
    private boolean retired;
    private boolean flushing;
    private int cancelled;

    static Http2EndpointConnection to(Http2Carriers carriers) {
        return new Http2EndpointSettings(carriers).build();
    }

    /// To be made by [#to] only.
    Http2EndpointConnection(
            Http2ConnectionDecoder decoder,
            Http2ConnectionEncoder encoder,
            Http2Settings settings,
            Http2Connection.PropertyKey key,
            Http2Carriers carriers) {
        super(decoder, encoder, settings, false, false);
        this.carriers = carriers;
        this.loop = carriers.loop;
        this.limits = carriers.limits;
        this.config = carriers.config;
        this.key = key;
        this.odd = new OddFrames(loop.now());
        this.idleTimer = loop.timers().timer(this);
        this.liveness = new Http2Liveness(loop, config.connectTimeout().toNanos(), this::dead);
        this.expiresNanos = loop.now() + config.lifeNanos(loop.random());
        decoder.frameListener(new Http2EndpointFrames(this));
        connection().addListener(new Closings());
    }

    ChannelHandlerContext context() {
        ChannelHandlerContext open = context;
        if (open == null) {
            throw new IllegalStateException("not opened");
        }
        return open;
    }

    Outlet outlet() {
        Outlet open = outlet;
        if (open == null) {
            throw new IllegalStateException("not opened");
        }
        return open;
    }

    Loop loop() {
        return loop;
    }

    LimitsConfig limits() {
        return limits;
    }

    AsciiString scheme() {
        return carriers.secure() ? Http2Fields.HTTPS : Http2Fields.HTTP;
    }

    OddFrames odd() {
        return odd;
    }

    // ---- opening ----

    @Override
    public void opening(Channel channel) {
        channel.config().setWriteBufferWaterMark(WATER_MARK);
        outlet = new Outlet(loop, channel);
    }

    @Override
    public void opened() {
        dialed = true;
        begin();
    }

    @Override
    public void failed(Throwable cause) {
        retire();
        while (!waiting.isEmpty()) {
            waiting.removeFirst().connectFailed(cause);
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) throws Exception {
        context = ctx;
        super.handlerAdded(ctx);
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) throws Exception {
        super.channelActive(ctx);
        active = true;
        begin();
    }

    /// Nothing may be written before the preface, which is when the channel becomes active; and nothing should before whoever dialed
    /// says that the connection stands.
    private void begin() {
        if (!dialed || !active) {
            return;
        }
        standing = true;
        outlet().flushLater();
        while (!waiting.isEmpty()) {
            waiting.removeFirst().connected();
        }
        rest();
    }

    // ---- streams ----

    /// Whether the endpoint has accepted it; TLS may be still to come.
    boolean accepted() {
        return active;
    }

    boolean stands() {
        return standing;
    }

    /// Whether another request may be sent on it.
    boolean hasRoom() {
        return !retired
                && !liveness.inDoubt()
                && connection().local().numActiveStreams() + waiting.size() + unsettled.size()
                        < mostStreams()
                && loop.now() < expiresNanos;
    }

    private int mostStreams() {
        int allowed = settled ? connection().local().maxActiveStreams() : carriers.streams();
        return Math.min(config.streams(), allowed);
    }

    Http2EndpointStream stream(Errand errand) {
        idleTimer.clear();
        return new Http2EndpointStream(this, errand);
    }

    /// A stream for a request that is sent when the connection stands.
    Http2EndpointStream await(Errand errand) {
        Http2EndpointStream stream = new Http2EndpointStream(this, errand);
        waiting.addLast(stream);
        return stream;
    }

    /// Forgets a stream that waits.
    void forget(Http2EndpointStream stream) {
        waiting.remove(stream);
        unsettled.remove(stream);
    }

    /// Whether the endpoint's settings are known.
    boolean settled() {
        return settled;
    }

    /// Whether the endpoint takes extended CONNECTs (RFC 8441 §3).
    boolean takesConnects() {
        return takesConnects;
    }

    /// Tells this stream when the endpoint's settings are known.
    void awaitSettings(Http2EndpointStream stream) {
        unsettled.addLast(stream);
    }

    /// Creates a stream by sending its head.
    ///
    /// @return null if that could not be done
    @Nullable Http2Stream begin(Http2EndpointStream by, Http2Headers head, boolean last) {
        int id = connection().local().incrementAndGetNextStreamId();
        if (id >= LAST_STREAM) {
            retire();
        }
        ChannelHandlerContext ctx = context();
        var _ = encoder().writeHeaders(ctx, id, head, 0, last, ctx.newPromise());
        Http2Stream stream = connection().stream(id);
        if (stream != null) {
            stream.setProperty(key, by);
        }
        outlet().flushLater();
        return stream;
    }

    @Nullable Http2EndpointStream of(@Nullable Http2Stream stream) {
        return stream == null ? null : stream.getProperty(key);
    }

    @Nullable Http2EndpointStream of(int id) {
        return of(connection().stream(id));
    }

    Http2LocalFlowController windows() {
        return decoder().flowController();
    }

    void reset(int id, long code) {
        ChannelHandlerContext ctx = context();
        var _ = encoder().writeRstStream(ctx, id, code, ctx.newPromise());
        outlet().flushLater();
    }

    Http2Liveness liveness() {
        return liveness;
    }

    /// A request was given up.
    ///
    /// @param readsBefore how often something had been read when it was sent
    void cancelled(long sentNanos, long readsBefore) {
        if (++cancelled >= MOST_CANCELLED) {
            retire();
        }
        if (context().channel().isActive() && liveness.doubt(sentNanos, readsBefore)) {
            ChannelHandlerContext ctx = context();
            var _ = encoder().writePing(ctx, false, readsBefore, ctx.newPromise());
            outlet().flushLater();
        }
    }

    private void dead() {
        retire();
        // Not in order: nobody would read what is said.
        context().close();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
        loop.arrived();
        liveness.heard();
        super.channelRead(ctx, message);
    }

    // ---- sending ----

    /// This stream takes data again; its errand hears of it when what goes on now is over.
    void drained(Http2EndpointStream stream) {
        drained.add(stream);
    }

    @Override
    public void flush(ChannelHandlerContext ctx) {
        boolean outer = !flushing;
        flushing = true;
        try {
            super.flush(ctx);
        } finally {
            if (outer) {
                flushing = false;
            }
        }
        // They write, which is not to happen while windows are shared out.
        for (int i = 0; outer && i < drained.size(); i++) {
            drained.get(i).tellWritable();
        }
        if (outer) {
            drained.clear();
        }
    }

    /// What a stream's share of the bytes is that wait for the socket.
    long heldForAll() {
        return outlet().held() / Math.max(1, connection().numActiveStreams());
    }

    // ---- ends ----

    /// The endpoint's settings are known, or known anew.
    ///
    /// @param connects what they say of extended CONNECTs, or null if they say nothing of them
    void settled(@Nullable Boolean connects) {
        settled = true;
        takesConnects = connects == null ? takesConnects : connects;
        carriers.allowed(connection().local().maxActiveStreams());
        if (connection().local().maxActiveStreams() == 0) {
            retire();
        }
        while (!unsettled.isEmpty()) {
            unsettled.removeFirst().settled();
        }
        rest();
    }

    /// Gets no more requests, and is closed when those under way are over.
    void retire() {
        leave();
        rest();
    }

    private void leave() {
        if (!retired) {
            retired = true;
            idleTimer.drop();
            carriers.retired(this);
        }
    }

    /// Whether no request is under way.
    boolean idle() {
        return connection().numActiveStreams() == 0 && waiting.isEmpty() && unsettled.isEmpty();
    }

    private void rest() {
        if (!idle() || outlet == null) {
            return;
        }
        if (retired || loop.now() >= expiresNanos || carriers.keepsEnough()) {
            end();
        } else if (standing) {
            idleTimer.at(Math.min(expiresNanos, loop.now() + config.idle().toNanos()));
        }
    }

    private void end() {
        leave();
        var _ = context().channel().close();
    }

    @Override
    public void expired() {
        if (idle()) {
            end();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
        leave();
        super.channelInactive(ctx);
        liveness.end();
        failed(new ClosedChannelException());
        failUnsettled(Failure.ENDPOINT_RESET);
        outlet().discard();
    }

    @Override
    protected void onStreamError(
            ChannelHandlerContext ctx, boolean outbound, Throwable cause, StreamException error) {
        Http2Stream stream = connection().stream(error.streamId());
        if (outbound && (stream == null || stream.state() == Http2Stream.State.CLOSED)) {
            // What was still to be sent on a stream that is over.
            return;
        }
        if (stream == null) {
            // What was on its way when the stream was reset. Were each piece answered by another
            // reset, the endpoint could think that it is attacked (RFC 9113 §5.4.2).
            if (odd.flood(loop.now())) {
                onError(ctx, false, Http2EndpointFrames.flooded());
            }
            return;
        }
        super.onStreamError(ctx, outbound, cause, error);
        Http2EndpointStream ours = of(stream);
        if (ours != null) {
            ours.closed(outbound ? Failure.ENDPOINT_RESET : Failure.BAD_ANSWER);
        }
    }

    @Override
    protected void onConnectionError(
            ChannelHandlerContext ctx,
            boolean outbound,
            Throwable cause,
            @Nullable Http2Exception error) {
        leave();
        super.onConnectionError(ctx, outbound, cause, error);
        // Whoever has never said that it speaks HTTP/2 does not.
        Failure failure = settled ? Failure.ENDPOINT_RESET : Failure.BAD_ANSWER;
        List<Http2EndpointStream> broken = new ArrayList<>();
        try {
            connection()
                    .forEachActiveStream(
                            stream -> {
                                Http2EndpointStream ours = of(stream);
                                if (ours != null) {
                                    broken.add(ours);
                                }
                                return true;
                            });
        } catch (Http2Exception never) {
            throw new IllegalStateException(never);
        }
        broken.forEach(stream -> stream.closed(failure));
        failUnsettled(failure);
    }

    private void failUnsettled(Failure failure) {
        while (!unsettled.isEmpty()) {
            unsettled.removeFirst().closed(failure);
        }
    }

    /// An I/O error of this connection.
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) throws Exception {
        if (cause instanceof IOException) {
            ctx.close();
        } else {
            super.exceptionCaught(ctx, cause);
        }
    }

    /// Hears of streams that end, however they end, and of the endpoint's farewell.
    private final class Closings extends Http2ConnectionAdapter {
        @Override
        public void onGoAwayReceived(int lastStreamId, long errorCode, ByteBuf debugData) {
            retire();
        }

        @Override
        public void onStreamClosed(Http2Stream stream) {
            Http2EndpointStream ours = of(stream);
            if (ours != null) {
                boolean unseen =
                        connection().goAwayReceived()
                                && stream.id() > connection().local().lastStreamKnownByPeer();
                ours.closed(unseen ? Failure.REFUSED : Failure.ENDPOINT_RESET);
            }
            rest();
        }
    }
}
