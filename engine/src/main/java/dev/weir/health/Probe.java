package dev.weir.health;

import dev.weir.preamble.ProxyVersion;
import dev.weir.service.ServiceConfig;
import dev.weir.tls.EndpointTls;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;

/// One check of one endpoint, to be run again and again: a new connection each time, closed when it is over.
/// Immutable; [#run] blocks for at most the timeout and is called on the virtual thread of the endpoint's checks.
///
/// @param tls if the endpoint speaks it
/// @param preface what the connection begins with before the check says anything
record Probe(
        InetSocketAddress address,
        Optional<EndpointTls> tls,
        Duration timeout,
        byte[] preface,
        HealthCheck check,
        ScheduledExecutorService deadlines) {

    private static final byte[] NOTHING = {};

    /// @param introduced how connections to the endpoint begin; those to a port of the checks' own begin with the check
    /// @param protocol what the endpoint speaks
    static Probe of(
            InetSocketAddress endpoint,
            Optional<EndpointTls> tls,
            HealthConfig config,
            Optional<ProxyVersion> introduced,
            ServiceConfig.Protocol protocol,
            ScheduledExecutorService deadlines) {
        byte[] preface =
                introduced
                        .filter(_ -> config.port().isEmpty())
                        .map(ProxyVersion::headerForNobody)
                        .orElse(NOTHING);
        InetSocketAddress address =
                config.port().map(port -> withPort(endpoint, port)).orElse(endpoint);
        HealthCheck check = check(address, config, protocol);
        return new Probe(address, tls, config.timeout(), preface, check, deadlines);
    }

    private static HealthCheck check(
            InetSocketAddress address, HealthConfig config, ServiceConfig.Protocol protocol) {
        if (config.protocol().equals(Optional.of(HealthConfig.Protocol.GRPC))) {
            return GrpcCheck.of(config.service().orElse(""), address, protocol);
        }
        if (config.path().isEmpty()) {
            return new TcpCheck();
        }
        String path = config.path().get();
        return protocol == ServiceConfig.Protocol.H1
                ? HttpCheck.of(path, address, config)
                : Http2Check.of(path, address, config, protocol);
    }

    CheckResult run() {
        try (CheckConnection connection = CheckConnection.open(address, timeout, deadlines)) {
            if (preface.length > 0) {
                connection.write(preface);
            }
            if (tls.isPresent()) {
                connection.secure(tls.get(), address);
            }
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
