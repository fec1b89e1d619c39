package dev.weir.tls;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/// A client that speaks HTTP/1.1 in bytes over TLS to 127.0.0.1; every read is limited to five seconds. Does not look at names in
/// certificates, only at who issued them. For one thread.
public final class TlsClient implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 5_000;

    private final SSLSocket socket;

    private TlsClient(SSLSocket socket) {
        this.socket = socket;
    }

    /// Connects and shakes hands.
    ///
    /// @param serverName sent as SNI; null for none
    public static TlsClient connect(int port, SSLContext context, String serverName)
            throws IOException {
        SSLParameters parameters = new SSLParameters();
        if (serverName != null) {
            parameters.setServerNames(List.of(new SNIHostName(serverName)));
        }
        return connect(port, context, parameters);
    }

    public static TlsClient connect(int port, SSLContext context, SSLParameters parameters)
            throws IOException {
        Socket plain = new Socket(InetAddress.ofLiteral("127.0.0.1"), port);
        plain.setSoTimeout(PATIENCE_MILLIS);
        SSLSocket socket =
                (SSLSocket) context.getSocketFactory().createSocket(plain, "127.0.0.1", port, true);
        socket.setSSLParameters(parameters);
        try {
            socket.startHandshake();
        } catch (IOException e) {
            socket.close();
            throw e;
        }
        return new TlsClient(socket);
    }

    public SSLSocket socket() {
        return socket;
    }

    /// The server's certificate.
    public X509Certificate certificate() throws IOException {
        return (X509Certificate) socket.getSession().getPeerCertificates()[0];
    }

    /// Sends a GET and reads the answer, which has a length.
    public String get(String path, String host, String... lines) throws IOException {
        StringBuilder request =
                new StringBuilder("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n");
        for (String line : lines) {
            request.append(line).append("\r\n");
        }
        send(request.append("\r\n").toString());
        return answer();
    }

    public void send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /// Reads head and body of an answer with a length.
    public String answer() throws IOException {
        StringBuilder head = new StringBuilder();
        InputStream in = socket.getInputStream();
        while (!head.toString().endsWith("\r\n\r\n")) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("closed after: " + head);
            }
            head.append((char) next);
        }
        int length = 0;
        for (String line : head.toString().split("\r\n")) {
            if (line.toLowerCase(java.util.Locale.ROOT).startsWith("content-length:")) {
                length = Integer.parseInt(line.substring(15).strip());
            }
        }
        return head + new String(in.readNBytes(length), StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
