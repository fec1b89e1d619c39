package dev.weir.runtime;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import org.jspecify.annotations.Nullable;

/// The writing side of a connection: small pieces are gathered into one buffer, large ones pass without a copy, and all go
/// out at the end of the loop's turn. Confined to one event loop.
public final class Outlet {
    /// Up to here copying a piece is cheaper than another entry in the channel's queue and in the system call.
    private static final int COPY_UP_TO = 4096;

    private static final int SMALLEST = 512;

    private final Loop loop;
    private final Channel channel;
    private @Nullable ByteBuf open;
    private boolean touched;
    private long flushes;

    public Outlet(Loop loop, Channel channel) {
        this.loop = loop;
        this.channel = channel;
    }

    /// Writes a copy of these bytes.
    ///
    /// @param more how many bytes will likely follow, so that they fit in the same buffer
    public void write(byte[] bytes, int length, long more) {
        ByteBuf buffer = open;
        if (buffer == null || buffer.writableBytes() < length) {
            pass();
            int wanted = length + (int) (more > 0 && more <= COPY_UP_TO ? more : 0);
            buffer = open = channel.alloc().ioBuffer(Math.max(wanted, SMALLEST));
        }
        buffer.writeBytes(bytes, 0, length);
        loop.pressure().added(length);
        touch();
    }

    /// Writes a copy of a range of these bytes, which may be long.
    public void copy(byte[] bytes, int from, int length) {
        ByteBuf buffer = open;
        if (buffer == null || buffer.writableBytes() < length) {
            pass();
            buffer = open = channel.alloc().ioBuffer(Math.max(length, SMALLEST));
        }
        buffer.writeBytes(bytes, from, length);
        loop.pressure().added(length);
        touch();
    }

    /// Writes these bytes and releases them.
    public void write(ByteBuf data) {
        ByteBuf buffer = open;
        int length = data.readableBytes();
        // A few bytes must not hold on to the whole buffer that they were read into.
        boolean sparse = data.capacity() > 4 * SMALLEST && length < data.capacity() / 4;
        if (sparse && (buffer == null || buffer.writableBytes() < length)) {
            pass();
            buffer = open = channel.alloc().ioBuffer(Math.max(length, SMALLEST));
        }
        if (buffer != null
                && (sparse || length <= COPY_UP_TO)
                && length <= buffer.writableBytes()) {
            buffer.writeBytes(data);
            data.release();
        } else {
            pass();
            channel.write(data, channel.voidPromise());
        }
        loop.pressure().added(length);
        touch();
    }

    /// Whether the other end takes what is written; if not, who writes should pause. While memory is short, only an empty
    /// outlet is writable; then nobody is told when it is, and has to ask again.
    public boolean writable() {
        if (!channel.isWritable()) {
            // It may be only that nothing was sent yet in this turn.
            flush();
        }
        return channel.isWritable() && (!loop.pressure().pausesStreams() || held() == 0);
    }

    /// Bytes written and not yet taken by the socket.
    public long held() {
        ByteBuf buffer = open;
        ChannelOutboundBuffer queue = channel.unsafe().outboundBuffer();
        return (buffer == null ? 0 : buffer.readableBytes())
                + (queue == null ? 0 : queue.totalPendingWriteBytes());
    }

    /// How often something was sent: as long as that has not changed, nothing of what was written since has left.
    public long flushes() {
        return flushes;
    }

    /// Has what was written to the channel beside this outlet sent at the end of the loop's turn.
    public void flushLater() {
        touch();
    }

    /// Sends what was written, now; else it is sent at the end of the loop's turn.
    public void flush() {
        touched = false;
        if (channel.isActive()) {
            flushes++;
        }
        pass();
        channel.flush();
    }

    /// Releases what was not flushed; the channel is gone.
    public void discard() {
        ByteBuf buffer = open;
        if (buffer != null) {
            open = null;
            buffer.release();
        }
    }

    /// Hands what was gathered to the channel, unsent: for who flushes the channel itself.
    public void pass() {
        ByteBuf buffer = open;
        if (buffer != null) {
            open = null;
            channel.write(buffer, channel.voidPromise());
        }
    }

    private void touch() {
        if (!touched) {
            touched = true;
            loop.touch(this);
        }
    }
}
