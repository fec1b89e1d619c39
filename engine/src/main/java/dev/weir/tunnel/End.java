package dev.weir.tunnel;

import io.netty.buffer.ByteBuf;

/// One end of a tunnel, as the tunnel drives it: a connection, or a stream of one. What it hears from the other direction it tells the
/// [Tunnel]. Confined to one event loop.
public interface End {
    /// Tells this tunnel from now on what it hears, and may be read.
    void begin(Tunnel heard);

    /// Sends these bytes and releases them.
    void write(ByteBuf data);

    /// Whether it takes what is written; if not, it tells [Tunnel#writable] when it does again.
    boolean writable();

    /// Whether it may read more of its peer; what it has read already it may still give.
    void read(boolean wanted);

    /// Nothing more will be written: tells its peer so behind what was written, and goes on reading.
    void finish();

    /// Sends what was written, then closes. Nothing is heard of it any more.
    void close();

    /// Ends at once and so that the peer cannot take it for an end in order. Nothing is heard of it any more.
    void reset();

    /// Bytes written and not yet taken by the peer's socket.
    long held();
}
