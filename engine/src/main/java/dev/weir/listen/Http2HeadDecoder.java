package dev.weir.listen;

import dev.weir.http.Http2HeadReader;
import dev.weir.http.LimitsConfig;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.EmptyHeaders;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/// Netty's HPACK decoder, with every field going straight into the byte table of the request it belongs to. Checks nothing and bounds
/// nothing but the size of a block: [Http2HeadReader] does, so that a head that is too large is answered and logged like any other.
///
/// Confined to one event loop.
final class Http2HeadDecoder extends DefaultHttp2HeadersDecoder {
    /// Who knows what a field block is: called before it is decoded.
    interface Owner {
        /// Makes the reader ready for a stream's block.
        void begin(int streamId, Http2HeadReader reader);
    }

    private final Owner owner;
    private final Http2HeadReader reader;
    private final Http2Headers sink = new Sink();
    private final long limit;

    Http2HeadDecoder(LimitsConfig limits, Owner owner) {
        super(false, false, Http2CodecUtil.MAX_HEADER_LIST_SIZE);
        this.limit = limits.headers().bytes();
        this.reader = new Http2HeadReader(limits);
        this.owner = owner;
    }

    /// What the block that was decoded last said.
    Http2HeadReader reader() {
        return reader;
    }

    @Override
    public Http2Headers decodeHeaders(int streamId, ByteBuf headerBlock) throws Http2Exception {
        owner.begin(streamId, reader);
        return super.decodeHeaders(streamId, headerBlock);
    }

    @Override
    protected Http2Headers newHeaders() {
        return sink;
    }

    /// The limit is what the settings say; what is beyond it is read, so that it can be answered.
    @Override
    public void maxHeaderListSize(long max, long goAwayMax) {}

    @Override
    public long maxHeaderListSize() {
        return limit;
    }

    /// As large as a block may be while it comes; a larger one ends the connection.
    @Override
    public long maxHeaderListSizeGoAway() {
        return 2 * limit;
    }

    /// Looks empty to Netty's codec and hands on what is added.
    private final class Sink extends EmptyHeaders<CharSequence, CharSequence, Http2Headers>
            implements Http2Headers {
        @Override
        public Http2Headers add(CharSequence name, CharSequence value) {
            AsciiString key = (AsciiString) name;
            AsciiString text = (AsciiString) value;
            reader.field(
                    key.array(),
                    key.arrayOffset(),
                    key.length(),
                    text.array(),
                    text.arrayOffset(),
                    text.length());
            return this;
        }

        @Override
        public Iterator<CharSequence> valueIterator(CharSequence name) {
            return getAll(name).iterator();
        }

        @Override
        public boolean contains(CharSequence name, CharSequence value, boolean caseInsensitive) {
            return false;
        }

        @Override
        public Http2Headers method(CharSequence value) {
            return this;
        }

        @Override
        public Http2Headers scheme(CharSequence value) {
            return this;
        }

        @Override
        public Http2Headers authority(CharSequence value) {
            return this;
        }

        @Override
        public Http2Headers path(CharSequence value) {
            return this;
        }

        @Override
        public Http2Headers status(CharSequence value) {
            return this;
        }

        @Override
        public @Nullable CharSequence method() {
            return null;
        }

        @Override
        public @Nullable CharSequence scheme() {
            return null;
        }

        @Override
        public @Nullable CharSequence authority() {
            return null;
        }

        @Override
        public @Nullable CharSequence path() {
            return null;
        }

        @Override
        public @Nullable CharSequence status() {
            return null;
        }
    }
}
