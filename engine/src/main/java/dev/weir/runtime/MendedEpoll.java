package dev.weir.runtime;

import io.netty.channel.IoEvent;
import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;

/// Netty's epoll without two faults of 4.2.18:
///
/// * A channel that wants no event is taken out of epoll, but not out of Netty's books. When it wants events again, `epoll_ctl` fails, and
///   Netty closes the channel. It happens to a channel that is not read and whose peer has ended its direction. Here a channel always
///   wants to hear of errors, of which epoll tells unasked, and so is never taken out. Source: netty/netty#16689.
/// * Events are known by descriptor only. When a channel is closed while events are handled, and another is opened, that gets its descriptor
///   and what else came for the old one in the same turn: bytes to be read, say, before it has connected, for which Netty closes it.
///   Here a channel hears of nothing in the turn in which it was registered, as all that comes then was told before.
///
/// Confined to one event loop, as what it wraps.
final class MendedEpoll implements IoHandler {
    private final IoHandler epoll;

    /// Turns in which events were handled; odd while they are.
    private long turn;

    private MendedEpoll(IoHandler epoll) {
        this.epoll = epoll;
    }

    static IoHandlerFactory factory() {
        IoHandlerFactory epoll = EpollIoHandler.newFactory();
        return executor -> new MendedEpoll(epoll.newHandler(executor));
    }

    @Override
    public void initialize() {
        epoll.initialize();
    }

    @Override
    public int run(IoHandlerContext context) {
        turn++;
        try {
            return epoll.run(context);
        } finally {
            turn++;
        }
    }

    @Override
    public void prepareToDestroy() {
        epoll.prepareToDestroy();
    }

    @Override
    public void destroy() {
        epoll.destroy();
    }

    @Override
    public IoRegistration register(IoHandle handle) throws Exception {
        return new Registration(epoll.register(new Handle((EpollIoHandle) handle)));
    }

    @Override
    public void wakeup() {
        epoll.wakeup();
    }

    @Override
    public boolean isCompatible(Class<? extends IoHandle> type) {
        return epoll.isCompatible(type);
    }

    private final class Handle implements EpollIoHandle {
        private final EpollIoHandle handle;

        /// The turn in which it was registered, if that was while events are handled.
        private final long born;

        Handle(EpollIoHandle handle) {
            this.handle = handle;
            this.born = (turn & 1) == 0 ? -1 : turn;
        }

        @Override
        public FileDescriptor fd() {
            return handle.fd();
        }

        @Override
        public void handle(IoRegistration registration, IoEvent event) {
            if (born != turn) {
                handle.handle(registration, event);
            }
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

    private record Registration(IoRegistration registration) implements IoRegistration {
        @Override
        public <T> T attachment() {
            return registration.attachment();
        }

        @Override
        public long submit(IoOps wanted) {
            return registration.submit(
                    wanted.equals(EpollIoOps.NONE) ? EpollIoOps.EPOLLERR : wanted);
        }

        @Override
        public boolean isValid() {
            return registration.isValid();
        }

        @Override
        public boolean cancel() {
            return registration.cancel();
        }
    }
}
