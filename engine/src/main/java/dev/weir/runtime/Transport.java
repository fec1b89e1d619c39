package dev.weir.runtime;

import io.netty.channel.IoHandlerFactory;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;
import java.util.Locale;
import java.util.function.Supplier;

/// How sockets are driven: chosen once at start, from what the machine offers. Immutable.
///
/// @param name `io_uring`, `epoll` or `nio`
/// @param why one line for people: why this one
public record Transport(
        String name,
        String why,
        IoHandlerFactory handler,
        Supplier<ServerSocketChannel> serverChannel,
        Supplier<SocketChannel> channel) {

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

    /// A multi-shot accept that fails, as it does without descriptors, is armed again by Netty 4.2.18 at once and whatever the channel
    /// wants: a whole processor is spent on failing. One accept at a time costs nothing that could be measured.
    private static final String MULTI_SHOT_ACCEPT = "io.netty.iouring.acceptMultiShotEnabled";

    /// @throws IllegalArgumentException if a transport is asked for that this machine does not offer
    public static Transport choose(Choice choice) {
        if (System.getProperty(MULTI_SHOT_ACCEPT) == null) {
            System.setProperty(MULTI_SHOT_ACCEPT, "false");
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
                if (IoUring.isAvailable()) {
                    yield ioUring("the cheapest, and this kernel offers it");
                }
                if (Epoll.isAvailable()) {
                    yield epoll("io_uring is not there: " + cause(IoUring.unavailabilityCause()));
                }
                yield nio("epoll is not there: " + cause(Epoll.unavailabilityCause()));
            }
        };
    }

    private static void require(Choice choice, @org.jspecify.annotations.Nullable Throwable cause) {
        if (cause != null) {
            throw new IllegalArgumentException(
                    "transport " + choice + " is not available here: " + cause(cause));
        }
    }

    private static String cause(@org.jspecify.annotations.Nullable Throwable cause) {
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
                IoUringIoHandler.newFactory(),
                IoUringServerSocketChannel::new,
                IoUringSocketChannel::new);
    }

    private static Transport epoll(String why) {
        return new Transport(
                "epoll",
                why,
                EpollIoHandler.newFactory(),
                EpollServerSocketChannel::new,
                EpollSocketChannel::new);
    }

    private static Transport nio(String why) {
        return new Transport(
                "nio",
                why,
                NioIoHandler.newFactory(),
                NioServerSocketChannel::new,
                NioSocketChannel::new);
    }
}
