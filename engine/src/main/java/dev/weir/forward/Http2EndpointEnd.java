package dev.weir.forward;

import dev.weir.tunnel.End;
import dev.weir.tunnel.Tunnel;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/// The end of a tunnel that is a stream to an endpoint: `END_STREAM` is the end of a direction, `RST_STREAM` a break. Made for one tunnel;
/// confined to one event loop. Source: RFC 8441 §4.
final class Http2EndpointEnd implements End {
    private final Http2EndpointStream stream;
    private @Nullable Tunnel tunnel;
    private boolean ended;
    private boolean finished;

    Http2EndpointEnd(Http2EndpointStream stream) {
        this.stream = stream;
    }

    // ---- what the tunnel says ----

    @Override
    public void begin(Tunnel heard) {
        tunnel = heard;
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
    public void finish() {
        if (!finished) {
            finished = true;
            stream.finish();
        }
    }

    @Override
    public void close() {
        tunnel = null;
        finish();
    }

    @Override
    public void reset() {
        tunnel = null;
        stream.discard();
    }

    @Override
    public long held() {
        return stream.held();
    }

    // ---- what the stream says ----

    /// Bytes came. Releases them.
    void arrived(ByteBuf data) {
        Tunnel heard = tunnel;
        if (heard == null) {
            data.release();
        } else {
            heard.arrived(this, data);
        }
    }

    /// The endpoint will send no more.
    void ended() {
        Tunnel heard = tunnel;
        if (heard != null && !ended) {
            ended = true;
            heard.ended(this);
        }
    }

    void takesMore() {
        Tunnel heard = tunnel;
        if (heard != null) {
            heard.writable(this);
        }
    }

    /// The stream is over; in order, if both directions had ended.
    void closed() {
        Tunnel heard = tunnel;
        tunnel = null;
        if (heard != null && !(ended && finished)) {
            heard.broke(this);
        }
    }
}
