package dev.weir.fault;

import dev.weir.testkit.Behaviours;
import dev.weir.testkit.RawClient;
import dev.weir.testkit.RawResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Row 21 in a process and a network namespace of its own, with twenty local ports: more clients than there are ports to two endpoints. Prints
/// what came of it, a line `name value` each.
final class FewPorts {
    /// Local ports are counted per address and port that is connected to, so each listener can have as many clients.
    private static final int LISTENERS = 3;

    /// Times that each client asks before, so that most code is compiled.
    private static final int WARM = 50;

    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final Duration WORK = Duration.ofSeconds(1);

    private FewPorts() {}

    /// @param arguments how many local ports there are
    public static void main(String[] arguments) throws Exception {
        int ports = Integer.parseInt(arguments[0]);
        try (Stage stage = Stage.ofListeners(2, LISTENERS)) {
            List<RawClient> clients = new ArrayList<>();
            for (int i = 0; i < LISTENERS * ports; i++) {
                clients.add(RawClient.connect(stage.gate().weir().port("web" + i / ports)));
            }
            for (int i = 0; i < WARM; i++) {
                oneByOne(clients.subList(0, ports));
            }
            for (int i = 0; i < 2; i++) {
                stage.endpoint(i).behave(Behaviours.delay(WORK, stage.history().answers("e" + i)));
            }
            List<RawResponse> crowd = all(clients);
            print("crowd", crowd);
            for (int i = 0; i < 2; i++) {
                stage.endpoint(i).behave(stage.history().answers("e" + i));
            }
            int connections = connections(stage);
            print("after", oneByOne(clients.subList(0, ports)));
            System.out.println("connections-more " + (connections(stage) - connections));
            System.out.println("lines " + stage.gate().events().size());
            clients.forEach(RawClient::close);
        }
    }

    private static int connections(Stage stage) {
        return stage.endpoints().stream()
                .mapToInt(endpoint -> endpoint.connections().accepted())
                .sum();
    }

    private static void print(String name, List<RawResponse> responses) {
        System.out.println(name + "-200 " + count(responses, 200));
        System.out.println(name + "-503 " + count(responses, 503));
        System.out.println(name + "-all " + responses.size());
        System.out.println(
                name
                        + "-retry-after "
                        + responses.stream()
                                .filter(each -> each.header("Retry-After") != null)
                                .count());
    }

    private static long count(List<RawResponse> responses, int status) {
        return responses.stream().filter(each -> each.status() == status).count();
    }

    private static List<RawResponse> oneByOne(List<RawClient> clients) {
        return clients.stream().map(client -> client.send(GET).readResponse()).toList();
    }

    /// All at once. Prints how long the slowest refusal took.
    private static List<RawResponse> all(List<RawClient> clients) throws InterruptedException {
        List<RawResponse> responses = Collections.synchronizedList(new ArrayList<>());
        List<Long> refusals = Collections.synchronizedList(new ArrayList<>());
        List<Thread> threads = new ArrayList<>();
        for (RawClient client : clients) {
            threads.add(
                    Thread.ofVirtual()
                            .start(
                                    () -> {
                                        long sent = System.nanoTime();
                                        RawResponse response = client.send(GET).readResponse();
                                        responses.add(response);
                                        if (response.status() == 503) {
                                            refusals.add(System.nanoTime() - sent);
                                        }
                                    }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        if (!refusals.isEmpty()) {
            System.out.println(
                    "refusal-millis " + TimeUnit.NANOSECONDS.toMillis(Collections.max(refusals)));
        }
        return responses;
    }
}
