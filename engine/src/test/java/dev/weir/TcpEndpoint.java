package dev.weir;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/// An endpoint on 127.0.0.1 that is given each connection as it is, on a virtual thread of its own. Its port is free again when it is closed.
public final class TcpEndpoint implements AutoCloseable {
    /// What is done with a connection. It is closed afterwards.
    public interface Conversation {
        void with(Socket socket) throws Exception;
    }

    private final ServerSocket listening;
    private final List<Socket> open = new CopyOnWriteArrayList<>();
    private final AtomicInteger accepted = new AtomicInteger();
    private final AtomicInteger ended = new AtomicInteger();

    private TcpEndpoint(ServerSocket listening, Conversation conversation) {
        this.listening = listening;
        Thread.ofVirtual().start(() -> accept(conversation));
    }

    public static TcpEndpoint start(Conversation conversation) throws IOException {
        ServerSocket socket = new ServerSocket();
        socket.bind(new InetSocketAddress("127.0.0.1", 0), 1024);
        return new TcpEndpoint(socket, conversation);
    }

    /// Sends back what it gets, until that ends.
    public static TcpEndpoint echo() throws IOException {
        return start(socket -> socket.getInputStream().transferTo(socket.getOutputStream()));
    }

    private void accept(Conversation conversation) {
        try {
            while (true) {
                Socket socket = listening.accept();
                accepted.incrementAndGet();
                open.add(socket);
                Thread.ofVirtual().start(() -> serve(socket, conversation));
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    private void serve(Socket socket, Conversation conversation) {
        try (socket) {
            conversation.with(socket);
        } catch (Exception e) {
            // What the other side did; the test looks at that side.
        } finally {
            open.remove(socket);
            ended.incrementAndGet();
        }
    }

    public int port() {
        return listening.getLocalPort();
    }

    public String address() {
        return "127.0.0.1:" + port();
    }

    public int accepted() {
        return accepted.get();
    }

    /// How many conversations are over.
    public int ended() {
        return ended.get();
    }

    @Override
    public void close() throws IOException {
        listening.close();
        for (Socket socket : open) {
            socket.close();
        }
    }
}
