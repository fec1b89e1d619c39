package dev.weir.bench.load;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollSocketChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;

/// Opens connections to the proxy, on the generator's one loop. Thread-safe.
final class Dialer {
    /// An address has some 28,000 ports for outgoing connections, and those of an earlier run may still be taken.
    private static final int CONNECTIONS_PER_ADDRESS = 5_000;

    private final Bootstrap bootstrap;

    Dialer(EventLoop loop, int port, Duration timeout) {
        bootstrap =
                new Bootstrap()
                        .group(loop)
                        .channel(EpollSocketChannel.class)
                        .disableResolver()
                        .option(ChannelOption.TCP_NODELAY, true)
                        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) timeout.toMillis())
                        .remoteAddress(new InetSocketAddress(loopback(1), port));
    }

    ChannelFuture connect(ChannelHandler handler) {
        return bootstrap.clone().handler(handler).connect();
    }

    /// From 127.0.0.1, 127.0.0.2, …: one address has not ports enough.
    ///
    /// @param number of the connection, from 0
    ChannelFuture connectSpread(ChannelHandler handler, int number) {
        // The port is chosen when it connects, so that it need be free towards this proxy only.
        return bootstrap
                .clone()
                .handler(handler)
                .option(EpollChannelOption.IP_BIND_ADDRESS_NO_PORT, true)
                .localAddress(
                        new InetSocketAddress(loopback(1 + number / CONNECTIONS_PER_ADDRESS), 0))
                .connect();
    }

    private static InetAddress loopback(int number) {
        return InetAddress.ofLiteral("127.0.0." + number);
    }
}
