package dev.weir;

import static org.assertj.core.api.Assumptions.assumeThat;

import dev.weir.runtime.Transport;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.uring.IoUring;

/// Which of Weir's transports this machine offers.
final class Transports {
    static {
        // It sets what Netty reads when its io_uring is first asked for.
        Transport.load();
    }

    private Transports() {}

    /// Ends the test, without failing it, where this transport is not offered.
    static void assumeOffered(Transport.Choice transport) {
        switch (transport) {
            case EPOLL -> assumeThat(Epoll.isAvailable()).as("epoll").isTrue();
            case IO_URING -> assumeThat(IoUring.isAvailable()).as("io_uring").isTrue();
            case AUTO, NIO -> {}
        }
    }
}
