package dev.weir;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.testkit.RawClient;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// TLS connections that go to a service by the name they ask for, and are not decrypted.
class ServerNameRouteTest {
    private static final Duration SOON = Duration.ofSeconds(3);

    @TempDir Path folder;

    private TcpEndpoint shop;
    private TcpEndpoint wild;
    private TcpEndpoint rest;

    /// Says its name, then sends back what it gets: so both the choice and the bytes show.
    private static TcpEndpoint named(String name) throws Exception {
        return TcpEndpoint.start(
                socket -> {
                    socket.getOutputStream().write(name.getBytes(US_ASCII));
                    socket.getInputStream().transferTo(socket.getOutputStream());
                });
    }

    @BeforeEach
    void start() throws Exception {
        shop = named("shop");
        wild = named("wild");
        rest = named("rest");
    }

    @AfterEach
    void stop() throws Exception {
        shop.close();
        wild.close();
        rest.close();
    }

    private Gate gate(String to) throws Exception {
        return Gate.openWith(
                """
                weir: 1
                listeners:
                  web:
                    listen: "127.0.0.1:0"
                    tcp: { sni: { shop.example.com: shop, "*.example.com": wild }%s }
                services:
                  shop: { endpoints: [%s] }
                  wild: { endpoints: [%s] }
                  rest: { endpoints: [%s] }
                limits: { header-timeout: 400ms }
                logs: { access: { to: %s } }
                """
                        .formatted(
                                to,
                                shop.address(),
                                wild.address(),
                                rest.address(),
                                folder.resolve("access.log")));
    }

    private static byte[] hello(String name) throws Exception {
        SSLEngine engine = SSLContext.getDefault().createSSLEngine();
        engine.setUseClientMode(true);
        if (!name.isEmpty()) {
            SSLParameters parameters = engine.getSSLParameters();
            parameters.setServerNames(List.of(new SNIHostName(name)));
            engine.setSSLParameters(parameters);
        }
        ByteBuffer out = ByteBuffer.allocate(1 << 15);
        engine.wrap(ByteBuffer.allocate(0), out);
        return Arrays.copyOf(out.array(), out.position());
    }

    private String lastLine() throws Exception {
        Path file = folder.resolve("access.log");
        await().ignoreExceptions().until(() -> !Files.readAllLines(file).isEmpty());
        return Files.readAllLines(file).getLast();
    }

    @ParameterizedTest
    @CsvSource({
        "shop.example.com, shop",
        "SHOP.example.com, shop",
        "a.example.com, wild",
        "a.b.example.com, wild",
        "example.com, rest",
        "example.org, rest",
        "'', rest"
    })
    void goesWhereTheNameSaysAndChangesNoByte(String name, String service) throws Exception {
        byte[] hello = hello(name);
        try (Gate gate = gate(", to: rest");
                RawClient client = gate.client()) {
            client.send(hello);
            assertThat(client.readBytes(4)).isEqualTo(service.getBytes(US_ASCII));
            assertThat(client.readBytes(hello.length)).isEqualTo(hello);
            assertThat(client.send("and on").readBytes(6)).isEqualTo("and on".getBytes(US_ASCII));
            client.close();
            assertThat(lastLine())
                    .contains("\"service\":\"" + service + "\"")
                    .contains(
                            name.isEmpty()
                                    ? ""
                                    : "\"host\":\""
                                            + name.toLowerCase(java.util.Locale.ROOT)
                                            + "\"");
        }
    }

    @Test
    void readsAHelloThatComesByteByByte() throws Exception {
        byte[] hello = hello("shop.example.com");
        try (Gate gate = gate("");
                RawClient client = gate.client()) {
            client.sendCut(hello, Duration.ofMillis(2), 1, 4, 5, 6, 50, hello.length - 1);
            assertThat(client.readBytes(4)).isEqualTo("shop".getBytes(US_ASCII));
            assertThat(client.readBytes(hello.length)).isEqualTo(hello);
        }
    }

    @Test
    void resetsANameThatIsNotListedWhereThereIsNoRest() throws Exception {
        byte[] hello = hello("example.org");
        try (Gate gate = gate("");
                RawClient client = gate.client()) {
            assertThat(client.send(hello).closedByPeer(SOON)).isTrue();
            assertThat(lastLine())
                    .contains("\"reason\":\"no-route\"")
                    .contains("\"host\":\"example.org\"");
        }
    }

    @Test
    void resetsWhatIsNoTls() throws Exception {
        try (Gate gate = gate(", to: rest");
                RawClient client = gate.client()) {
            assertThat(client.send("GET / HTTP/1.1\r\n").closedByPeer(SOON)).isTrue();
            assertThat(lastLine())
                    .contains("\"reason\":\"bad-hello\"")
                    .contains("\"ended_by\":\"client\"");
        }
        assertThat(rest.accepted()).isZero();
    }

    @Test
    void resetsAHelloThatIsLateOrEndless() throws Exception {
        byte[] hello = hello("shop.example.com");
        try (Gate gate = gate(", to: rest");
                RawClient late = gate.client();
                RawClient endless = gate.client()) {
            late.send(Arrays.copyOf(hello, 100));
            byte[] records = new byte[20_000];
            for (int at = 0; at + 5 < records.length; at += 5 + 250) {
                records[at] = 22;
                records[at + 1] = 3;
                records[at + 4] = (byte) 250;
            }
            records[5] = 1;
            records[6] = 1;
            assertThat(endless.send(records).closedByPeer(Duration.ofMillis(300))).isTrue();
            assertThat(late.closedByPeer(SOON)).isTrue();
            assertThat(lastLine()).contains("\"reason\":\"head-timeout\"");
        }
        assertThat(shop.accepted() + rest.accepted()).isZero();
    }
}
