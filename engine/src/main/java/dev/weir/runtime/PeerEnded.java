package dev.weir.runtime;

import io.netty.channel.Channel;
import io.netty.channel.IoHandle;

/// Told to a channel's handlers, as a user event, when the other side has ended its direction or reset the connection while the channel is
/// not read. What it has sent before waits in the kernel, and is read when the channel is read again; only after it comes the end.
///
/// Netty alone would read all of it at once, as much as the kernel keeps, whatever the channel wants: megabytes for each connection.
public enum PeerEnded {
    UNREAD;

    /// Tells the handlers of the channel whose events this handle takes, unless the channel is read, when it learns of the end by itself.
    void tell(IoHandle handle) {
        Channel channel = ((Channel.Unsafe) handle).voidPromise().channel();
        if (!channel.config().isAutoRead()) {
            channel.pipeline().fireUserEventTriggered(this);
        }
    }
}
