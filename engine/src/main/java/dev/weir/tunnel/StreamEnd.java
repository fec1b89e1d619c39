package dev.weir.tunnel;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/// An end that is a stream of an HTTP/2 connection: `END_STREAM` is the end of a direction, `RST_STREAM` a break. Made for one tunnel; confined
/// to one event loop. Source: RFC 8441 §4.
public abstract class StreamEnd implements End {
    private @Nullable Tunnel tunnel;
    private boolean ended;
    private boolean finished;

    /// Says on the stream that nothing more will be written.
    protected abstract void sendEnd();

    // ---- what the tunnel says ----

    @Override
    public void begin(Tunnel heard) {
        tunnel = heard;
    }

    @Override
    public void finish() {
        if (!finished) {
            finished = true;
            sendEnd();
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
    }

    // ---- what the stream says ----

    /// Bytes came. Releases them.
    public final void arrived(ByteBuf data) {
        Tunnel heard = tunnel;
        if (heard == null) {
            data.release();
        } else {
            heard.arrived(this, data);
        }
    }

    /// The peer will send no more.
    public final void ended() {
        Tunnel heard = tunnel;
        if (heard != null && !ended) {
            ended = true;
            heard.ended(this);
        }
    }

    /// The stream takes more of what is to be sent.
    public final void takesMore() {
        Tunnel heard = tunnel;
        if (heard != null) {
            heard.writable(this);
        }
    }

    /// The stream is over; in order, if both directions had ended.
    public final void closed() {
        Tunnel heard = tunnel;
        tunnel = null;
        if (heard != null && !(ended && finished)) {
            heard.broke(this);
        }
    }
}
