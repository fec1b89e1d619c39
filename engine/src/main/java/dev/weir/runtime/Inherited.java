package dev.weir.runtime;

import io.netty.channel.socket.ServerSocketChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Listening sockets that another process has handed over, until each has found its listener, and what else it wanted known. Confined to the thread that starts.
public final class Inherited implements AutoCloseable {
    /// There is no other process.
    public static final Inherited NONE = new Inherited(List.of(), "");

    private final List<ServerSocketChannel> channels;

    private final String known;

    private Inherited(List<ServerSocketChannel> channels, String known) {
        this.channels = new ArrayList<>(channels);
        this.known = known;
    }

    /// What the other process has said beside; empty if it was nothing.
    public String known() {
        return known;
    }

    /// Takes them over.
    ///
    /// @param path where the other process offers them
    /// @throws IllegalArgumentException if this transport cannot
    public static Inherited from(Path path, Transport transport)
            throws IOException, InterruptedException {
        var adopting =
                transport
                        .adopting()
                        .orElseThrow(
                                () ->
                                        new IllegalArgumentException(
                                                "transport "
                                                        + transport.name()
                                                        + " cannot take sockets over; epoll can"));
        List<ServerSocketChannel> channels = new ArrayList<>();
        for (int descriptor : HandOver.take(path)) {
            channels.add(adopting.apply(descriptor));
        }
        return new Inherited(channels, HandOver.known(path));
    }

    /// The socket that listens at an address, or null; it is the caller's from now on. Where the system is to choose the port, the first
    /// that is left at this address: whoever wants a certain port is to ask before.
    public @Nullable ServerSocketChannel take(InetSocketAddress wanted) {
        for (ServerSocketChannel channel : channels) {
            InetSocketAddress at = channel.localAddress();
            boolean same =
                    (wanted.getPort() == 0 || at.getPort() == wanted.getPort())
                            && (at.getAddress().isAnyLocalAddress()
                                    ? wanted.getAddress().isAnyLocalAddress()
                                    : at.getAddress().equals(wanted.getAddress()));
            if (same) {
                channels.remove(channel);
                return channel;
            }
        }
        return null;
    }

    /// Closes those that nobody wants any more.
    @Override
    public void close() {
        channels.forEach(channel -> channel.unsafe().closeForcibly());
        channels.clear();
    }
}
