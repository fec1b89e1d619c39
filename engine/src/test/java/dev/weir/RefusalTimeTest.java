package dev.weir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.testkit.Behaviours;
import dev.weir.testkit.RawClient;
import dev.weir.testkit.RawResponse;
import dev.weir.testkit.ScriptedEndpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// How long a request waits to hear that there is no room for it, as its client sees it, while a line of others waits and more come.
///
/// What a machine that does other things adds is in each figure. It is told apart in two ways: the fastest tenth of the refusals shows what
/// Weir can do, and answers that Weir gives without asking anybody, sent in turn with them, show what the machine adds at the
/// moment.
class RefusalTimeTest {
    private static final int REFUSALS = 200;
    private static final Duration MOST = Duration.ofMillis(1);

    private static String config(ScriptedEndpoint endpoint, String route, String connections) {
        return """
               routes:
                 - { match: { path: /here }, respond: { status: 200, body: here } }
                 - { %s to: all }
               services: { all: { endpoints: [%s], connections: %s } }
               """
                .formatted(route, endpoint.address(), connections);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | { max: 1, pending: 50, max-wait: 10m } | 503 | 50",
                "'filters: [{ concurrency-limit: 1 }],' | { max: 10 } | 503 | 0",
                "'filters: [{ rate-limit: 1/h }],' | { max: 10 } | 429 | 0"
            })
    void aRefusalTakesLessThanAMillisecondAndSaysWhenToComeAgain(
            String route, String connections, int status, int waiting) throws Exception {
        try (var endpoint = ScriptedEndpoint.start(Behaviours.hang());
                var gate = Gate.open(config(endpoint, route, connections));
                var crowd = new Crowd(gate)) {
            crowd.takesAllPlaces(endpoint, waiting);
            try (RawClient client = gate.client();
                    RawClient other = gate.client()) {
                for (int i = 0; i < REFUSALS; i++) {
                    took(client, "/", status);
                    took(other, "/here", 200);
                }
                crowd.keepsComing(status);
                Duration[] refusals = new Duration[REFUSALS];
                Duration[] plain = new Duration[REFUSALS];
                for (int i = 0; i < REFUSALS; i++) {
                    refusals[i] = took(client, "/", status);
                    plain[i] = took(other, "/here", 200);
                }
                Arrays.sort(refusals);
                Arrays.sort(plain);
                assertThat(refusals[REFUSALS / 10]).as("the fastest tenth").isLessThan(MOST);
                assertThat(refusals[REFUSALS / 2])
                        .as("the median, where a plain answer takes %s", plain[REFUSALS / 2])
                        .isLessThan(plain[REFUSALS / 2].plus(MOST));
            }
        }
    }

    private static Duration took(RawClient client, String path, int status) {
        long sent = System.nanoTime();
        RawResponse answer =
                client.send("GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n").readResponse();
        long took = System.nanoTime() - sent;
        assertThat(answer.status()).isEqualTo(status);
        if (status != 200) {
            assertThat(answer.header("Retry-After")).matches("[0-9]+");
        }
        return Duration.ofNanos(took);
    }

    /// Those who are there before, and those who come meanwhile.
    private static final class Crowd implements AutoCloseable {
        private final Gate gate;
        private final List<RawClient> clients = new ArrayList<>();
        private final AtomicBoolean over = new AtomicBoolean();
        private final List<Thread> threads = new ArrayList<>();

        Crowd(Gate gate) {
            this.gate = gate;
        }

        /// One is under way; as many wait as can, and one more has been refused.
        void takesAllPlaces(ScriptedEndpoint endpoint, int waiting) throws Exception {
            comes();
            endpoint.awaitHeads(1);
            for (int i = 0; i < waiting; i++) {
                comes();
            }
            if (waiting > 0) {
                comes();
                await().until(
                                () ->
                                        gate.events().stream()
                                                .anyMatch(line -> line.contains("overloaded")));
            }
        }

        private void comes() throws Exception {
            clients.add(gate.client().send("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
        }

        /// Two clients, each with a thousand a second at most.
        void keepsComing(int status) throws Exception {
            for (int i = 0; i < 2; i++) {
                RawClient client = gate.client();
                clients.add(client);
                threads.add(
                        Thread.ofVirtual()
                                .start(
                                        () -> {
                                            while (!over.get()) {
                                                took(client, "/", status);
                                                LockSupport.parkNanos(1_000_000);
                                            }
                                        }));
            }
        }

        @Override
        public void close() throws InterruptedException {
            over.set(true);
            for (Thread thread : threads) {
                thread.join();
            }
            clients.forEach(RawClient::close);
        }
    }
}
