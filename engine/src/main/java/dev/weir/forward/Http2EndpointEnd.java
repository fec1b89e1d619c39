package dev.weir.forward;

import dev.weir.tunnel.StreamEnd;
import io.netty.buffer.ByteBuf;

/// The end of a tunnel that is a stream to an endpoint. Made for one tunnel; confined to one event loop.
final class Http2EndpointEnd extends StreamEnd {
    private final Http2EndpointStream stream;

    Http2EndpointEnd(Http2EndpointStream stream) {
        this.stream = stream;
    }

    @Override
    public void write(ByteBuf data) {
        stream.body(data);
    }

    @Override
    public boolean writable() {
        return stream.writable();
    }

    @Override
    public void read(boolean wanted) {
        stream.read(wanted);
    }

    @Override
    protected void sendEnd() {
        stream.finish();
    }

    @Override
    public void reset() {
        super.reset();
        stream.discard();
    }

    @Override
    public long held() {
        return stream.held();
    }
}
