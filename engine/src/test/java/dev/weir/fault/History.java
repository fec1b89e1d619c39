package dev.weir.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.testkit.Behaviour;
import dev.weir.testkit.Request;
import dev.weir.testkit.Wire;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

/// What endpoints wrote down of the requests of [Traffic], before they answered. Thread-safe.
final class History {
    private final Queue<Arrival> arrivals = new ConcurrentLinkedQueue<>();
    private final Set<Integer> begun = ConcurrentHashMap.newKeySet();
    private final List<String> wrong = new CopyOnWriteArrayList<>();

    /// The head of a request at an endpoint.
    record Arrival(int id, String method, String endpoint, long atNanos) {}

    /// Answers 200 with the bytes that belong to the request. Requests without an id, such as health checks, get an empty 200.
    Behaviour answers(String endpoint) {
        return noting(endpoint, (request, wire) -> whole(endpoint, request, wire));
    }

    /// As [#answers], but head and half of the body first, and the rest after a pause. An answer that is cut in between was
    /// [#begun].
    Behaviour answersInHalves(String endpoint, Duration pause) {
        return noting(
                endpoint,
                (request, wire) -> {
                    wire.readBody();
                    int id = id(request);
                    String answer = Words.answer(Math.max(0, id));
                    begun.add(id);
                    wire.sendHead(
                            200, "X-Endpoint: " + endpoint, "Content-Length: " + answer.length());
                    wire.send(answer.substring(0, answer.length() / 2));
                    wire.pause(pause);
                    wire.send(answer.substring(answer.length() / 2));
                    begun.remove(id);
                });
    }

    /// Writes down that the request came, then does this.
    Behaviour noting(String endpoint, Behaviour then) {
        return (request, wire) -> {
            int id = id(request);
            if (id >= 0) {
                arrivals.add(new Arrival(id, request.method(), endpoint, System.nanoTime()));
            }
            then.answer(request, wire);
        };
    }

    private void whole(String endpoint, Request request, Wire wire) throws IOException {
        wire.readBody();
        int id = id(request);
        if (id >= 0
                && request.method().equals("POST")
                && !request.body().text().equals(Words.request(id))) {
            wrong.add("request " + id + " came with other bytes: " + request.body().text());
        }
        String answer = id < 0 ? "" : Words.answer(id);
        wire.answer(200, answer.getBytes(StandardCharsets.ISO_8859_1), "X-Endpoint: " + endpoint);
    }

    private static int id(Request request) {
        String id = request.header("X-Test-Id");
        return id == null ? -1 : Integer.parseInt(id);
    }

    /// Answers whose head was sent, and whose end was not.
    Set<Integer> begun() {
        return Set.copyOf(begun);
    }

    List<Arrival> arrivals() {
        return List.copyOf(arrivals);
    }

    List<Arrival> arrivals(String endpoint) {
        return arrivals.stream().filter(one -> one.endpoint().equals(endpoint)).toList();
    }

    /// How many came to an endpoint since then.
    long since(String endpoint, long nanos) {
        return arrivals(endpoint).stream().filter(one -> one.atNanos() - nanos >= 0).count();
    }

    /// Invariants I1 to I3, which hold whatever the fault: an answer goes to the request that asked, a request that is not
    /// idempotent reaches endpoints at most once, and what looks whole is.
    void holds(List<Sent> sent) {
        assertThat(sent).as("requests").isNotEmpty();
        assertThat(sent).as("I1, I3").noneMatch(one -> one.ending() instanceof Sent.Ending.Wrong);
        assertThat(wrong).as("I3 at the endpoints").isEmpty();
        Map<Integer, String> methods =
                sent.stream().collect(Collectors.toMap(Sent::id, Sent::method));
        assertThat(arrivals)
                .as("I1: nobody got a request that nobody sent")
                .allMatch(one -> one.method().equals(methods.get(one.id())));
        Map<Integer, Long> posts =
                arrivals.stream()
                        .filter(one -> one.method().equals("POST"))
                        .collect(Collectors.groupingBy(Arrival::id, Collectors.counting()));
        assertThat(posts.values()).as("I2").allMatch(times -> times == 1);
    }
}
