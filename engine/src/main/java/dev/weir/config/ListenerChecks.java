package dev.weir.config;

import dev.weir.WeirConfig;
import dev.weir.balance.Balance;
import dev.weir.exchange.RequestKey;
import dev.weir.listen.ListenerConfig;
import dev.weir.route.HostPattern;
import dev.weir.route.TcpConfig;
import dev.weir.service.ServiceConfig;
import java.util.List;

/// What one listener must fit to: proxies that are trusted, services that exist and that can take connections as they are. For one
/// reading; confined to its thread.
///
/// @param path of keys of the listener
record ListenerChecks(Checks checks, WeirConfig config, String path) {

    void run(ListenerConfig listener) {
        listener.proxyProtocol()
                .filter(_ -> config.trustedProxies().isEmpty())
                .ifPresent(
                        _ ->
                                checks.wrong(
                                        KeyPath.key(path, "proxy-protocol"),
                                        "nobody may send a PROXY header, because trusted-proxies is empty",
                                        "say who may: trusted-proxies: [10.0.0.0/8]"));
        listener.tcp().ifPresent(this::tcp);
        if (listener.tcp().isPresent()) {
            alone(!listener.protocols().isEmpty(), "protocols");
            alone(listener.tls().isPresent(), "tls");
            alone(listener.redirect().isPresent(), "redirect");
        }
    }

    private void alone(boolean said, String key) {
        if (said) {
            checks.wrong(
                    KeyPath.key(path, key),
                    "does not fit to tcp, which passes connections on as they are",
                    "keep one of the two");
        }
    }

    private void tcp(TcpConfig tcp) {
        String at = KeyPath.key(path, "tcp");
        String to = KeyPath.key(at, "to");
        if (tcp.services().isEmpty()) {
            checks.wrong(at, "leads nowhere", "expected: the name of a service, or sni: …");
        }
        tcp.to().ifPresent(name -> service(checks.says(to) ? to : at, name));
        tcp.sni()
                .forEach(
                        (host, name) -> {
                            String inside = KeyPath.key(KeyPath.key(at, "sni"), host);
                            host(inside, host);
                            service(inside, name);
                        });
    }

    private void host(String at, String host) {
        try {
            HostPattern.parse(host);
        } catch (IllegalArgumentException e) {
            checks.wrong(at, checks.shown(at, host) + " is no server name", e.getMessage());
        }
    }

    private void service(String at, String name) {
        checks.serviceNamed(at, name);
        ServiceConfig service = config.services().get(name);
        if (service == null) {
            return;
        }
        List<RequestKey> keys = service.balance().keys();
        keys.stream()
                .filter(key -> key.source() != RequestKey.Source.CLIENT_IP)
                .findFirst()
                .ifPresent(
                        key ->
                                checks.wrong(
                                        at,
                                        checks.shown(at, name)
                                                + " is balanced by "
                                                + key
                                                + ", which only requests have",
                                        "hash client.ip, or give connections a service of their own"));
        if (service.tlsInUse().isPresent()) {
            checks.wrong(
                    at,
                    checks.shown(at, name)
                            + " wants TLS, which is not added to connections that are passed on as they are",
                    "take tls and https:// off the service; clients speak TLS with the endpoint themselves");
        }
        if (service.balance() instanceof Balance.Probed) {
            checks.wrong(
                    at,
                    checks.shown(at, name) + " is balanced by probes, which are requests",
                    "give connections a service of their own");
        }
        if (service.sticky().isPresent()) {
            checks.warn(
                    at,
                    checks.shown(at, name)
                            + " is sticky by a cookie, which connections have none of");
        }
    }
}
