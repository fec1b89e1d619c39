package dev.weir.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class MendedEpollTest {
    /// Netty 4.2.18 alone closes it: `epoll_ctl(..) failed with error(-2): No such file or directory`.
    @Test
    void aChannelWhosePeerHasEndedItsDirectionMayPauseAndGoOn() throws Exception {
        assumeThat(Epoll.isAvailable()).isTrue();
        CompletableFuture<Channel> ended = new CompletableFuture<>();
        try (var loops = new MultiThreadIoEventLoopGroup(1, MendedEpoll.factory())) {
            Channel server = listen(loops, ended);
            int port = ((InetSocketAddress) server.localAddress()).getPort();
            try (Socket client = new Socket("127.0.0.1", port)) {
                client.shutdownOutput();
                Channel channel = ended.get(10, TimeUnit.SECONDS);
                for (int i = 0; i < 3; i++) {
                    channel.config().setAutoRead(false);
                    channel.config().setAutoRead(true);
                    channel.eventLoop().submit(() -> {}).sync();
                }
                channel.writeAndFlush(channel.alloc().buffer().writeByte('!')).sync();
                InputStream in = client.getInputStream();
                assertThat(in.read()).isEqualTo('!');
                channel.close().sync();
                await().until(() -> in.read() == -1);
            }
            loops.shutdownGracefully(0, 0, TimeUnit.SECONDS).sync();
        }
    }

    private static Channel listen(
            MultiThreadIoEventLoopGroup loops, CompletableFuture<Channel> ended) throws Exception {
        return new ServerBootstrap()
                .group(loops)
                .channel(EpollServerSocketChannel.class)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childHandler(
                        new ChannelInboundHandlerAdapter() {
                            @Override
                            public void channelRead(ChannelHandlerContext ctx, Object message) {
                                ((ByteBuf) message).release();
                            }

                            @Override
                            public void userEventTriggered(
                                    ChannelHandlerContext ctx, Object event) {
                                if (event == ChannelInputShutdownEvent.INSTANCE) {
                                    ended.complete(ctx.channel());
                                }
                            }

                            @Override
                            public void exceptionCaught(
                                    ChannelHandlerContext ctx, Throwable cause) {
                                ended.completeExceptionally(cause);
                            }
                        })
                .bind("127.0.0.1", 0)
                .sync()
                .channel();
    }
}
