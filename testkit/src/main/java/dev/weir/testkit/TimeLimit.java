package dev.weir.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Closes a socket when an operation on it takes too long. Close it as soon as the operation is done.
final class TimeLimit implements AutoCloseable {
    private final CountDownLatch done = new CountDownLatch(1);
    private volatile boolean exceeded;

    TimeLimit(Socket socket, Duration patience) {
        Thread.ofVirtual().name("time-limit").start(() -> watch(socket, patience));
    }

    private void watch(Socket socket, Duration patience) {
        try {
            if (!done.await(patience.toNanos(), TimeUnit.NANOSECONDS)) {
                exceeded = true;
                socket.close();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean exceeded() {
        return exceeded;
    }

    @Override
    public void close() {
        done.countDown();
    }
}
