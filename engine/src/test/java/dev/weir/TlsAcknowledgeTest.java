package dev.weir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weir.testkit.Behaviours;
import dev.weir.testkit.ScriptedEndpoint;
import dev.weir.tls.Pki;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The first answer over TLS, to a client that waits for acknowledgements.
class TlsAcknowledgeTest {
    @TempDir private Path folder;

    /// By Nagle's algorithm such a client holds its request back until its last handshake message is acknowledged; by itself the system
    /// does that after 40 ms. (A client of the JDK sends that message in two pieces, and waits between them.)
    @Test
    void acknowledgesTheHandshakeToAClientThatWaitsForThat() throws Exception {
        assumeTrue(OpenSsl.isAvailable());
        Pki pki = Pki.in(folder);
        pki.server("site", "shop.example.com");
        List<Long> millis = new ArrayList<>();
        try (ScriptedEndpoint endpoint = ScriptedEndpoint.start(Behaviours.echo());
                Gate gate =
                        Gate.openWith(
                                """
                                weir: 1
                                listeners:
                                  web: { listen: "127.0.0.1:0", tls: { certificates: [%s] } }
                                """
                                                .formatted(pki.pair("site"))
                                        + Gate.to(endpoint.address()),
                                WeirOptions.DEFAULTS);
                var loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory())) {
            for (int i = 0; i < 11; i++) {
                millis.add(fromHandshakeToAnswer(gate.port(), loop));
            }
            loop.shutdownGracefully(20, 1_000, TimeUnit.MILLISECONDS).sync();
        }
        Collections.sort(millis);
        assertThat(millis.get(3)).isLessThan(30);
    }

    private static long fromHandshakeToAnswer(int port, EventLoopGroup loop) throws Exception {
        SslContext context =
                SslContextBuilder.forClient()
                        .sslProvider(SslProvider.OPENSSL)
                        .protocols("TLSv1.3")
                        .trustManager(InsecureTrustManagerFactory.INSTANCE)
                        .build();
        CompletableFuture<Long> answered = new CompletableFuture<>();
        Channel client =
                new Bootstrap()
                        .group(loop)
                        .channel(NioSocketChannel.class)
                        .option(ChannelOption.TCP_NODELAY, false)
                        .handler(
                                new ChannelInitializer<>() {
                                    @Override
                                    protected void initChannel(Channel channel) {
                                        channel.pipeline()
                                                .addLast(
                                                        context.newHandler(channel.alloc()),
                                                        new Asking(answered));
                                    }
                                })
                        .connect("127.0.0.1", port)
                        .sync()
                        .channel();
        try {
            return answered.get(5, TimeUnit.SECONDS);
        } finally {
            client.close().sync();
        }
    }

    /// Asks after the handshake, and tells how many milliseconds later the answer began.
    private static final class Asking extends ChannelInboundHandlerAdapter {
        private final CompletableFuture<Long> answered;
        private long asked;

        Asking(CompletableFuture<Long> answered) {
            this.answered = answered;
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof SslHandshakeCompletionEvent end && end.isSuccess()) {
                // Later, so that it is no part of the same packet.
                var _ = ctx.executor().schedule(() -> ask(ctx), 3, TimeUnit.MILLISECONDS);
            }
        }

        private void ask(ChannelHandlerContext ctx) {
            asked = System.nanoTime();
            ctx.writeAndFlush(
                    Unpooled.copiedBuffer(
                            "GET / HTTP/1.1\r\nHost: shop.example.com\r\n\r\n",
                            StandardCharsets.US_ASCII));
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ReferenceCountUtil.release(message);
            answered.complete((System.nanoTime() - asked) / 1_000_000);
        }
    }
}
