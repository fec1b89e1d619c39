package dev.weir.tls;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/// Takes TLS off connections and passes their bytes on to a port of 127.0.0.1 that speaks none. Thread-safe.
public final class TlsWall implements AutoCloseable {
    private final ServerSocket listening;
    private final SSLSocketFactory sockets;
    private final UnaryOperator<SSLParameters> setting;
    private final int to;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final List<String> names = new CopyOnWriteArrayList<>();
    private final List<String> clients = new CopyOnWriteArrayList<>();
    private final List<Long> sessions = new CopyOnWriteArrayList<>();
    private volatile boolean cuts;

    private TlsWall(
            ServerSocket listening,
            SSLSocketFactory sockets,
            UnaryOperator<SSLParameters> setting,
            int to) {
        this.listening = listening;
        this.sockets = sockets;
        this.setting = setting;
        this.to = to;
    }

    /// @param wantsClient whether a client must show a certificate
    /// @param protocols that are offered by ALPN
    public static TlsWall before(
            int port, SSLContext context, boolean wantsClient, String... protocols)
            throws IOException {
        return before(
                port,
                context,
                parameters -> {
                    parameters.setNeedClientAuth(wantsClient);
                    parameters.setApplicationProtocols(protocols);
                    return parameters;
                });
    }

    /// @param setting how its TLS differs from the JDK's usual
    public static TlsWall before(int port, SSLContext context, UnaryOperator<SSLParameters> setting)
            throws IOException {
        ServerSocket listening = new ServerSocket(0, 100, InetAddress.ofLiteral("127.0.0.1"));
        TlsWall wall = new TlsWall(listening, context.getSocketFactory(), setting, port);
        Thread.ofVirtual().start(wall::accept);
        return wall;
    }

    /// From now on ends connections without an end of TLS, as somebody on the way could.
    public void cut() {
        cuts = true;
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

    /// When each connection's session began, in milliseconds: at its handshake, or earlier if it was resumed.
    public List<Long> sessions() {
        return sessions;
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket socket = listening.accept();
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket bare) {
        open.add(bare);
        try (bare;
                SSLSocket socket = (SSLSocket) sockets.createSocket(bare, null, true);
                Socket plain = new Socket(InetAddress.ofLiteral("127.0.0.1"), to)) {
            socket.setSSLParameters(setting.apply(socket.getSSLParameters()));
            socket.startHandshake();
            List<SNIServerName> asked =
                    ((ExtendedSSLSession) socket.getSession()).getRequestedServerNames();
            names.add(asked.isEmpty() ? "" : new String(asked.getFirst().getEncoded()));
            sessions.add(socket.getSession().getCreationTime());
            if (socket.getNeedClientAuth()) {
                clients.add(socket.getSession().getPeerPrincipal().getName());
            }
            Thread back =
                    Thread.ofVirtual()
                            .start(
                                    () -> {
                                        pass(plain, socket);
                                        end(cuts ? bare : socket);
                                    });
            pass(socket, plain);
            plain.close();
            back.join();
        } catch (IOException | InterruptedException e) {
            // The other side sees the end, which is what it is told.
        } finally {
            open.remove(bare);
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
        } catch (IOException e) {
            // As above.
        }
    }

    private static void end(Socket socket) {
        try {
            socket.close();
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
