package dev.weir.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.Gate;
import dev.weir.testkit.ScriptedEndpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Weir before endpoints `e0`, `e1` … of the service `all`, with what these saw. A test changes what they do.
final class Stage implements AutoCloseable {
    private final History history = new History();
    private final List<ScriptedEndpoint> endpoints = new ArrayList<>();
    private final Gate gate;

    private Stage(int count, String listeners, String top, String route, String service)
            throws Exception {
        for (int i = 0; i < count; i++) {
            endpoints.add(ScriptedEndpoint.start(history.answers("e" + i)));
        }
        gate =
                Gate.openWith(
                        """
                        weir: 1
                        listeners: { %s }
                        %s
                        routes: [{ %s to: all }]
                        services: { all: { endpoints: [%s], %s } }
                        """
                                .formatted(listeners, top, route, addresses(), service));
    }

    /// @param service settings of the service beside its endpoints
    static Stage of(int endpoints, String service) throws Exception {
        return of(endpoints, "", "", service);
    }

    /// @param top   settings of the file
    /// @param route settings of the route, each with a comma behind it
    static Stage of(int endpoints, String top, String route, String service) throws Exception {
        return new Stage(endpoints, "web: \"127.0.0.1:0\"", top, route, service);
    }

    /// With listeners `web0`, `web1` … on ports from 8080 on.
    static Stage ofListeners(int endpoints, int listeners) throws Exception {
        String all =
                IntStream.range(0, listeners)
                        .mapToObj(i -> "web%d: \"127.0.0.1:%d\"".formatted(i, 8080 + i))
                        .collect(Collectors.joining(", "));
        return new Stage(endpoints, all, "", "", "balance: round-robin");
    }

    private String addresses() {
        return endpoints.stream().map(ScriptedEndpoint::address).collect(Collectors.joining(", "));
    }

    History history() {
        return history;
    }

    ScriptedEndpoint endpoint(int number) {
        return endpoints.get(number);
    }

    List<ScriptedEndpoint> endpoints() {
        return endpoints;
    }

    Gate gate() {
        return gate;
    }

    Traffic.Plan traffic() {
        return Traffic.Plan.to(gate.port());
    }

    /// Lines that Weir said about an endpoint.
    List<String> said(int endpoint) {
        String address = endpoint(endpoint).address();
        return gate.events().stream().filter(line -> line.contains(address)).toList();
    }

    /// Waits until Weir says this about an endpoint.
    void awaitSaid(int endpoint, String words) {
        await().pollInterval(Duration.ofMillis(5))
                .atMost(Duration.ofSeconds(20))
                .until(() -> said(endpoint).stream().anyMatch(line -> line.contains(words)));
    }

    /// The quantile of the times that these took; 0.99 of 200 is the third longest.
    static Duration took(List<Sent> sent, double quantile) {
        Duration[] sorted = sent.stream().map(Sent::took).sorted().toArray(Duration[]::new);
        assertThat(sorted).as("requests to measure").isNotEmpty();
        return sorted[Math.max(0, (int) Math.ceil(quantile * sorted.length) - 1)];
    }

    /// How often each ending came, for messages.
    static String tally(List<Sent> sent) {
        return Arrays.toString(
                sent.stream()
                        .map(one -> one.method() + " " + ending(one))
                        .collect(Collectors.groupingBy(word -> word, Collectors.counting()))
                        .entrySet()
                        .toArray());
    }

    private static String ending(Sent one) {
        return switch (one.ending()) {
            case Sent.Ending.Answered answered -> Integer.toString(answered.status());
            case Sent.Ending.Cut _ -> "cut";
            case Sent.Ending.Lost lost -> "lost: " + lost.why();
            case Sent.Ending.Wrong wrong -> "wrong: " + wrong.why();
        };
    }

    @Override
    public void close() {
        gate.close();
        endpoints.forEach(ScriptedEndpoint::close);
    }
}
