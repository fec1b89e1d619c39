package dev.weir.runtime;

import io.netty.channel.IoEvent;
import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoRegistration;
import io.netty.channel.uring.IoUringIoEvent;
import io.netty.channel.uring.IoUringIoHandle;
import io.netty.channel.uring.IoUringIoHandler;

/// Netty's io_uring without a fault of 4.2.18: when the other side has ended its direction, all that it has sent is read at once, whatever
/// the channel wants. Here that end is found where it stands, behind what is read; who does not read is told of it by [PeerEnded].
///
/// Confined to one event loop, as what it wraps.
final class MendedIoUring implements IoHandler {
    /// `IORING_OP_POLL_ADD`, `POLLRDHUP`, and `POLLERR` with `POLLHUP`, as in Linux's headers.
    private static final byte POLL = 6;

    private static final int ENDED = 0x2000;
    private static final int FAILED = 0x18;

    /// Loaded now: where descriptors have run out it could not be.
    private static final PeerEnded UNREAD = PeerEnded.UNREAD;

    private final IoHandler ring;

    private MendedIoUring(IoHandler ring) {
        this.ring = ring;
    }

    static IoHandlerFactory factory() {
        IoHandlerFactory rings = IoUringIoHandler.newFactory();
        return executor -> new MendedIoUring(rings.newHandler(executor));
    }

    @Override
    public void initialize() {
        ring.initialize();
    }

    @Override
    public int run(IoHandlerContext context) {
        return ring.run(context);
    }

    @Override
    public void prepareToDestroy() {
        ring.prepareToDestroy();
    }

    @Override
    public void destroy() {
        ring.destroy();
    }

    @Override
    public IoRegistration register(IoHandle handle) throws Exception {
        return ring.register(new Handle((IoUringIoHandle) handle));
    }

    @Override
    public void wakeup() {
        ring.wakeup();
    }

    @Override
    public boolean isCompatible(Class<? extends IoHandle> type) {
        return ring.isCompatible(type);
    }

    private record Handle(IoUringIoHandle handle) implements IoUringIoHandle {
        @Override
        public void handle(IoRegistration registration, IoEvent event) {
            IoUringIoEvent done = (IoUringIoEvent) event;
            int result = done.res();
            if (done.opcode() != POLL || result < 0 || (result & (ENDED | FAILED)) == 0) {
                handle.handle(registration, event);
                return;
            }
            if ((result & ~ENDED) != 0) {
                handle.handle(
                        registration,
                        new IoUringIoEvent(result & ~ENDED, done.flags(), POLL, done.userData()));
            }
            UNREAD.tell(handle);
        }

        @Override
        public void registered() {
            handle.registered();
        }

        @Override
        public void unregistered() {
            handle.unregistered();
        }

        @Override
        public void close() throws Exception {
            handle.close();
        }
    }
}
