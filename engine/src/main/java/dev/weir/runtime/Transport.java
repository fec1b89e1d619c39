package dev.weir.runtime;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelOption;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringChannelOption;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// How sockets are driven: chosen once at start, from what the machine offers. Immutable.
///
/// @param name `io_uring`, `epoll` or `nio`
/// @param why one line for people: why this one
/// @param adopting makes a channel of a listening socket that another process has opened, if it can
/// @param unsent how a socket is told how many bytes it takes beyond those that are on their way
public record Transport(
        String name,
        String why,
        IoHandlerFactory handler,
        Supplier<ServerSocketChannel> serverChannel,
        Supplier<SocketChannel> channel,
        Optional<ChannelOption<Long>> unsent,
        Optional<IntFunction<ServerSocketChannel>> adopting) {

    /// What the user asks for.
    public enum Choice {
        AUTO,
        IO_URING,
        EPOLL,
        NIO;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// What Netty 4.2.18 does by itself, and what is wrong with it.
    private static final List<String> MENDED =
            List.of(
                    // An accept that fails, as it does without descriptors, is armed again at once
                    // and whatever the channel wants: a whole processor is spent on failing.
                    "io.netty.iouring.acceptMultiShotEnabled",
                    // Of data and a reset that arrive together only the data is noticed: a request
                    // waits for an answer that cannot come any more.
                    "io.netty.iouring.pollAddMultishotEnabled");

    /// Loads what every gateway on this machine needs of Netty, so that it is there, or on its way, when [#choose] asks: a start reads
    /// its file meanwhile.
    public static void load() {
        choose(Choice.AUTO);
        ByteBufAllocator.DEFAULT.directBuffer().release();
    }

    /// @throws IllegalArgumentException if a transport is asked for that this machine does not offer
    public static Transport choose(Choice choice) {
        for (String feature : MENDED) {
            if (System.getProperty(feature) == null) {
                System.setProperty(feature, "false");
            }
        }
        return switch (choice) {
            case IO_URING -> {
                require(choice, IoUring.isAvailable() ? null : IoUring.unavailabilityCause());
                yield ioUring("asked for");
            }
            case EPOLL -> {
                require(choice, Epoll.isAvailable() ? null : Epoll.unavailabilityCause());
                yield epoll("asked for");
            }
            case NIO -> nio("asked for");
            case AUTO -> {
                if (Epoll.isAvailable()) {
                    yield epoll("the cheapest of those measured");
                }
                yield nio("epoll is not there: " + cause(Epoll.unavailabilityCause()));
            }
        };
    }

    /// What the system had not left when a socket could not be had: Weir's own lack, which says nothing about whoever was to be connected
    /// to. That it was so stands only in the system's message (EMFILE, EADDRNOTAVAIL).
    ///
    /// @return `descriptor`, `local port`, or null if it was something else
    public static @Nullable String lacking(Throwable failed) {
        for (Throwable why = failed; why != null; why = why.getCause()) {
            String message = String.valueOf(why.getMessage());
            if (message.contains("Too many open files")) {
                return "descriptor";
            }
            if (message.contains("Cannot assign requested address")) {
                return "local port";
            }
        }
        return null;
    }

    /// Has the system tell the other side at once what has come from it, and not with the next answer or after 40 ms, where the transport
    /// can: for the moment when we have nothing to send, and the other side may be waiting to hear before it sends on (Nagle's algorithm).
    public static void acknowledge(SocketChannel channel) {
        try {
            var _ =
                    channel.config().setOption(EpollChannelOption.TCP_QUICKACK, true)
                            || channel.config().setOption(IoUringChannelOption.TCP_QUICKACK, true);
        } catch (ChannelException _) {
            // It is closed, which its handler will hear.
        }
    }

    private static void require(Choice choice, @Nullable Throwable cause) {
        if (cause != null) {
            throw new IllegalArgumentException(
                    "transport " + choice + " is not available here: " + cause(cause));
        }
    }

    private static String cause(@Nullable Throwable cause) {
        Throwable root = cause;
        while (root != null && root.getCause() != null) {
            root = root.getCause();
        }
        return root == null
                ? "unknown"
                : String.valueOf(root.getMessage()).lines().findFirst().orElse("");
    }

    private static Transport ioUring(String why) {
        return new Transport(
                "io_uring",
                why,
                MendedIoUring.factory(),
                IoUringServerSocketChannel::new,
                IoUringSocketChannel::new,
                Optional.of(IoUringChannelOption.TCP_NOTSENT_LOWAT),
                Optional.empty());
    }

    private static Transport epoll(String why) {
        return new Transport(
                "epoll",
                why,
                MendedEpoll.factory(),
                EpollServerSocketChannel::new,
                EpollSocketChannel::new,
                Optional.of(EpollChannelOption.TCP_NOTSENT_LOWAT),
                Optional.of(EpollServerSocketChannel::new));
    }

    private static Transport nio(String why) {
        return new Transport(
                "nio",
                why,
                NioIoHandler.newFactory(),
                NioServerSocketChannel::new,
                NioSocketChannel::new,
                Optional.empty(),
                Optional.empty());
    }
}
