package dev.weir.fault;

import static org.awaitility.Awaitility.await;

import dev.weir.Gate;
import dev.weir.testkit.DnsServer;
import dev.weir.testkit.ScriptedEndpoint;
import java.io.IOException;
import java.net.BindException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Weir before endpoints `e0`, `e1` … that it finds by the name `pages.test`, on 127.0.0.1, 127.0.0.2 … at one port, with the name server
/// that says so and what the endpoints saw.
final class NamedEndpoints implements AutoCloseable {
    static final String NAME = "pages.test";

    private final History history = new History();
    private final DnsServer dns = DnsServer.start();
    private final List<ScriptedEndpoint> endpoints;
    private @Nullable Gate gate;

    /// @param count 0 for a single one that listens at all addresses of this machine
    NamedEndpoints(int count) throws IOException {
        endpoints = started(count);
    }

    private List<ScriptedEndpoint> started(int count) throws IOException {
        if (count == 0) {
            int port = ScriptedEndpoint.deadPort();
            return List.of(ScriptedEndpoint.startAt("0.0.0.0", port, history.answers("e0")));
        }
        while (true) {
            List<ScriptedEndpoint> all = new ArrayList<>();
            try {
                int port = ScriptedEndpoint.deadPort();
                for (int i = 0; i < count; i++) {
                    all.add(ScriptedEndpoint.startAt(host(i), port, history.answers("e" + i)));
                }
                return all;
            } catch (BindException taken) {
                all.forEach(ScriptedEndpoint::close);
            }
        }
    }

    private static String host(int number) {
        return "127.0.0." + (number + 1);
    }

    /// From now on these are the addresses of the name.
    void are(int ttl, int... numbers) {
        String[] hosts = new String[numbers.length];
        for (int i = 0; i < numbers.length; i++) {
            hosts[i] = host(numbers[i]);
        }
        dns.addresses(NAME, ttl, hosts);
    }

    /// Starts Weir.
    ///
    /// @param every in the words of the file
    /// @param service settings of the service beside where its endpoints are
    void open(String every, String service) throws Exception {
        gate = Gate.openWith(yaml(every, service));
    }

    /// Changes the settings of the service.
    void reload(String every, String service) throws Exception {
        gate().weir().reload(Gate.read(yaml(every, service)));
    }

    private String yaml(String every, String service) {
        return """
        weir: 1
        listeners: { web: "127.0.0.1:0" }
        routes: [{ to: all }]
        services:
          all: { discover: { dns: "%s:%d", every: %s, nameservers: ["%s"] }, %s }
        """
                .formatted(NAME, port(), every, dns.address(), service);
    }

    int port() {
        return endpoints.getFirst().port();
    }

    Gate gate() {
        Gate open = gate;
        if (open == null) {
            throw new IllegalStateException("not open");
        }
        return open;
    }

    DnsServer dns() {
        return dns;
    }

    History history() {
        return history;
    }

    ScriptedEndpoint endpoint(int number) {
        return endpoints.get(number);
    }

    Traffic.Plan traffic() {
        return Traffic.Plan.to(gate().port());
    }

    long said(String words) {
        return gate().events().stream().filter(line -> line.contains(words)).count();
    }

    void awaitSaid(String words) {
        await().pollInterval(Duration.ofMillis(5))
                .atMost(Duration.ofSeconds(15))
                .until(() -> said(words) > 0);
    }

    @Override
    public void close() {
        if (gate != null) {
            gate.close();
        }
        endpoints.forEach(ScriptedEndpoint::close);
        dns.close();
    }
}
