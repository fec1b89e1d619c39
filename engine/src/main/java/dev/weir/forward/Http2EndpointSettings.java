package dev.weir.forward;

import io.netty.handler.codec.http2.AbstractHttp2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.DefaultHttp2LocalFlowController;
import io.netty.handler.codec.http2.DefaultHttp2RemoteFlowController;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.StreamByteDistributor;
import io.netty.handler.codec.http2.UniformStreamByteDistributor;

/// How Netty's HTTP/2 is set up for a connection to an endpoint; used once, for one connection.
final class Http2EndpointSettings
        extends AbstractHttp2ConnectionHandlerBuilder<
                Http2EndpointConnection, Http2EndpointSettings> {
    /// What one stream sends before the next has its turn: a whole frame.
    private static final int LEAST_SHARE = 16 << 10;

    /// A share of its window that the endpoint has used before it gets it back.
    private static final float WINDOW_UPDATE_RATIO = 0.5f;

    /// So many frames without data in a row. Some senders write one before the end of a stream; nobody writes many.
    private static final int MOST_EMPTY_FRAMES = 8;

    /// Time for what is said before a connection is closed.
    private static final long FAREWELL_MILLIS = 1000;

    private final Http2Carriers carriers;
    private final Http2Connection.PropertyKey key;

    Http2EndpointSettings(Http2Carriers carriers) {
        this.carriers = carriers;
        Http2Connection connection = new DefaultHttp2Connection(false, 0);
        key = connection.newKey();
        // A stream whose client reads slowly holds back its own window only: were the
        // connection's window held back too, a few such streams would stop all others.
        connection
                .local()
                .flowController(
                        new DefaultHttp2LocalFlowController(connection, WINDOW_UPDATE_RATIO, true));
        UniformStreamByteDistributor uniform = new UniformStreamByteDistributor(connection);
        uniform.minAllocationChunk(LEAST_SHARE);
        connection
                .remote()
                .flowController(
                        new DefaultHttp2RemoteFlowController(connection, new Watched(uniform)));
        try {
            // From the first moment on, not only when the endpoint has taken note of it.
            connection.local().allowPushTo(false);
        } catch (IllegalArgumentException never) {
            throw new IllegalStateException(never);
        }
        connection(connection);
        initialSettings(
                new Http2Settings()
                        .pushEnabled(false)
                        .maxHeaderListSize(carriers.limits.headers().bytes()));
        // An endpoint that finds a head too large answers 431.
        encoderIgnoreMaxHeaderListSize(true);
        decoderEnforceMaxConsecutiveEmptyDataFrames(MOST_EMPTY_FRAMES);
        gracefulShutdownTimeoutMillis(FAREWELL_MILLIS);
        flushPreface(false);
    }

    @Override
    public Http2EndpointConnection build() {
        return super.build();
    }

    @Override
    protected Http2EndpointConnection build(
            Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings settings)
            throws Exception {
        withoutTable(encoder);
        return new Http2EndpointConnection(decoder, encoder, settings, key, carriers);
    }

    /// Compresses without a table: it would hold on to the bytes of heads that are gone, and what a local network saves by it is
    /// not worth the search.
    static void withoutTable(Http2ConnectionEncoder encoder) throws Http2Exception {
        encoder.configuration().headersConfiguration().maxHeaderTableSize(0);
    }

    /// Tells streams how much of them is not sent yet.
    private final class Watched implements StreamByteDistributor {
        private final StreamByteDistributor shares;

        Watched(StreamByteDistributor shares) {
            this.shares = shares;
        }

        @Override
        public void updateStreamableBytes(StreamState state) {
            shares.updateStreamableBytes(state);
            Http2EndpointStream ours = state.stream().getProperty(key);
            if (ours != null) {
                ours.unsent(state.pendingBytes());
            }
        }

        @Override
        public void updateDependencyTree(int child, int parent, short weight, boolean exclusive) {
            shares.updateDependencyTree(child, parent, weight, exclusive);
        }

        @Override
        public boolean distribute(int maxBytes, Writer writer) throws Http2Exception {
            return shares.distribute(maxBytes, writer);
        }
    }
}
