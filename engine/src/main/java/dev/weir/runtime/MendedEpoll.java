package dev.weir.runtime;

import io.netty.channel.IoEvent;
import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoEvent;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.epoll.Native;
import io.netty.channel.unix.FileDescriptor;
import org.jspecify.annotations.Nullable;

/// Netty's epoll without three faults of 4.2.18:
///
/// * A channel that wants no event is taken out of epoll, but not out of Netty's books. When it wants events again, `epoll_ctl` fails, and
///   Netty closes the channel. It happens to a channel that is not read and whose peer has ended its direction. Here a channel always
///   wants to hear of errors, of which epoll tells unasked, and so is never taken out. Source: netty/netty#16689.
/// * Events are known by descriptor only. When a channel is closed while events are handled, and another is opened, that gets its descriptor
///   and what else came for the old one in the same turn: bytes to be read, say, before it has connected, for which Netty closes it.
///   Here a channel hears of nothing in the turn in which it was registered, as all that comes then was told before.
/// * When the other side has ended its direction, all that it has sent is read at once, whatever the channel wants. Here that end is found
///   where it stands, behind what is read; who does not read is told of it by [PeerEnded].
///
/// Confined to one event loop, as what it wraps.
final class MendedEpoll implements IoHandler {
    /// The other side has ended its direction, or there is an error: a reset, say.
    private static final int ENDED = EpollIoOps.EPOLLRDHUP.value() | EpollIoOps.EPOLLERR.value();

    /// Errors, of which epoll tells unasked, but each only once.
    private static final EpollIoOps ONCE = EpollIoOps.valueOf(Native.EPOLLET);

    private static final EpollIoEvent READABLE = () -> EpollIoOps.EPOLLIN;
    private static final EpollIoEvent WRITABLE = () -> EpollIoOps.EPOLLOUT;

    /// So often a channel is read on in the turn in which it hears of the end, before others have theirs.
    private static final int MOST_MORE = 2;

    /// Loaded now: where descriptors have run out it could not be.
    private static final PeerEnded UNREAD = PeerEnded.UNREAD;

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
        Handle mended = new Handle((EpollIoHandle) handle);
        Registration registration = new Registration(epoll.register(mended));
        mended.registration = registration;
        return registration;
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

        private @Nullable Registration registration;

        Handle(EpollIoHandle handle) {
            this.handle = handle;
            this.born = (turn & 1) == 0 ? -1 : turn;
        }

        @Override
        public FileDescriptor fd() {
            return handle.fd();
        }

        @Override
        public void handle(IoRegistration inner, IoEvent event) {
            Registration own = registration;
            if (born == turn || own == null) {
                return;
            }
            EpollIoOps seen = ((EpollIoEvent) event).ops();
            if (own.unread() && (seen.value() & ENDED) != 0) {
                own.end();
                UNREAD.tell(handle);
                if (seen.contains(EpollIoOps.EPOLLOUT) && own.isValid()) {
                    handle.handle(own, WRITABLE);
                }
            } else if (seen.contains(EpollIoOps.EPOLLRDHUP)) {
                readUpToTheEnd(own, seen.without(EpollIoOps.EPOLLRDHUP));
            } else {
                handle.handle(own, event);
            }
        }

        /// At once, if it is near: a connection that has ended is not to be taken for one that goes on.
        private void readUpToTheEnd(Registration own, EpollIoOps seen) {
            handle.handle(own, (EpollIoEvent) () -> seen);
            for (int i = 0; i < MOST_MORE && own.isValid() && own.reads(); i++) {
                handle.handle(own, READABLE);
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

    /// What a channel wants to hear of, and what epoll is asked for.
    private static final class Registration implements IoRegistration {
        private final IoRegistration inner;
        private EpollIoOps wanted = EpollIoOps.NONE;
        private boolean hasRead;
        private boolean ended;

        Registration(IoRegistration inner) {
            this.inner = inner;
        }

        @Override
        public <T> T attachment() {
            return inner.attachment();
        }

        @Override
        public long submit(IoOps ops) {
            wanted = (EpollIoOps) ops;
            hasRead |= reads();
            return inner.submit(interest());
        }

        boolean reads() {
            return wanted.contains(EpollIoOps.EPOLLIN);
        }

        /// Whether it is not read, and has been.
        boolean unread() {
            return hasRead && !reads();
        }

        /// The end is known, and not to be told in each turn until somebody reads up to it.
        void end() {
            if (!ended) {
                ended = true;
                inner.submit(interest());
            }
        }

        private EpollIoOps interest() {
            EpollIoOps here = ended && !reads() ? wanted.without(EpollIoOps.EPOLLRDHUP) : wanted;
            if (here.value() != 0) {
                return here;
            }
            return ended ? ONCE : EpollIoOps.EPOLLERR;
        }

        @Override
        public boolean isValid() {
            return inner.isValid();
        }

        @Override
        public boolean cancel() {
            return inner.cancel();
        }
    }
}
