package dev.weir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.weir.testkit.Behaviours;
import dev.weir.testkit.RawClient;
import dev.weir.testkit.RawResponse;
import dev.weir.testkit.ScriptedEndpoint;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class StoppingTest {
    private static CompletableFuture<Boolean> drain(Gate gate) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return gate.weir().drain();
                    } catch (InterruptedException e) {
                        throw new AssertionError(e);
                    }
                });
    }

    @Test
    void finishesWhatIsInFlightAndSaysThatTheConnectionEnds() throws Exception {
        try (var endpoint =
                        ScriptedEndpoint.start(
                                Behaviours.delay(Duration.ofMillis(700), Behaviours.ok("slow")));
                var gate =
                        Gate.open(
                                "drain: { delay: 200ms, timeout: 10s }\n"
                                        + Gate.to(endpoint.address()));
                var client = gate.client();
                var idle = gate.client()) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            endpoint.awaitRequests(1);
            var draining = drain(gate);
            RawResponse late = gate.get("/late");
            assertThat(late.status()).isEqualTo(200);
            assertThat(late.header("Connection")).isEqualTo("close");
            RawResponse response = client.readResponse();
            assertThat(response.text()).isEqualTo("Response from: slow");
            assertThat(response.header("Connection")).isEqualTo("close");
            assertThat(idle.readUntilClosed()).isEmpty();
            assertThat(draining.join()).as("nothing was cut").isTrue();
            int port = gate.weir().addresses().get("web").getPort();
            assertThatThrownBy(() -> RawClient.connect(port))
                    .isInstanceOfAny(ConnectException.class, IOException.class);
        }
    }

    @Test
    void cutsWhatTakesLongerThanTheDrainTime() throws Exception {
        try (var endpoint = ScriptedEndpoint.start(Behaviours.hang());
                var gate =
                        Gate.open(
                                "drain: { delay: 0s, timeout: 300ms }\n"
                                        + Gate.to(endpoint.address()));
                var client = gate.client()) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            endpoint.awaitRequests(1);
            assertThat(drain(gate).join()).as("nothing was cut").isFalse();
            assertThat(client.readResponse().status()).isEqualTo(503);
        }
    }

    @Test
    void closingWhileItDrainsCutsAndTheDrainKnows() throws Exception {
        try (var endpoint = ScriptedEndpoint.start(Behaviours.hang());
                var gate =
                        Gate.open(
                                "drain: { delay: 0s, timeout: 60s }\n"
                                        + Gate.to(endpoint.address()));
                var client = gate.client()) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            endpoint.awaitRequests(1);
            var draining = drain(gate);
            await().ignoreExceptions().until(() -> refuses(gate.port()));
            gate.weir().close();
            assertThat(draining.get(10, TimeUnit.SECONDS)).as("nothing was cut").isFalse();
        }
    }

    private static boolean refuses(int port) {
        try (RawClient client = RawClient.connect(port)) {
            return client.localPort() == 0;
        } catch (IOException refused) {
            return true;
        }
    }

    @Test
    void doesNotWaitForConnectionsThatHaveNothingToDo() throws Exception {
        try (var endpoint = ScriptedEndpoint.start(Behaviours.ok("a"));
                var gate =
                        Gate.open(
                                "drain: { delay: 0s, timeout: 60s }\n"
                                        + Gate.to(endpoint.address()));
                var client = gate.client()) {
            endpoint.behave(
                    (request, wire) -> {
                        wire.readBody();
                        wire.sendHead(200, "Content-Length: 2");
                        wire.pause(Duration.ofMillis(700));
                        wire.send("ok");
                    });
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            endpoint.awaitRequests(1);
            await().pollDelay(Duration.ofMillis(200)).until(() -> true);
            long began = System.nanoTime();
            assertThat(drain(gate).join()).isTrue();
            assertThat(Duration.ofNanos(System.nanoTime() - began))
                    .isLessThan(Duration.ofSeconds(10));
        }
    }
}
