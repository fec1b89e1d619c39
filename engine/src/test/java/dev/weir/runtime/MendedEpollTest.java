package dev.weir.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
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

    /// A channel is closed while its end waits to be read from it, and the next one gets its descriptor: Netty 4.2.18 alone has it read before
    /// it has connected, and closes it.
    @Test
    void aChannelIsNotHandedWhatCameForTheOneBeforeWithItsDescriptor() throws Exception {
        assumeThat(Epoll.isAvailable()).isTrue();
        try (var loops = new MultiThreadIoEventLoopGroup(1, MendedEpoll.factory())) {
            int inherited = 0;
            for (int i = 0; i < 50 && inherited < 5; i++) {
                inherited += reopened(loops) ? 1 : 0;
            }
            assertThat(inherited).as("channels with the descriptor of another").isEqualTo(5);
            loops.shutdownGracefully(0, 0, TimeUnit.SECONDS).sync();
        }
    }

    /// @return whether the channel that was opened got the descriptor of the one that was closed
    private static boolean reopened(MultiThreadIoEventLoopGroup loops) throws Exception {
        BlockingQueue<EpollSocketChannel> accepted = new LinkedBlockingQueue<>();
        CompletableFuture<ChannelFuture> connecting = new CompletableFuture<>();
        int[] descriptors = new int[2];
        Channel server =
                accepting(
                        loops,
                        accepted,
                        first -> {
                            EpollSocketChannel second = accepted.remove();
                            descriptors[0] = second.fd().intValue();
                            second.close();
                            ChannelFuture begun =
                                    new Bootstrap()
                                            .group(first.eventLoop())
                                            .channel(EpollSocketChannel.class)
                                            .handler(new ChannelInboundHandlerAdapter())
                                            .connect(first.localAddress());
                            descriptors[1] = ((EpollSocketChannel) begun.channel()).fd().intValue();
                            connecting.complete(begun);
                        });
        int port = ((InetSocketAddress) server.localAddress()).getPort();
        try (Socket first = new Socket("127.0.0.1", port)) {
            EpollSocketChannel reader = accepted.poll(10, TimeUnit.SECONDS);
            try (Socket second = new Socket("127.0.0.1", port)) {
                await().until(() -> accepted.size() == 1);
                CountDownLatch written = new CountDownLatch(1);
                reader.eventLoop().execute(() -> waitFor(written));
                first.getOutputStream().write('1');
                second.getOutputStream().write('2');
                second.shutdownOutput();
                written.countDown();
                ChannelFuture begun = connecting.get(10, TimeUnit.SECONDS);
                assertThat(begun.await().cause()).isNull();
                begun.channel().close().sync();
            }
        }
        server.close().sync();
        return descriptors[0] == descriptors[1];
    }

    private static void waitFor(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /// @param read what is done when the first connection sends something
    private static Channel accepting(
            MultiThreadIoEventLoopGroup loops,
            BlockingQueue<EpollSocketChannel> accepted,
            Consumer<EpollSocketChannel> read)
            throws Exception {
        AtomicBoolean begun = new AtomicBoolean();
        return new ServerBootstrap()
                .group(loops)
                .channel(EpollServerSocketChannel.class)
                .childHandler(
                        new ChannelInitializer<EpollSocketChannel>() {
                            @Override
                            protected void initChannel(EpollSocketChannel channel) {
                                accepted.add(channel);
                                channel.pipeline().addLast(new Once(begun, read));
                            }
                        })
                .bind("127.0.0.1", 0)
                .sync()
                .channel();
    }

    private static final class Once extends ChannelInboundHandlerAdapter {
        private final AtomicBoolean begun;
        private final Consumer<EpollSocketChannel> read;

        Once(AtomicBoolean begun, Consumer<EpollSocketChannel> read) {
            this.begun = begun;
            this.read = read;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ((ByteBuf) message).release();
            if (begun.compareAndSet(false, true)) {
                read.accept((EpollSocketChannel) ctx.channel());
            }
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
