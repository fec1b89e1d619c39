package dev.weir.runtime;

import io.netty.channel.epoll.Epoll;
import io.netty.channel.uring.IoUring;

/// How bytes come and go. Immutable.
public record Transport(String name, String why) {
    /// What users may ask for.
    public enum Choice {
        AUTO,
        IO_URING,
        EPOLL,
        NIO
    }

    public static Transport choose(Choice choice) {
        return switch (choice) {
            case AUTO ->
                    IoUring.isAvailable()
                            ? new Transport("io_uring", "the kernel offers it")
                            : Epoll.isAvailable()
                                    ? new Transport("epoll", "io_uring is not available")
                                    : new Transport("nio", "neither io_uring nor epoll");
            case IO_URING -> new Transport("io_uring", "asked for");
            case EPOLL -> new Transport("epoll", "asked for");
            case NIO -> new Transport("nio", "asked for");
        };
    }
}
