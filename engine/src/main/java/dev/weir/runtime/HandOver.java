package dev.weir.runtime;

import io.netty.channel.epoll.Epoll;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Gives listening sockets to another process, by a Unix socket in a folder that only this user can enter. Both processes then have the
/// very same socket of the kernel, so no connection that waits in its queue is lost, whoever closes first:
///
/// 1. the new process connects, asks, and gets all descriptors, then the end; what else it is to know lies in a file beside the socket;
/// 2. it connects again to say that it serves, and the old one may accept no more then; or that it cannot, and why.
///
/// What it says is one word and, behind a space, what belongs to it, up to the end of what it sends. Linux with Netty's epoll only. Blocks; confined to one thread, which is no event loop.
public final class HandOver implements AutoCloseable {
    private static final long STEP_MILLIS = 5;
    private static final int MOST_SAID = 64 << 10;
    private static final String ASKS = "sockets ";
    private static final String SERVES = "serves ";
    private static final String CANNOT = "cannot ";

    private final Path folder;
    private final Path path;
    private final Path also;
    private final Socket listening;

    /// What came of a hand-over.
    public sealed interface Outcome {
        /// The other process serves, and this one is about to end.
        record Serves(long pid) implements Outcome {}

        /// The other process did not come to serve, and this one goes on.
        ///
        /// @param why what the other one said before it ended; one line or many
        record Failed(String why) implements Outcome {}

        /// Nothing was begun.
        ///
        /// @param why in one line
        record Impossible(String why) implements Outcome {}
    }

    private HandOver(Path folder, Path path, Socket listening) {
        this.folder = folder;
        this.path = path;
        this.also = also(path);
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

    private static Path also(Path path) {
        return path.resolveSibling("also");
    }

    /// Where the new process is to ask.
    public Path path() {
        return path;
    }

    /// Gives descriptors to the new process and waits until it serves.
    ///
    /// @param known what else it is to know when it has asked
    /// @param goesOn whether there is still somebody to wait for
    /// @return what it says; empty if it has said nothing
    public Optional<Outcome> give(
            List<Integer> descriptors, Supplier<String> known, BooleanSupplier goesOn)
            throws IOException, InterruptedException {
        while (true) {
            Socket from = accept(goesOn);
            if (from == null) {
                return Optional.empty();
            }
            try {
                String said = heard(from, goesOn);
                if (said.equals(ASKS)) {
                    Files.writeString(also, known.get());
                    send(descriptors, from, goesOn);
                } else if (said.matches(SERVES + "[0-9]{1,18}")) {
                    return Optional.of(
                            new Outcome.Serves(Long.parseLong(said.substring(SERVES.length()))));
                } else if (said.startsWith(CANNOT)) {
                    return Optional.of(new Outcome.Failed(said.substring(CANNOT.length())));
                }
            } finally {
                from.close();
            }
        }
    }

    private @Nullable Socket accept(BooleanSupplier goesOn)
            throws IOException, InterruptedException {
        byte[] address = new byte[128];
        while (true) {
            // What it has said before it ended counts.
            boolean last = !goesOn.getAsBoolean();
            int descriptor = listening.accept(address);
            if (descriptor >= 0) {
                return new Socket(descriptor);
            }
            if (last) {
                return null;
            }
            TimeUnit.MILLISECONDS.sleep(STEP_MILLIS);
        }
    }

    private static void send(List<Integer> descriptors, Socket to, BooleanSupplier goesOn)
            throws IOException, InterruptedException {
        for (int descriptor : descriptors) {
            while (to.sendFd(descriptor) < 0 && goesOn.getAsBoolean()) {
                TimeUnit.MILLISECONDS.sleep(STEP_MILLIS);
            }
        }
    }

    /// All that comes, up to the end.
    private static String heard(Socket from, BooleanSupplier goesOn)
            throws IOException, InterruptedException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(MOST_SAID);
        while (buffer.hasRemaining()) {
            boolean last = !goesOn.getAsBoolean();
            int count = from.read(buffer, buffer.position(), buffer.limit());
            if (count < 0 || (count == 0 && last)) {
                break;
            }
            buffer.position(buffer.position() + count);
            if (count == 0) {
                TimeUnit.MILLISECONDS.sleep(STEP_MILLIS);
            }
        }
        return StandardCharsets.UTF_8.decode(buffer.flip()).toString();
    }

    /// Asks the old process for its listening sockets.
    ///
    /// @return their descriptors, which are the caller's to close
    public static List<Integer> take(Path path) throws IOException, InterruptedException {
        List<Integer> descriptors = new ArrayList<>();
        Socket from = said(path, ASKS);
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

    /// What else the old process wants known, once it has given its sockets.
    public static String known(Path path) throws IOException {
        return Files.readString(also(path));
    }

    /// Tells the old process that this one serves.
    public static void serves(Path path) throws IOException, InterruptedException {
        said(path, SERVES + ProcessHandle.current().pid()).close();
    }

    /// Tells the old process that this one will not come to serve.
    ///
    /// @param why for people; what is too long is cut off
    public static void cannot(Path path, String why) throws IOException, InterruptedException {
        said(path, CANNOT + why).close();
    }

    private static Socket said(Path path, String text) throws IOException, InterruptedException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int length = Math.min(bytes.length, MOST_SAID);
        ByteBuffer buffer = ByteBuffer.allocateDirect(length).put(bytes, 0, length);
        Socket to = connected(path);
        try {
            for (int sent = 0; sent < length; ) {
                int count = to.write(buffer, sent, length);
                sent += count;
                if (count == 0) {
                    TimeUnit.MILLISECONDS.sleep(STEP_MILLIS);
                }
            }
            to.shutdown(false, true);
            return to;
        } catch (IOException | InterruptedException e) {
            to.close();
            throw e;
        }
    }

    private static Socket connected(Path path) throws IOException {
        if (!Epoll.isAvailable()) {
            // Asking loads the native code, which nothing else may have done yet.
            throw new IOException("there is no epoll here", Epoll.unavailabilityCause());
        }
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
        Files.deleteIfExists(also);
        Files.deleteIfExists(path);
        Files.deleteIfExists(folder);
    }
}
