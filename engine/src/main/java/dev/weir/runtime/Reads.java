package dev.weir.runtime;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.util.UncheckedBooleanSupplier;

/// How much is asked of a socket at once: what it gave before, but never so little that a usual head needs two reads, and
/// little while memory is short. Used by the channels of one event loop.
public final class Reads implements RecvByteBufAllocator {
    private static final int LEAST = 2 << 10;
    private static final int FIRST = 4 << 10;

    /// Of what is measured in docs/decisions the cheapest for large answers: fewer calls, and what was read is still in the core's cache when
    /// it is sent.
    private static final int MOST = 256 << 10;

    /// So often one connection is read before others have their turn.
    private static final int MOST_READS = 2;

    private final AdaptiveRecvByteBufAllocator usual =
            new AdaptiveRecvByteBufAllocator(LEAST, FIRST, MOST);
    private final Pressure pressure;

    Reads(Pressure pressure) {
        this.pressure = pressure;
        usual.maxMessagesPerRead(MOST_READS);
    }

    /// The next bytes of what was read, to be passed on. They are a slice of it, unless most of the buffer has stayed empty, as when a stream
    /// of large pieces goes on with small ones: then a copy, so that whoever cannot pass them on at once does not hold the whole buffer.
    public static ByteBuf take(ByteBuf in, int length) {
        ByteBuf whole = in;
        for (ByteBuf next = in.unwrap(); next != null; next = next.unwrap()) {
            whole = next;
        }
        return whole.capacity() > FIRST && whole.writerIndex() < whole.capacity() / 4
                ? in.readBytes(length)
                : in.readRetainedSlice(length);
    }

    @Override
    @SuppressWarnings("deprecation") // The transports still ask for it by this type.
    public Handle newHandle() {
        return new Adjusted((ExtendedHandle) usual.newHandle());
    }

    @SuppressWarnings("deprecation")
    private final class Adjusted extends DelegatingHandle implements ExtendedHandle {
        private final ExtendedHandle usualHandle;

        Adjusted(ExtendedHandle usualHandle) {
            super(usualHandle);
            this.usualHandle = usualHandle;
        }

        @Override
        public ByteBuf allocate(ByteBufAllocator allocator) {
            return allocator.ioBuffer(guess());
        }

        @Override
        public int guess() {
            return pressure.pausesStreams() ? LEAST : usualHandle.guess();
        }

        @Override
        public boolean continueReading(UncheckedBooleanSupplier maybeMoreData) {
            return usualHandle.continueReading(maybeMoreData);
        }
    }
}
