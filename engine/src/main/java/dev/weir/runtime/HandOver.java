package dev.weir.runtime;

import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Gives listening sockets to another process, by a Unix socket in a folder that only this user can enter. Both processes then have the
/// very same socket of the kernel, so no connection that waits in its queue is lost, whoever closes first:
///
/// 1. the new process connects and gets all descriptors, then the end;
/// 2. it connects again to say that it serves; the old one may accept no more then.
///
/// Linux with Netty's epoll only. Blocks; confined to one thread, which is no event loop.
public final class HandOver implements AutoCloseable {
    private static final long STEP_MILLIS = 5;

    private final Path folder;
    private final Path path;
    private final Socket listening;

    private HandOver(Path folder, Path path, Socket listening) {
        this.folder = folder;
        this.path = path;
        this.listening = listening;
    }

    /// Begins to wait for the new process.
    public static HandOver offer() throws IOException {
        Path folder = Files.createTempDirectory("weir-take-over");
        Path path = folder.resolve("socket");
        Socket listening = Socket.newSocketDomain();
        try {
            listening.bind(new DomainSocketAddress(path.toString()));
            listening.listen(2);
        } catch (IOException e) {
            listening.close();
            Files.deleteIfExists(folder);
            throw e;
        }
        return new HandOver(folder, path, listening);
    }

    /// Where the new process is to ask.
    public Path path() {
        return path;
    }

    /// Gives descriptors to the new process and waits until it serves.
    ///
    /// @param goesOn whether there is still somebody to wait for
    /// @return whether it serves
    public boolean give(List<Integer> descriptors, BooleanSupplier goesOn)
            throws IOException, InterruptedException {
        Socket asks = accept(goesOn);
        if (asks == null) {
            return false;
        }
        try {
            for (int descriptor : descriptors) {
                while (asks.sendFd(descriptor) < 0) {
                    TimeUnit.MILLISECONDS.sleep(STEP_MILLIS);
                }
            }
        } finally {
            asks.close();
        }
        Socket serves = accept(goesOn);
        if (serves != null) {
            serves.close();
        }
        return serves != null;
    }

    private @Nullable Socket accept(BooleanSupplier goesOn)
            throws IOException, InterruptedException {
        byte[] address = new byte[128];
        while (true) {
            int descriptor = listening.accept(address);
            if (descriptor >= 0) {
                return new Socket(descriptor);
            }
            if (!goesOn.getAsBoolean()) {
                return null;
            }
            TimeUnit.MILLISECONDS.sleep(STEP_MILLIS);
        }
    }

    /// Asks the old process for its listening sockets.
    ///
    /// @return their descriptors, which are the caller's to close
    public static List<Integer> take(Path path) throws IOException, InterruptedException {
        List<Integer> descriptors = new ArrayList<>();
        Socket from = connected(path);
        try {
            while (true) {
                int descriptor = from.recvFd();
                if (descriptor > 0) {
                    descriptors.add(descriptor);
                } else if (descriptor == 0) {
                    TimeUnit.MILLISECONDS.sleep(STEP_MILLIS);
                } else {
                    return descriptors;
                }
            }
        } finally {
            from.close();
        }
    }

    /// Tells the old process that this one serves.
    public static void serves(Path path) throws IOException {
        connected(path).close();
    }

    private static Socket connected(Path path) throws IOException {
        Socket socket = Socket.newSocketDomain();
        try {
            socket.connect(new DomainSocketAddress(path.toString()));
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
        Files.deleteIfExists(path);
        Files.deleteIfExists(folder);
    }
}
