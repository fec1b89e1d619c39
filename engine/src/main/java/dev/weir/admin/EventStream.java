package dev.weir.admin;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultHttpContent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;

/// The events of one subscriber, on his connection (`text/event-stream`, WHATWG HTML §9.2). Events are whole or not sent at all; none is left
/// out: who takes nothing for too long, or has too much waiting for him, is cut. Thread-safe; what it keeps is confined to the admin loop.
final class EventStream implements Subscriber {
    /// The picture of ten thousand routes has a few megabytes.
    private static final long MOST_WAITING = 16 << 20;

    private final ChannelHandlerContext ctx;
    private final long patienceNanos;

    /// Since when nothing more fits; 0 while it does.
    private long stuckNanos;

    EventStream(ChannelHandlerContext ctx, Duration patience) {
        this.ctx = ctx;
        this.patienceNanos = patience.toNanos();
    }

    @Override
    public void send(String event, String data) {
        StringBuilder text = new StringBuilder(data.length() + 64);
        text.append("event: ").append(event).append('\n');
        data.lines().forEach(line -> text.append("data: ").append(line).append('\n'));
        write(text.append('\n').toString());
    }

    @Override
    public boolean behind() {
        return !ctx.channel().isWritable();
    }

    @Override
    public void onEnd(Runnable action) {
        try {
            // On the loop, which tells of the end at once even if that has been already.
            ctx.executor()
                    .execute(() -> ctx.channel().closeFuture().addListener(_ -> action.run()));
        } catch (RejectedExecutionException _) {
            action.run();
        }
    }

    private void write(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        try {
            ctx.executor().execute(() -> write(bytes));
        } catch (RejectedExecutionException _) {
            // The server has been closed, and the connection with it.
        }
    }

    private void write(byte[] bytes) {
        if (!ctx.channel().isActive()) {
            return;
        }
        if (ctx.channel().isWritable()) {
            stuckNanos = 0;
        } else {
            long now = System.nanoTime();
            stuckNanos = stuckNanos == 0 ? now : stuckNanos;
            boolean tooLong = now - stuckNanos > patienceNanos;
            if (tooLong || ctx.channel().bytesBeforeWritable() > MOST_WAITING) {
                ctx.close();
                return;
            }
        }
        var _ = ctx.writeAndFlush(new DefaultHttpContent(Unpooled.wrappedBuffer(bytes)));
    }
}
