package dev.weir.forward;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/// What has come of a request's body, kept for another attempt. Confined to one event loop.
final class KeptBody {
    /// So much is kept; whoever sends more gets one attempt.
    static final int MOST_BYTES = 64 << 10;

    private static final int FIRST_BYTES = 1 << 10;

    private @Nullable ByteBuf bytes;

    /// Keeps a copy: a slice would hold on to all of the buffer that it was read into, which a client that sends byte by
    /// byte could make a thousand times as large as what it sent.
    void add(ByteBuf data) {
        ByteBuf all = bytes;
        if (all == null) {
            all = bytes = data.alloc().buffer(Math.max(data.readableBytes(), FIRST_BYTES));
        }
        int length = data.readableBytes();
        if (all.writableBytes() < length) {
            // Not in its place: the kernel may be reading what was sent of it.
            ByteBuf larger = data.alloc().buffer(Math.max(2 * size(), size() + length));
            larger.writeBytes(all, all.readerIndex(), size());
            all.release();
            all = bytes = larger;
        }
        all.writeBytes(data, data.readerIndex(), length);
    }

    int size() {
        ByteBuf all = bytes;
        return all == null ? 0 : all.readableBytes();
    }

    /// All that is kept, to be released by the caller; null if that is nothing.
    @Nullable ByteBuf copy() {
        ByteBuf all = bytes;
        return all == null ? null : all.retainedDuplicate();
    }

    void forget() {
        ByteBuf all = bytes;
        if (all != null) {
            bytes = null;
            all.release();
        }
    }
}
