package dev.weir;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.testkit.RawClient;
import dev.weir.testkit.RawResponse;
import io.grpc.Server;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Before a server of grpc-java: its health service is both what is called and what checks ask.
class GrpcEndpointTest {
    private final HealthStatusManager health = new HealthStatusManager();
    private Server server;

    @BeforeEach
    void open() throws Exception {
        server =
                NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0))
                        .addService(health.getHealthService())
                        .build()
                        .start();
        health.setStatus("shop", ServingStatus.SERVING);
    }

    @AfterEach
    void close() throws Exception {
        server.shutdownNow().awaitTermination();
    }

    private Gate gate(String more) throws Exception {
        return Gate.open(
                """
                routes: [{ to: all, timeout: { first-byte: 5s, idle: 1m } }]
                services: { all: { endpoints: ["127.0.0.1:%d"], protocol: h2c %s } }
                """
                        .formatted(server.getPort(), more));
    }

    private static byte[] call(String method, String service) {
        byte[] message = HealthCheckRequest.newBuilder().setService(service).build().toByteArray();
        String head =
                "POST /grpc.health.v1.Health/%s HTTP/1.1\r\nHost: a\r\nContent-Type: application/grpc\r\n"
                                .formatted(method)
                        + "Transfer-Encoding: chunked\r\n\r\n%x\r\n".formatted(5 + message.length);
        ByteBuffer all = ByteBuffer.allocate(head.length() + 5 + message.length + 7);
        all.put(head.getBytes(ISO_8859_1)).put((byte) 0).putInt(message.length).put(message);
        return all.put("\r\n0\r\n\r\n".getBytes(ISO_8859_1)).array();
    }

    private static ServingStatus state(byte[] framed) throws Exception {
        byte[] message = Arrays.copyOfRange(framed, 5, framed.length);
        return HealthCheckResponse.parseFrom(message).getStatus();
    }

    @Test
    void passesACallWithItsStatusInTrailers() throws Exception {
        try (Gate gate = gate("");
                RawClient client = gate.client()) {
            for (int i = 0; i < 3; i++) {
                RawResponse answer = client.send(call("Check", "shop")).readResponse();
                assertThat(answer.header("Content-Type")).isEqualTo("application/grpc");
                assertThat(state(answer.body())).isEqualTo(ServingStatus.SERVING);
                assertThat(answer.trailers().get("grpc-status")).containsExactly("0");
            }
        }
    }

    @Test
    void passesAFailureThatIsNothingButTrailers() throws Exception {
        try (Gate gate = gate("");
                RawClient client = gate.client()) {
            RawResponse unknown = client.send(call("Check", "nobody")).readResponse();
            assertThat(unknown.header("grpc-status")).isEqualTo("5");
            assertThat(unknown.header("grpc-message")).isEqualTo("unknown service nobody");
            RawResponse missing = client.send(call("Nothing", "shop")).readResponse();
            assertThat(missing.header("grpc-status")).isEqualTo("12");
        }
    }

    @Test
    void passesTheMessagesOfAStreamAsTheyCome() throws Exception {
        try (Gate gate = gate("");
                RawClient client = gate.client()) {
            client.send(call("Watch", "shop"));
            String first = new String(client.readBytes(1), ISO_8859_1);
            StringBuilder all = new StringBuilder(first);
            while (!all.toString().endsWith("\u0002\b\u0001\r\n")) {
                all.append(new String(client.readBytes(1), ISO_8859_1));
            }
            assertThat(client.silentFor(Duration.ofMillis(100))).isTrue();
            health.setStatus("shop", ServingStatus.NOT_SERVING);
            while (!all.toString().endsWith("\u0002\b\u0002\r\n")) {
                all.append(new String(client.readBytes(1), ISO_8859_1));
            }
        }
    }

    @Test
    void checksByTheHealthProtocol() throws Exception {
        try (Gate gate =
                gate(
                        ", health: { protocol: grpc, service: shop, every: 50ms, down-after: 1 }, panic: 0%")) {
            assertThat(gate.exchange(new String(call("Check", "shop"), ISO_8859_1)).status())
                    .isEqualTo(200);
            health.setStatus("shop", ServingStatus.NOT_SERVING);
            await().until(() -> gate.events().stream().anyMatch(e -> e.contains("NOT_SERVING")));
            await().until(
                            () ->
                                    gate.exchange(new String(call("Check", "shop"), ISO_8859_1))
                                                    .status()
                                            == 503);
        }
    }
}
