package dev.weir.listen;

import dev.weir.tunnel.StreamEnd;
import dev.weir.tunnel.Tunnel;
import io.netty.buffer.ByteBuf;

/// The end of a tunnel that is a stream of a client's HTTP/2 connection. The client gets window back for what the other end has taken. Made for
/// one tunnel; confined to one event loop. The wire may serve another stream by the time the tunnel speaks.
final class Http2ClientEnd extends StreamEnd {
    private final Http2Wire wire;

    Http2ClientEnd(Http2Wire wire) {
        this.wire = wire;
    }

    /// Gives what came before there was a tunnel.
    @Override
    public void begin(Tunnel heard) {
        super.begin(heard);
        ByteBuf early = wire.early();
        if (early != null) {
            arrived(early);
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
    protected void sendEnd() {
        if (wire.joinedAs(this)) {
            wire.finishTunnel();
        }
    }

    @Override
    public void close() {
        super.close();
        if (wire.joinedAs(this)) {
            wire.answered();
        }
    }

    @Override
    public void reset() {
        super.reset();
        if (wire.joinedAs(this)) {
            wire.resetTunnel();
        }
    }

    @Override
    public long held() {
        return wire.joinedAs(this) ? wire.queued() : 0;
    }
}
