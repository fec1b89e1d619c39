package dev.weir.bench.load;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.concurrent.CompletableFuture;

/// Connections that have served one request and then stand idle, as most of a gateway's clients do. Confined to the
/// generator's loop.
final class IdleConnections {
    private final Dialer dialer;
    private final ByteBuf request;
    private final boolean toHead;
    private final int wanted;
    private int opened;
    private int closed;

    IdleConnections(Dialer dialer, Plan plan) {
        this.dialer = dialer;
        this.request = Unpooled.directBuffer().writeBytes(plan.request(false));
        this.toHead = plan.method().equals("HEAD");
        this.wanted = plan.idle();
    }

    /// @return completes on the loop, with how many stand
    CompletableFuture<Integer> open() {
        return new Batch(wanted, (number, done) -> new Idle(done).open(number))
                .run()
                .thenApply(_ -> opened);
    }

    /// How many of those that stood were closed by the proxy.
    int closed() {
        return closed;
    }

    private final class Idle extends ChannelInboundHandlerAdapter {
        private final AnswerReader reader = new AnswerReader();
        private final Runnable done;
        private boolean over;
        private boolean stands;

        Idle(Runnable done) {
            this.done = done;
        }

        void open(int number) {
            reader.begin(toHead);
            dialer.connectSpread(this, number).addListener(f -> connected((ChannelFuture) f));
        }

        private void connected(ChannelFuture connect) {
            if (connect.isSuccess()) {
                connect.channel().writeAndFlush(request.retainedDuplicate());
            } else {
                end();
            }
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            var in = (ByteBuf) message;
            AnswerReader.Progress progress = reader.read(in);
            in.release();
            if (progress == AnswerReader.Progress.WHOLE && reader.status() / 100 == 2) {
                stands = true;
                opened++;
                end();
            } else if (progress != AnswerReader.Progress.MORE) {
                context.close();
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            if (stands) {
                closed++;
            }
            end();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            context.close();
        }

        private void end() {
            if (!over) {
                over = true;
                done.run();
            }
        }
    }
}
