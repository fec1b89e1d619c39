package dev.weir.listen;

import dev.weir.http.Http2HeadReader;
import dev.weir.http.LimitsConfig;
import dev.weir.http.Parsed;
import dev.weir.listen.Glitches.Kind;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import org.jspecify.annotations.Nullable;

/// The streams of a client's HTTP/2 connection: gives each request a [Http2Wire], finds whose a frame is, and remembers which streams were
/// closed last, and by whom.
///
/// Confined to one event loop. Source: RFC 9113 §5.1.
final class Http2Streams implements Http2HeadDecoder.Owner {
    /// Streams that were closed last, by id; with [#WAS_RESET] those that this side reset.
    private static final int REMEMBERED = 128;

    private static final int WAS_RESET = 1 << 31;

    private final Worker worker;
    private final Http2Connection connection;
    private final Http2HeadDecoder heads;
    private final int[] closedStreams = new int[REMEMBERED];
    private io.netty.handler.codec.http2.@Nullable Http2Connection state;
    private io.netty.handler.codec.http2.Http2Connection.@Nullable PropertyKey key;
    private @Nullable Http2Wire wires;
    private @Nullable Http2Wire incoming;
    private @Nullable Http2Wire trailing;
    private int count;
    private int closedCount;

    Http2Streams(Worker worker, Http2Connection connection, LimitsConfig limits) {
        this.worker = worker;
        this.connection = connection;
        this.heads = new Http2HeadDecoder(limits, this);
    }

    /// What reads the heads of these streams.
    Http2HeadDecoder heads() {
        return heads;
    }

    /// Hears of frames and closings from now on.
    void watch(Http2Codec codec) {
        var here = state = codec.connection();
        key = here.newKey();
        here.addListener(new Closings());
        codec.decoder().frameListener(new Arrivals());
    }

    private io.netty.handler.codec.http2.Http2Connection state() {
        var here = state;
        if (here == null) {
            throw new IllegalStateException("no codec");
        }
        return here;
    }

    private io.netty.handler.codec.http2.Http2Connection.PropertyKey key() {
        var here = key;
        if (here == null) {
            throw new IllegalStateException("no codec");
        }
        return here;
    }

    // ---- which there are ----

    /// How many requests or answers are under way.
    int count() {
        return count;
    }

    @Nullable Http2Stream stream(int id) {
        return state().stream(id);
    }

    @Nullable Http2Wire wire(int id) {
        Http2Stream stream = stream(id);
        return stream == null ? null : stream.getProperty(key());
    }

    boolean mayHaveExisted(int id) {
        return state().streamMayHaveExisted(id);
    }

    /// This side resets a stream.
    void resetting(int id) {
        if (stream(id) == null) {
            remember(id | WAS_RESET);
        }
    }

    private void remember(int entry) {
        closedStreams[closedCount++ & REMEMBERED - 1] = entry;
    }

    private boolean remembers(int entry) {
        for (int one : closedStreams) {
            if (one == entry) {
                return true;
            }
        }
        return false;
    }

    /// Whether this side reset the stream not long ago.
    boolean wasReset(int id) {
        return stream(id) == null && remembers(id | WAS_RESET);
    }

    /// Whether the stream was closed not long ago, and not by a reset of this side.
    boolean wasClosed(int id) {
        return remembers(id);
    }

    // ---- what arrives ----

    @Override
    public void begin(int streamId, Http2HeadReader reader) {
        Http2Stream known = stream(streamId);
        Http2Wire on = known == null ? null : known.getProperty(key());
        Http2Wire fresh = incoming;
        trailing = null;
        if (known != null && on != null && known.state() != Http2Stream.State.HALF_CLOSED_REMOTE) {
            trailing = on;
            reader.beginTrailers(on.trailers());
            return;
        }
        if (fresh != null) {
            // The stream of the block before was refused.
            fresh.forget();
        } else {
            fresh = incoming = worker.http2Wire();
        }
        reader.begin(fresh.begin(connection));
    }

    /// What the decoder has found well-formed and in its place.
    private final class Arrivals extends Http2FrameAdapter {
        @Override
        public void onHeadersRead(
                ChannelHandlerContext ctx,
                int streamId,
                Http2Headers headers,
                int streamDependency,
                short weight,
                boolean exclusive,
                int padding,
                boolean endStream) {
            Http2HeadReader reader = heads.reader();
            Parsed parsed = reader.finish(!endStream);
            Http2Wire on = trailing;
            Http2Wire fresh = incoming;
            if (on != null) {
                trailing = null;
                on.trailed(parsed, reader.broken());
            } else if (fresh != null) {
                incoming = null;
                opened(fresh, streamId, parsed, reader.broken(), endStream);
            }
        }

        @Override
        public int onDataRead(
                ChannelHandlerContext ctx,
                int streamId,
                ByteBuf data,
                int padding,
                boolean endOfStream) {
            Http2Wire wire = wire(streamId);
            int length = data.readableBytes();
            if (wire == null) {
                return length + padding;
            }
            try {
                return wire.data(data, padding, endOfStream);
            } catch (RuntimeException e) {
                wire.bug(e);
                return length + padding;
            }
        }

        @Override
        public void onPingAckRead(ChannelHandlerContext ctx, long data) {
            connection.pingAnswered(data);
        }

        @Override
        public void onSettingsRead(ChannelHandlerContext ctx, Http2Settings settings) {
            connection.touch();
        }

        @Override
        public void onWindowUpdateRead(ChannelHandlerContext ctx, int streamId, int increment) {
            connection.touch();
        }
    }

    private void opened(
            Http2Wire wire, int streamId, Parsed parsed, boolean broken, boolean endStream) {
        Http2Stream stream = stream(streamId);
        if (stream == null) {
            throw new IllegalStateException("a head without a stream");
        }
        stream.setProperty(key(), wire);
        link(wire);
        connection.requestBegins();
        if (broken) {
            connection.odd(Kind.BROKEN);
        }
        try {
            wire.head(stream, parsed, broken, endStream);
        } catch (RuntimeException e) {
            wire.bug(e);
        }
        connection.requestBegan();
    }

    private void link(Http2Wire wire) {
        Http2Wire first = wires;
        wire.next = first;
        if (first != null) {
            first.previous = wire;
        }
        wires = wire;
        count++;
    }

    private void unlink(Http2Wire wire) {
        Http2Wire previous = wire.previous;
        Http2Wire next = wire.next;
        if (previous != null) {
            previous.next = next;
        } else if (wires == wire) {
            wires = next;
        }
        if (next != null) {
            next.previous = previous;
        }
        wire.previous = wire.next = null;
        count--;
    }

    /// Hears of every stream that is over, whoever ended it.
    private final class Closings extends Http2ConnectionAdapter {
        @Override
        public void onStreamClosed(Http2Stream stream) {
            remember(stream.isResetSent() ? stream.id() | WAS_RESET : stream.id());
            Http2Wire wire = stream.removeProperty(key());
            if (wire != null) {
                unlink(wire);
                wire.closed();
                worker.spare(wire);
                connection.idleIfDone();
            }
        }
    }

    // ---- all of them ----

    /// The client hears nothing any more.
    void gone() {
        for (Http2Wire wire = wires; wire != null; wire = wire.next) {
            wire.gone();
        }
    }

    /// There will be no more streams.
    void end() {
        gone();
        Http2Wire fresh = incoming;
        if (fresh != null) {
            incoming = null;
            fresh.forget();
            worker.spare(fresh);
        }
    }

    /// Ends them because time is up for all.
    ///
    /// @return whether one was not over
    boolean cut() {
        boolean busy = false;
        Http2Wire wire = wires;
        while (wire != null) {
            Http2Wire next = wire.next;
            busy |= wire.cutNow();
            wire = next;
        }
        return busy;
    }

    /// Bytes held for them.
    long held() {
        long sum = 0;
        for (Http2Wire wire = wires; wire != null; wire = wire.next) {
            sum += wire.held();
        }
        return sum;
    }

    /// Memory is counted again: they go on reading what may be read.
    void relieve() {
        Http2Wire wire = wires;
        while (wire != null) {
            Http2Wire next = wire.next;
            wire.relieve();
            wire = next;
        }
    }
}
