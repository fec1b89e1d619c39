package dev.weir.listen;

import io.netty.channel.ChannelInboundHandlerAdapter;
import org.jspecify.annotations.Nullable;

/// One connection of a client, whatever it speaks, as its [Worker] sees it. Confined to one event loop.
abstract class ClientConnection extends ChannelInboundHandlerAdapter {
    /// Its neighbours in the worker's list.
    @Nullable ClientConnection next;

    @Nullable ClientConnection previous;

    /// The listener that it came by.
    abstract Listener listener();

    /// Bytes held for this connection: what waits to be read or written, and heads that are large or not complete.
    abstract long held();

    /// Memory is counted again: goes on reading what may be read.
    abstract void relieve();

    /// The gateway is about to stop: tells the client what can be told before it asks again, which in most protocols is nothing.
    void drain() {}

    /// Ends the connection if no request is under way.
    abstract void closeIfIdle();

    /// Ends the connection now. Returns whether a request was in flight.
    abstract boolean cut();
}
