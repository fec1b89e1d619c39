package dev.weir;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.runtime.Transport;
import dev.weir.testkit.RawClient;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// How a connection that is passed on as it is ends, on every transport: each tells of ends and resets in its own way.
class TunnelEndsTest {
    private static Gate gate(TcpEndpoint endpoint, Transport.Choice transport) throws Exception {
        Transports.assumeOffered(transport);
        return Gate.openWith(
                """
                weir: 1
                listeners: { web: { listen: "127.0.0.1:0", tcp: all } }
                services: { all: { endpoints: [%s] } }
                """
                        .formatted(endpoint.address()),
                transport);
    }

    @ParameterizedTest
    @EnumSource(names = {"EPOLL", "IO_URING", "NIO"})
    void theClientEndsFirst(Transport.Choice transport) throws Exception {
        try (TcpEndpoint endpoint =
                        TcpEndpoint.start(
                                socket -> {
                                    int length = socket.getInputStream().readAllBytes().length;
                                    socket.getOutputStream()
                                            .write(("got " + length).getBytes(US_ASCII));
                                });
                Gate gate = gate(endpoint, transport);
                RawClient client = gate.client()) {
            client.send("question").halfClose();
            assertThat(client.readUntilClosed()).isEqualTo("got 8".getBytes(US_ASCII));
        }
    }

    /// An end alone, with no bytes beside it.
    @ParameterizedTest
    @EnumSource(names = {"EPOLL", "IO_URING", "NIO"})
    void bothEndAfterASilence(Transport.Choice transport) throws Exception {
        try (TcpEndpoint endpoint = TcpEndpoint.echo();
                Gate gate = gate(endpoint, transport);
                RawClient client = gate.client()) {
            client.send("x").readBytes(1);
            client.halfClose();
            assertThat(client.readUntilClosed()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"EPOLL", "IO_URING", "NIO"})
    void theEndpointEndsFirst(Transport.Choice transport) throws Exception {
        CompletableFuture<byte[]> got = new CompletableFuture<>();
        try (TcpEndpoint endpoint =
                        TcpEndpoint.start(
                                socket -> {
                                    socket.getOutputStream().write("bye".getBytes(US_ASCII));
                                    socket.shutdownOutput();
                                    got.complete(socket.getInputStream().readAllBytes());
                                });
                Gate gate = gate(endpoint, transport);
                RawClient client = gate.client()) {
            assertThat(client.readUntilClosed()).isEqualTo("bye".getBytes(US_ASCII));
            client.send("still here").halfClose();
            assertThat(got.get(5, TimeUnit.SECONDS)).isEqualTo("still here".getBytes(US_ASCII));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"EPOLL", "IO_URING", "NIO"})
    void theClientResets(Transport.Choice transport) throws Exception {
        CompletableFuture<String> seen = new CompletableFuture<>();
        try (TcpEndpoint endpoint =
                        TcpEndpoint.start(
                                socket -> {
                                    try {
                                        InputStream in = socket.getInputStream();
                                        socket.getOutputStream().write(in.read());
                                        seen.complete(in.read() < 0 ? "end" : "more");
                                    } catch (SocketException e) {
                                        seen.complete("reset");
                                    }
                                });
                Gate gate = gate(endpoint, transport);
                RawClient client = gate.client()) {
            client.send("x").readBytes(1);
            client.reset();
            assertThat(seen.get(5, TimeUnit.SECONDS)).isEqualTo("reset");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"EPOLL", "IO_URING", "NIO"})
    void theEndpointResets(Transport.Choice transport) throws Exception {
        try (TcpEndpoint endpoint =
                        TcpEndpoint.start(
                                socket -> {
                                    socket.getInputStream().read();
                                    socket.setSoLinger(true, 0);
                                });
                Gate gate = gate(endpoint, transport);
                Socket client = new Socket("127.0.0.1", gate.port())) {
            client.setSoTimeout(5000);
            client.getOutputStream().write('x');
            assertThatThrownBy(() -> client.getInputStream().read())
                    .isInstanceOf(SocketException.class);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"EPOLL", "IO_URING", "NIO"})
    void muchIsOnItsWayWhenTheClientEnds(Transport.Choice transport) throws Exception {
        byte[] bytes = new byte[8 << 20];
        new Random(5).nextBytes(bytes);
        try (TcpEndpoint endpoint = TcpEndpoint.echo();
                Gate gate = gate(endpoint, transport);
                Socket client = new Socket("127.0.0.1", gate.port())) {
            client.setSoTimeout(10_000);
            CompletableFuture<Void> sent =
                    CompletableFuture.runAsync(
                            () -> {
                                try {
                                    client.getOutputStream().write(bytes);
                                    client.shutdownOutput();
                                } catch (java.io.IOException e) {
                                    throw new AssertionError(e);
                                }
                            });
            assertThat(client.getInputStream().readAllBytes()).isEqualTo(bytes);
            sent.join();
        }
    }
}
