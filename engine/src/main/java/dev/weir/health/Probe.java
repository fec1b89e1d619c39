package dev.weir.health;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;

/// One check of one endpoint, to be run again and again: a new connection each time, closed when it is over.
/// Immutable; [#run] blocks for at most the timeout and is called on the virtual thread of the endpoint's checks.
record Probe(
        InetSocketAddress address,
        Duration timeout,
        HealthCheck check,
        ScheduledExecutorService deadlines) {

    static Probe of(
            InetSocketAddress endpoint, HealthConfig config, ScheduledExecutorService deadlines) {
        InetSocketAddress address =
                config.port().map(port -> withPort(endpoint, port)).orElse(endpoint);
        HealthCheck check =
                config.path()
                        .<HealthCheck>map(path -> HttpCheck.of(path, address, config))
                        .orElseGet(TcpCheck::new);
        return new Probe(address, config.timeout(), check, deadlines);
    }

    CheckResult run() {
        try (CheckConnection connection = CheckConnection.open(address, timeout, deadlines)) {
            return check.ask(connection);
        } catch (CheckFailed failed) {
            return failed.result();
        }
    }

    private static InetSocketAddress withPort(InetSocketAddress address, int port) {
        return address.isUnresolved()
                ? InetSocketAddress.createUnresolved(address.getHostString(), port)
                : new InetSocketAddress(address.getAddress(), port);
    }
}
