package dev.weir.tls;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

/// Takes TLS off connections and passes their bytes on to a port of 127.0.0.1 that speaks none. Thread-safe.
public final class TlsWall implements AutoCloseable {
    private final SSLServerSocket listening;
    private final int to;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final List<String> names = new CopyOnWriteArrayList<>();
    private final List<String> clients = new CopyOnWriteArrayList<>();

    private TlsWall(SSLServerSocket listening, int to) {
        this.listening = listening;
        this.to = to;
    }

    /// @param wantsClient whether a client must show a certificate
    /// @param protocols that are offered by ALPN
    public static TlsWall before(
            int port, SSLContext context, boolean wantsClient, String... protocols)
            throws IOException {
        SSLServerSocket listening =
                (SSLServerSocket)
                        context.getServerSocketFactory()
                                .createServerSocket(0, 100, InetAddress.ofLiteral("127.0.0.1"));
        listening.setNeedClientAuth(wantsClient);
        SSLParameters parameters = listening.getSSLParameters();
        parameters.setApplicationProtocols(protocols);
        listening.setSSLParameters(parameters);
        TlsWall wall = new TlsWall(listening, port);
        Thread.ofVirtual().start(wall::accept);
        return wall;
    }

    public int port() {
        return listening.getLocalPort();
    }

    /// For example `https://127.0.0.1:12345`.
    public String url(String host) {
        return "https://" + host + ":" + port();
    }

    /// The names that were asked for (SNI), one per connection, empty if none was.
    public List<String> names() {
        return names;
    }

    /// The subjects of clients' certificates, one per connection.
    public List<String> clients() {
        return clients;
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                SSLSocket socket = (SSLSocket) listening.accept();
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(SSLSocket socket) {
        open.add(socket);
        try (socket;
                Socket plain = new Socket(InetAddress.ofLiteral("127.0.0.1"), to)) {
            socket.startHandshake();
            List<SNIServerName> asked =
                    ((ExtendedSSLSession) socket.getSession()).getRequestedServerNames();
            names.add(asked.isEmpty() ? "" : new String(asked.getFirst().getEncoded()));
            if (listening.getNeedClientAuth()) {
                clients.add(socket.getSession().getPeerPrincipal().getName());
            }
            Thread back = Thread.ofVirtual().start(() -> pass(plain, socket));
            pass(socket, plain);
            plain.close();
            back.join();
        } catch (IOException | InterruptedException e) {
            // The other side sees the end, which is what it is told.
        } finally {
            open.remove(socket);
        }
    }

    private static void pass(Socket from, Socket into) {
        byte[] piece = new byte[16 << 10];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = into.getOutputStream();
            for (int length = in.read(piece); length >= 0; length = in.read(piece)) {
                out.write(piece, 0, length);
            }
            into.close();
        } catch (IOException e) {
            // As above.
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
        for (Socket socket : open) {
            socket.close();
        }
    }
}
