package dev.weir.config;

import dev.weir.listen.ListenerConfig;
import dev.weir.service.EndpointAddress.Scheme;
import dev.weir.service.EndpointConfig;
import dev.weir.service.ServiceConfig;
import dev.weir.tls.CipherSuite;
import dev.weir.tls.EndpointTlsConfig;
import dev.weir.tls.TlsConfig;
import dev.weir.tls.TlsVersion;
import java.util.List;
import java.util.Map;

/// What settings of TLS must fit to: to what is spoken, and to each other. For one reading; confined to its thread.
record TlsChecks(Checks checks) {

    void listeners(Map<String, ListenerConfig> listeners) {
        boolean secure = listeners.values().stream().anyMatch(one -> one.tls().isPresent());
        listeners.forEach((name, listener) -> listener(name, listener, secure));
    }

    private void listener(String name, ListenerConfig listener, boolean anySecure) {
        String path = KeyPath.named("listeners", name);
        for (int i = 0; i < listener.protocols().size(); i++) {
            ListenerConfig.Protocol protocol = listener.protocols().get(i);
            String at = KeyPath.numbered(KeyPath.key(path, "protocols"), i);
            if (protocol == ListenerConfig.Protocol.H2 && listener.tls().isEmpty()) {
                checks.wrong(
                        at,
                        "h2 is for listeners with tls",
                        "expected: h1, or h2c for HTTP/2 in the clear");
            } else if (protocol == ListenerConfig.Protocol.H2C && listener.tls().isPresent()) {
                checks.wrong(
                        at,
                        "h2c is HTTP/2 in the clear, and this listener has tls",
                        "expected: h1 or h2");
            }
        }
        listener.tls().ifPresent(tls -> tls(KeyPath.key(path, "tls"), tls));
        listener.tls()
                .filter(tls -> listener.speaks(ListenerConfig.Protocol.H2))
                .ifPresent(tls -> http2(KeyPath.key(path, "tls"), tls));
        String redirect = KeyPath.key(path, "redirect");
        if (listener.redirect().isPresent()) {
            if (listener.tls().isPresent()) {
                checks.wrong(
                        redirect,
                        "clients of this listener use TLS already",
                        "redirect is for the listener in the clear");
            } else if (!anySecure && listener.redirect().get().port().isEmpty()) {
                checks.warn(
                        redirect,
                        "no listener has tls, so clients are sent to port 443 of the same host");
            }
        }
    }

    private void http2(String path, TlsConfig tls) {
        if (!tls.ciphers().isEmpty()
                && tls.minVersion() == TlsVersion.TLS_1_2
                && tls.ciphers().stream().noneMatch(CipherSuite::fitForHttp2)) {
            checks.warn(
                    KeyPath.key(path, "ciphers"),
                    "HTTP/2 forbids all of these (RFC 9113 §9.2.2), so clients of TLS 1.2 get HTTP/1.1; name a suite with GCM or CHACHA20 too");
        }
    }

    private void tls(String path, TlsConfig tls) {
        if (tls.ciphers().isEmpty()) {
            checks.wrong(
                    KeyPath.key(path, "ciphers"),
                    "there is no cipher suite",
                    "leave it out for the usual ones");
        } else if (tls.minVersion() == TlsVersion.TLS_1_3
                && checks.says(KeyPath.key(path, "ciphers"))) {
            checks.warn(
                    KeyPath.key(path, "ciphers"),
                    "these are suites of TLS 1.2, which min-version keeps out");
        }
        tls.clientAuth()
                .ifPresent(
                        auth -> {
                            String forward =
                                    KeyPath.key(KeyPath.key(path, "client-auth"), "forward");
                            auth.forward()
                                    .keySet()
                                    .forEach(
                                            field -> {
                                                String at = KeyPath.key(forward, field);
                                                if (checks.fieldName(at, field)) {
                                                    checks.ownField(at, field);
                                                }
                                            });
                        });
    }

    void service(String path, ServiceConfig service) {
        String tlsPath = KeyPath.key(path, "tls");
        List<EndpointConfig> endpoints = service.endpoints();
        boolean any = service.tlsInUse().isPresent();
        for (int i = 0; i < endpoints.size() && any; i++) {
            String at = KeyPath.numbered(KeyPath.key(path, "endpoints"), i);
            Scheme scheme = endpoints.get(i).address().scheme();
            if (scheme == Scheme.HTTP || scheme == Scheme.NONE && service.tls().isEmpty()) {
                checks.wrong(
                        at,
                        service.tls().isPresent()
                                ? "http:// means in the clear, and the service has tls"
                                : "is in the clear, and another endpoint of the service is not",
                        "put https:// before all endpoints of a service, or before none");
            }
        }
        service.tls().ifPresent(tls -> service(tlsPath, tls));
        boolean nameless =
                service.discover().isPresent() && service.discover().get().host().isEmpty();
        if (nameless
                && service.tls()
                        .filter(tls -> tls.verify() && tls.serverName().isEmpty())
                        .isPresent()) {
            checks.wrong(
                    tlsPath,
                    "an SRV record does not say which name certificates must have",
                    "say it: server-name: orders.internal");
        }
        if (!any && checks.says(KeyPath.key(KeyPath.key(path, "connections"), "tls-timeout"))) {
            checks.warn(
                    KeyPath.key(KeyPath.key(path, "connections"), "tls-timeout"),
                    "the endpoints of this service do not speak TLS");
        }
    }

    private void service(String path, EndpointTlsConfig tls) {
        if (tls.clientCert().isPresent() != tls.clientKey().isPresent()) {
            String missing = tls.clientCert().isPresent() ? "client-key" : "client-cert";
            checks.wrong(
                    tls.clientCert().isPresent()
                            ? KeyPath.key(path, "client-cert")
                            : KeyPath.key(path, "client-key"),
                    "stands without " + missing,
                    "a certificate and its key go together");
        }
        if (!tls.verify()) {
            checks.warn(
                    KeyPath.key(path, "verify"),
                    "endpoints' certificates are not verified: anybody on the way can read and change what is sent");
            if (tls.ca().isPresent()) {
                checks.wrong(
                        KeyPath.key(path, "ca"),
                        "nobody looks at it, because verify is false",
                        "leave one of the two out");
            }
        }
        tls.serverName()
                .filter(name -> !name.matches("[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_])?"))
                .ifPresent(
                        name -> {
                            String at = KeyPath.key(path, "server-name");
                            checks.wrong(
                                    at,
                                    checks.shown(at, name) + " is not a host name",
                                    "expected: for example orders.internal");
                        });
    }
}
