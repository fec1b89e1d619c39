package dev.weir.forward;

import dev.weir.exchange.Failure;
import dev.weir.http.BodyReader;
import dev.weir.http.HeadWriter;
import dev.weir.http.Headers;
import dev.weir.http.LimitsConfig;
import dev.weir.http.Parsed;
import dev.weir.http.RequestHead;
import dev.weir.http.ResponseHead;
import dev.weir.http.ResponseParser;
import dev.weir.http.WebSocketHandshake;
import dev.weir.pool.EndpointPool;
import dev.weir.pool.Pooled;
import dev.weir.runtime.Loop;
import dev.weir.runtime.Outlet;
import dev.weir.runtime.Reads;
import dev.weir.runtime.Timers;
import dev.weir.service.ConnectionsConfig;
import dev.weir.tunnel.ChannelEnd;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One HTTP/1.1 connection to an endpoint: reads answers and hands them to whose [Errand] it runs; between
/// two turns it waits in its pool. Trusts the endpoint in nothing: a byte too many or too early, and it is closed.
/// Confined to one event loop.
final class Http1EndpointConnection extends ChannelInboundHandlerAdapter
        implements Carrier, Dialer.Caller, Pooled, Timers.Expiry {
    /// More interim answers than anyone sends; beyond it the endpoint is broken (RFC 9110 §15.2 sets no bound).
    private static final int MOST_INTERIM_ANSWERS = 10;

    /// So much of an answer that nobody wants is read, which is cheaper than another connection, for so long.
    private static final int MOST_UNWANTED_BYTES = 16 << 10;

    private static final long UNWANTED_NANOS = 1_000_000_000;

    private final Loop loop;
    private final EndpointPool<Http1EndpointConnection> pool;
    private final ResponseParser parser;
    private final BodyReader body;
    private final Timers.Timer idleTimer;
    private final long idleNanos;
    private final long expiresNanos;
    private final boolean encrypted;

    private @Nullable Channel channel;
    private @Nullable Outlet outlet;
    private @Nullable Errand current;

    /// Of a WebSocket's handshake that Weir makes for a client of HTTP/2.
    private @Nullable String webSocketKey;

    private boolean inChunks;
    private boolean inBody;
    private boolean persistent;
    private boolean broken;
    private boolean idle;
    private int interimAnswers;
    private long keepNanos;

    /// What the outlet had sent before the request.
    private long flushesBefore;

    /// What is special about a connection.
    ///
    /// @param once whether it carries one request only
    /// @param encrypted whether TLS lies between it and the socket
    record Use(boolean once, boolean encrypted) {}

    Http1EndpointConnection(
            Loop loop,
            EndpointPool<Http1EndpointConnection> pool,
            LimitsConfig limits,
            ConnectionsConfig connections,
            Use use) {
        this.loop = loop;
        this.pool = pool;
        this.parser = new ResponseParser(limits);
        this.body = new BodyReader(limits);
        this.idleTimer = loop.timers().timer(this);
        this.idleNanos = connections.idle().toNanos();
        this.encrypted = use.encrypted();
        long life = use.once() ? 0 : connections.lifeNanos(loop.random());
        this.expiresNanos = loop.now() + life;
    }

    // ---- opening ----

    @Override
    public void opening(Channel channel) {
        this.channel = channel;
        this.outlet = new Outlet(loop, channel);
    }

    @Override
    public void opened() {
        Errand errand = current;
        if (errand == null) {
            discard();
        } else {
            errand.connected(this);
        }
    }

    @Override
    public void failed(Throwable cause) {
        Errand errand = current;
        discard();
        if (errand != null) {
            errand.connectFailed(this, cause);
        }
    }

    // ---- the request ----

    @Override
    public void request(RequestHead head, String fallbackHost, int soon) {
        if (head.extendedConnect()) {
            webSocketKey = WebSocketHandshake.begin(head, loop.random());
        }
        flushesBefore = outlet().flushes();
        HeadWriter writer = loop.headWriter();
        writer.request(head, fallbackHost);
        inChunks = head.bodyLength() == RequestHead.CHUNKED;
        outlet().write(writer.bytes(), writer.length(), soon);
    }

    @Override
    public void body(ByteBuf data) {
        if (inChunks) {
            Chunks.write(loop.headWriter(), outlet(), data);
        } else {
            outlet().write(data);
        }
    }

    @Override
    public void end(RequestHead head, @Nullable Headers trailers) {
        if (inChunks) {
            HeadWriter writer = loop.headWriter();
            writer.lastChunk(trailers, head.headers());
            outlet().write(writer.bytes(), writer.length(), 0);
        }
    }

    @Override
    public boolean writable() {
        return outlet().writable();
    }

    @Override
    public long held() {
        return outlet().held();
    }

    /// An endpoint that closes its connection says nothing of what it did before.
    @Override
    public boolean refusable() {
        return false;
    }

    @Override
    public boolean mayHaveBeenDead() {
        return true;
    }

    /// What waited unread when the connection was taken from its pool comes before anything has left.
    @Override
    public boolean unsent() {
        return outlet().flushes() == flushesBefore;
    }

    private Outlet outlet() {
        Outlet open = outlet;
        if (open == null) {
            throw new IllegalStateException("not opened");
        }
        return open;
    }

    /// Serves this errand until [#done] or [#discard].
    void serve(Errand errand) {
        current = errand;
        idle = false;
        inBody = false;
        webSocketKey = null;
        interimAnswers = 0;
        flushesBefore = -1;
        keepNanos = idleNanos;
        idleTimer.clear();
    }

    /// Whether the endpoint has accepted the connection; TLS may be still to come.
    @Override
    public boolean accepted() {
        Channel open = channel;
        return open != null && open.isActive();
    }

    @Override
    public void read(boolean wanted) {
        Channel open = channel;
        if (open != null) {
            open.config().setAutoRead(wanted);
        }
    }

    @Override
    public boolean usable(long nowNanos) {
        Channel open = channel;
        return open != null && open.isActive() && !broken && nowNanos < expiresNanos;
    }

    @Override
    public void discard() {
        current = null;
        broken = true;
        idleTimer.drop();
        Outlet writing = outlet;
        if (writing != null) {
            writing.discard();
        }
        Channel open = channel;
        if (open != null) {
            open.close();
        }
    }

    /// The errand is over: back to the pool, or closed.
    @Override
    public void done(boolean reusable) {
        current = null;
        if (reusable && usable(loop.now())) {
            idle = true;
            if (pool.put(this)) {
                read(true);
                idleTimer.at(loop.now() + keepNanos);
                return;
            }
            idle = false;
        }
        discard();
    }

    /// The errand is over, but not its answer: reads the rest if that is short, so that the connection can be used again.
    @Override
    public void readToEnd(boolean reusable) {
        boolean counted = body.left() != Long.MAX_VALUE;
        if (!reusable || broken || counted && body.left() > MOST_UNWANTED_BYTES) {
            discard();
            return;
        }
        current = new Unwanted();
        read(true);
        idleTimer.at(loop.now() + UNWANTED_NANOS);
    }

    @Override
    public void expired() {
        if (idle) {
            pool.remove(this);
            discard();
        } else if (current instanceof Unwanted) {
            discard();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf in = (ByteBuf) message;
        loop.arrived();
        try {
            if (current == null && in.isReadable() && !broken) {
                // Nobody asked: whoever comes next must not take this for an answer.
                if (idle) {
                    pool.remove(this);
                }
                discard();
                return;
            }
            if (current != null && unsent()) {
                // Came before the request left: an answer to something else.
                current.failed(Failure.ENDPOINT_RESET);
                return;
            }
            while (current != null && in.isReadable()) {
                Errand errand = current;
                Failure failure = inBody ? bodyOf(in, errand) : headOf(in, errand);
                if (failure != null && current == errand) {
                    errand.failed(failure);
                }
                if (current != errand && !(current instanceof Unwanted)) {
                    return;
                }
            }
        } finally {
            in.release();
        }
    }

    private @Nullable Failure headOf(ByteBuf in, Errand errand) {
        ResponseHead head = errand.head();
        Parsed parsed = parser.parse(in, head, errand.asksForHead());
        if (parsed == Parsed.INCOMPLETE) {
            return null;
        }
        if (parsed != Parsed.COMPLETE) {
            return Failure.BAD_ANSWER;
        }
        if (head.status() == 101) {
            return head.webSocket() && errand.mayJoin() && answersKey(head)
                    ? join(in, head, errand)
                    : Failure.BAD_ANSWER;
        }
        if (head.informational()) {
            if (++interimAnswers > MOST_INTERIM_ANSWERS) {
                return Failure.BAD_ANSWER;
            }
            errand.informed(head);
            return null;
        }
        long keep = head.keepAliveSeconds();
        if (keep >= 0) {
            // A second less than the endpoint says: its clock began earlier.
            keepNanos = Math.min(idleNanos, TimeUnit.SECONDS.toNanos(Math.max(0, keep - 1)));
        }
        body.begin(head.bodyLength());
        inBody = true;
        persistent = head.persistent();
        errand.responded(head);
        Errand now = current;
        if (body.done() && now != null && (now == errand || now instanceof Unwanted)) {
            now.ended(persistent && !in.isReadable(), null);
        }
        return null;
    }

    private boolean answersKey(ResponseHead head) {
        String key = webSocketKey;
        return key == null || WebSocketHandshake.answers(head, key);
    }

    /// Leaves the channel to a tunnel.
    private @Nullable Failure join(ByteBuf in, ResponseHead head, Errand errand) {
        Channel open = channel;
        if (open == null) {
            return Failure.BAD_ANSWER;
        }
        ChannelEnd end = new ChannelEnd(loop, outlet(), encrypted);
        open.pipeline().addLast(end);
        open.pipeline().remove(this);
        current = null;
        channel = null;
        broken = true;
        idleTimer.drop();
        errand.joined(head, end, in.readRetainedSlice(in.readableBytes()));
        return null;
    }

    private @Nullable Failure bodyOf(ByteBuf in, Errand errand) {
        int length;
        while ((length = body.next(in)) > 0) {
            errand.body(Reads.take(in, length));
            if (current != errand) {
                return null;
            }
        }
        if (length == BodyReader.MALFORMED) {
            return Failure.BAD_ANSWER;
        }
        if (body.done()) {
            errand.ended(persistent && !in.isReadable(), body.trailers());
        }
        return null;
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        Errand errand = current;
        if (idle) {
            idle = false;
            pool.remove(this);
        }
        idleTimer.drop();
        if (errand != null) {
            if (inBody && body.endsWithConnection() && !broken) {
                errand.ended(false, null);
            } else {
                errand.failed(Failure.ENDPOINT_RESET);
            }
        }
        outlet().discard();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        Errand errand = current;
        if (errand != null && ctx.channel().isWritable()) {
            errand.writable();
        }
    }

    /// Always an I/O error of this connection. A read error closes it, and the close says the rest. After a write error an answer may
    /// still be there to be read, up to the end that must follow.
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        broken = true;
        if (current == null) {
            ctx.close();
        } else {
            read(true);
        }
    }

    /// The rest of an answer that nobody wants.
    private final class Unwanted implements Errand {
        private int bytes;

        @Override
        public boolean asksForHead() {
            return false;
        }

        @Override
        public ResponseHead head() {
            throw new IllegalStateException("the head has been read");
        }

        @Override
        public void connected(Carrier carrier) {}

        @Override
        public void connectFailed(Carrier carrier, Throwable cause) {}

        @Override
        public void informed(ResponseHead head) {}

        @Override
        public void responded(ResponseHead head) {}

        @Override
        public void body(ByteBuf data) {
            bytes += data.readableBytes();
            data.release();
            if (bytes > MOST_UNWANTED_BYTES) {
                discard();
            }
        }

        @Override
        public void ended(boolean reusable, @Nullable Headers trailers) {
            done(reusable);
        }

        @Override
        public void failed(Failure failure) {
            discard();
        }

        @Override
        public void writable() {}
    }
}
