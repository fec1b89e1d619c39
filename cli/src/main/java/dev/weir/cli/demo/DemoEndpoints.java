package dev.weir.cli.demo;

import dev.weir.cli.endpoint.Behaviour;
import dev.weir.cli.endpoint.Failing;
import dev.weir.cli.endpoint.SmallEndpoint;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The five endpoints of the demo. Thread-safe.
final class DemoEndpoints implements AutoCloseable {
    private static final String LOCAL = "127.0.0.1";

    /// One is slower than the other of its service, so that there is something to compare.
    private static final String SLOWER = "orders-2";

    private static final Behaviour SLOW =
            new Behaviour(Duration.ofMillis(12), Failing.NEVER, false, 200);

    private final List<SmallEndpoint> all = new ArrayList<>();

    private DemoEndpoints() {}

    /// Starts them on ports in a row, or on free ones if the first is 0.
    static DemoEndpoints start(int firstPort) throws IOException {
        DemoEndpoints endpoints = new DemoEndpoints();
        try {
            for (String name : DemoConfig.NAMES) {
                int port = firstPort == 0 ? 0 : firstPort + endpoints.all.size();
                endpoints.all.add(
                        SmallEndpoint.start(
                                name,
                                new InetSocketAddress(LOCAL, port),
                                name.equals(SLOWER) ? SLOW : Behaviour.GOOD,
                                SmallEndpoint.RequestLog.NONE));
            }
            return endpoints;
        } catch (IOException e) {
            endpoints.close();
            throw e;
        }
    }

    List<Integer> ports() {
        return all.stream().map(SmallEndpoint::port).toList();
    }

    SmallEndpoint named(String name) {
        return all.get(DemoConfig.NAMES.indexOf(name));
    }

    /// The next of the users' endpoints to kill: the second, then the first.
    Optional<SmallEndpoint> nextToKill() {
        return List.of(named("users-2"), named("users-1")).stream()
                .filter(SmallEndpoint::alive)
                .findFirst();
    }

    /// Revives every dead one.
    List<String> reviveAll() throws IOException {
        List<String> revived = new ArrayList<>();
        for (SmallEndpoint endpoint : all) {
            if (!endpoint.alive()) {
                endpoint.revive();
                revived.add(endpoint.name());
            }
        }
        return revived;
    }

    /// A line of the gateway's with names beside the addresses, which say little to somebody who has just come.
    String explain(String line) {
        String explained = line;
        for (SmallEndpoint endpoint : all) {
            String address = LOCAL + ":" + endpoint.port();
            explained = explained.replace(address, address + " (" + endpoint.name() + ")");
        }
        return explained;
    }

    @Override
    public void close() {
        all.forEach(SmallEndpoint::close);
    }
}
