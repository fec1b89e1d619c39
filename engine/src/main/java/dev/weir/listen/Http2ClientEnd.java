package dev.weir.listen;

import dev.weir.tunnel.End;
import dev.weir.tunnel.Tunnel;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/// The end of a tunnel that is a stream of a client's HTTP/2 connection: `END_STREAM` is the end of a direction, `RST_STREAM` a break.
/// The client gets window back for what the other end has taken. Made for one tunnel; confined to one event loop. Source: RFC 8441 §4.
final class Http2ClientEnd implements End {
    private final Http2Wire wire;
    private @Nullable Tunnel tunnel;
    private boolean ended;
    private boolean finished;

    Http2ClientEnd(Http2Wire wire) {
        this.wire = wire;
    }

    // ---- what the tunnel says ----

    /// Gives what came before there was a tunnel.
    @Override
    public void begin(Tunnel heard) {
        tunnel = heard;
        ByteBuf early = wire.early();
        if (early != null) {
            heard.arrived(this, early);
        }
        wire.passed();
        if (wire.requestEnded()) {
            ended();
        }
    }

    @Override
    public void write(ByteBuf data) {
        if (wire.joinedAs(this)) {
            wire.body(data);
        } else {
            data.release();
        }
    }

    @Override
    public boolean writable() {
        return !wire.joinedAs(this) || wire.writable();
    }

    @Override
    public void read(boolean wanted) {
        if (!wire.joinedAs(this)) {
            return;
        }
        if (wanted) {
            wire.resumeBody();
        } else {
            wire.pauseBody();
        }
    }

    @Override
    public void finish() {
        if (wire.joinedAs(this) && !finished) {
            finished = true;
            wire.finishTunnel();
        }
    }

    @Override
    public void close() {
        tunnel = null;
        finish();
        if (wire.joinedAs(this)) {
            wire.answered();
        }
    }

    @Override
    public void reset() {
        tunnel = null;
        if (wire.joinedAs(this)) {
            wire.resetTunnel();
        }
    }

    @Override
    public long held() {
        return wire.joinedAs(this) ? wire.queued() : 0;
    }

    // ---- what the stream says ----

    /// Releases the data.
    void arrived(ByteBuf data) {
        Tunnel heard = tunnel;
        if (heard == null) {
            data.release();
        } else {
            heard.arrived(this, data);
        }
    }

    /// The client will send no more.
    void ended() {
        Tunnel heard = tunnel;
        if (heard != null && !ended) {
            ended = true;
            heard.ended(this);
        }
    }

    void clientWritable() {
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
