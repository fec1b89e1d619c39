package dev.weir.forward;

import dev.weir.runtime.Loop;
import dev.weir.runtime.Transport;
import dev.weir.service.ConnectionsConfig;
import dev.weir.service.Endpoint;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;

/// Opens connections of one event loop to the endpoints of one service; the one place that knows what lies between a socket and
/// the protocol spoken on it. Confined to that loop.
final class Dialer {
    private final Loop loop;
    private final Bootstrap bootstrap;

    /// Who wants a connection. Called on the loop; [#opened] or [#failed] follows, never before [Dialer#dial] returns.
    interface Caller {
        /// There is a channel; nothing can be written yet.
        void opening(Channel channel);

        /// The connection stands.
        void opened();

        void failed(Throwable cause);
    }

    Dialer(Loop loop, ConnectionsConfig connections, Transport transport) {
        this.loop = loop;
        this.bootstrap =
                new Bootstrap()
                        .group(loop.executor())
                        .channelFactory(transport.channel()::get)
                        .option(ChannelOption.TCP_NODELAY, true)
                        // An endpoint may answer and close before it has read the request: then
                        // writing fails, and the answer is there to be read.
                        .option(ChannelOption.AUTO_CLOSE, false)
                        .option(
                                ChannelOption.CONNECT_TIMEOUT_MILLIS,
                                (int) Math.max(1, connections.connectTimeout().toMillis()))
                        .option(ChannelOption.WRITE_BUFFER_WATER_MARK, Forward.WATER_MARK)
                        .option(ChannelOption.RECVBUF_ALLOCATOR, loop.reads());
    }

    /// Begins to connect.
    ///
    /// @param protocol what reads and writes the connection's bytes
    void dial(Endpoint endpoint, ChannelHandler protocol, Caller caller) {
        ChannelFuture connecting = bootstrap.clone().handler(protocol).connect(endpoint.address());
        if (connecting.cause() != null && !connecting.channel().isRegistered()) {
            // There was no descriptor for a socket. Netty would tell on a thread of its own, and
            // this channel cannot even be closed.
            Throwable cause = connecting.cause();
            loop.executor().execute(() -> caller.failed(cause));
            return;
        }
        caller.opening(connecting.channel());
        var _ =
                connecting.addListener(
                        (ChannelFutureListener)
                                done -> {
                                    if (done.isSuccess()) {
                                        caller.opened();
                                    } else {
                                        caller.failed(done.cause());
                                    }
                                });
    }
}
