package dev.weir.forward;

import dev.weir.metrics.ServiceTraffic;
import dev.weir.preamble.Ends;
import dev.weir.preamble.ProxyVersion;
import dev.weir.runtime.Loop;
import dev.weir.runtime.Transport;
import dev.weir.service.ConnectionsConfig;
import dev.weir.service.Endpoint;
import dev.weir.service.Service;
import dev.weir.service.ServiceConfig;
import dev.weir.tls.EndpointTls;
import dev.weir.tunnel.ChannelEnd;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.handler.ssl.ApplicationProtocolNames;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// Opens connections of one event loop to the endpoints of one service; the one place that knows what lies between a socket and
/// the protocol spoken on it. Confined to that loop.
final class Dialer {
    private final Loop loop;
    private final ServiceTraffic traffic;
    private final Bootstrap bootstrap;
    private final @Nullable EndpointTls tls;
    private final Duration tlsTimeout;
    private final boolean http2;
    private final Optional<ProxyVersion> proxy;

    /// Who wants a connection. Called on the loop; [#opened] or [#failed] follows, never before [Dialer#dial] returns.
    interface Caller {
        /// There is a channel; nothing can be written yet.
        void opening(Channel channel);

        /// The connection stands.
        void opened();

        void failed(Throwable cause);
    }

    Dialer(Loop loop, Service service, Transport transport, ServiceTraffic traffic) {
        this.loop = loop;
        this.traffic = traffic;
        this.tls = service.tls().orElse(null);
        ConnectionsConfig connections = service.config().connections();
        this.tlsTimeout = connections.tlsTimeout();
        this.http2 = service.config().protocol() == ServiceConfig.Protocol.H2;
        this.proxy = service.config().proxyProtocol();
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

    /// Whether there is TLS between a socket and the protocol.
    boolean secure() {
        return tls != null;
    }

    /// Whether each connection says first for which client it is, so that it cannot carry another client's request.
    boolean introduces() {
        return proxy.isPresent();
    }

    /// Begins to connect for a tunnel: a [ChannelEnd] will stand in the channel's pipeline, and is not read yet.
    ///
    /// @param ends of the client's connection that it is for
    ChannelFuture open(Endpoint endpoint, Ends ends) {
        return counted(
                bootstrap
                        .clone()
                        .option(ChannelOption.AUTO_READ, false)
                        .handler(introduced(ends, new ChannelEnd(loop)))
                        .connect(endpoint.address()));
    }

    private ChannelFuture counted(ChannelFuture connecting) {
        if (connecting.cause() != null && !connecting.channel().isRegistered()) {
            return connecting;
        }
        traffic.connecting();
        return connecting.addListener(
                (ChannelFutureListener)
                        done -> {
                            traffic.connected(done.isSuccess());
                            if (done.isSuccess()) {
                                var _ =
                                        done.channel()
                                                .closeFuture()
                                                .addListener(_ -> traffic.disconnected());
                            }
                        });
    }

    /// Puts before a handler what is to be said first, if anything is.
    private ChannelHandler introduced(@Nullable Ends ends, ChannelHandler handler) {
        if (proxy.isEmpty()) {
            return handler;
        }
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                channel.pipeline().addLast(new Introduction(proxy.get(), ends), handler);
            }
        };
    }

    /// Begins to connect.
    ///
    /// @param ends of the client's connection that it is for; null if it is for none
    /// @param protocol what reads and writes the connection's bytes
    void dial(Endpoint endpoint, @Nullable Ends ends, ChannelHandler protocol, Caller caller) {
        EndpointTls secure = tls;
        TlsDeparture departure =
                secure == null
                        ? null
                        : new TlsDeparture(
                                secure.handler(ByteBufAllocator.DEFAULT, endpoint.address()),
                                tlsTimeout,
                                protocol);
        ChannelFuture connecting =
                counted(
                        bootstrap
                                .clone()
                                .handler(introduced(ends, departure == null ? protocol : departure))
                                .connect(endpoint.address()));
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
                                    if (!done.isSuccess()) {
                                        caller.failed(done.cause());
                                    } else if (departure == null || secure == null) {
                                        caller.opened();
                                    } else {
                                        departure.whenDone(
                                                trouble ->
                                                        shaken(
                                                                endpoint,
                                                                secure,
                                                                trouble == null
                                                                        ? otherProtocol(departure)
                                                                        : trouble,
                                                                caller));
                                    }
                                });
    }

    /// Why the protocol that TLS has agreed on will not do; null if it will.
    private @Nullable Throwable otherProtocol(TlsDeparture departure) {
        return !http2 || ApplicationProtocolNames.HTTP_2.equals(departure.protocol())
                ? null
                : new SSLException("the endpoint does not offer HTTP/2 (ALPN h2)");
    }

    private void shaken(
            Endpoint endpoint, EndpointTls secure, @Nullable Throwable trouble, Caller caller) {
        if (trouble == null) {
            caller.opened();
        } else {
            caller.failed(secure.failed(endpoint.name(), trouble, loop.now()));
        }
    }
}
