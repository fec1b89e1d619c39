package dev.weir.listen;

import dev.weir.runtime.Timers;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.SocketChannel;
import org.jspecify.annotations.Nullable;

/// A connection that has still to show what it is, for which it has `limits.header-timeout`. Keeps what has come and does not decide, and
/// gives way to whoever goes on. Confined to one event loop.
abstract class Beginning extends ClientConnection implements Timers.Expiry {
    final Worker worker;
    final Listener listener;
    final SocketChannel channel;
    private final Timers.Timer timer;

    /// What has come so far, if that does not decide.
    @Nullable ByteBuf kept;

    Beginning(Worker worker, Listener listener, SocketChannel channel) {
        this.worker = worker;
        this.listener = listener;
        this.channel = channel;
        this.timer = worker.loop().timers().timer(this);
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        worker.opened(this);
        timer.at(worker.loop().now() + worker.snapshot().limits().headerTimeout().toNanos());
    }

    /// Somebody else goes on with the connection, or nobody.
    final void leave() {
        timer.drop();
        worker.closed(this);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        leave();
        ByteBuf waiting = kept;
        if (waiting != null) {
            kept = null;
            waiting.release();
        }
    }

    @Override
    long held() {
        ByteBuf waiting = kept;
        return waiting == null ? 0 : waiting.capacity();
    }

    @Override
    void relieve() {}

    @Override
    Listener listener() {
        return listener;
    }

    @Override
    void closeIfIdle() {
        channel.close();
    }

    @Override
    boolean cut() {
        channel.close();
        return false;
    }
}
