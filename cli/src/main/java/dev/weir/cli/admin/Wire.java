package dev.weir.cli.admin;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/// A connection to an admin API. It is cut when nothing has come for too long: a Unix socket has no timeout of its own. Confined to one
/// thread but for the timer.
final class Wire implements Closeable {
    private static final Duration CONNECT = Duration.ofSeconds(5);

    private final InputStream in;
    private final OutputStream out;
    private final Closeable under;
    private final Duration patience;
    private final Executor later;
    private CompletableFuture<Void> cut;
    private long armedNanos;
    private volatile boolean late;

    private Wire(InputStream in, OutputStream out, Closeable under, Duration patience) {
        this.in = in;
        this.out = out;
        this.under = under;
        this.patience = patience;
        this.later = CompletableFuture.delayedExecutor(patience.toMillis(), TimeUnit.MILLISECONDS);
        this.cut = arm();
    }

    /// @param patience how long the other side may say nothing
    static Wire open(Place place, Duration patience) throws IOException {
        return switch (place) {
            case Place.OnSocket at -> {
                SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(at.path()));
                yield new Wire(
                        Channels.newInputStream(channel),
                        Channels.newOutputStream(channel),
                        channel,
                        patience);
            }
            case Place.OnAddress at -> {
                Socket socket = connect(at.url());
                yield new Wire(socket.getInputStream(), socket.getOutputStream(), socket, patience);
            }
        };
    }

    private static Socket connect(URI url) throws IOException {
        boolean tls = "https".equalsIgnoreCase(url.getScheme());
        int port = url.getPort() < 0 ? tls ? 443 : 80 : url.getPort();
        String name = url.getHost().replaceAll("^\\[(.*)]$", "$1");
        Socket socket = new Socket();
        try {
            socket.connect(new InetSocketAddress(name, port), (int) CONNECT.toMillis());
            return tls ? secured(socket, name, port) : socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    private static Socket secured(Socket socket, String name, int port) throws IOException {
        SSLSocketFactory factory = (SSLSocketFactory) SSLSocketFactory.getDefault();
        SSLSocket secured = (SSLSocket) factory.createSocket(socket, name, port, true);
        SSLParameters parameters = secured.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        secured.setSSLParameters(parameters);
        socket.setSoTimeout((int) CONNECT.toMillis());
        secured.startHandshake();
        socket.setSoTimeout(0);
        return secured;
    }

    private CompletableFuture<Void> arm() {
        armedNanos = System.nanoTime();
        return CompletableFuture.runAsync(
                () -> {
                    late = true;
                    close();
                },
                later);
    }

    /// Something has come: the time begins anew. A second more or less does not matter, so that a busy stream does not arm thousands of timers.
    private void heard() {
        if (System.nanoTime() - armedNanos > TimeUnit.SECONDS.toNanos(1)) {
            cut.cancel(false);
            cut = arm();
        }
    }

    void send(byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
    }

    /// What comes in.
    InputStream in() {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] to, int from, int most) throws IOException {
                try {
                    int count = in.read(to, from, most);
                    heard();
                    return count;
                } catch (IOException e) {
                    throw late ? silent(e) : e;
                }
            }
        };
    }

    private IOException silent(@Nullable IOException cause) {
        return new IOException("it has said nothing for " + patience.toSeconds() + " s", cause);
    }

    @Override
    public void close() {
        cut.cancel(false);
        try {
            under.close();
        } catch (IOException _) {
            // It is of no use any more, whatever becomes of it.
        }
    }
}
