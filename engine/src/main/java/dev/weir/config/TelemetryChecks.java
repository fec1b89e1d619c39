package dev.weir.config;

import dev.weir.WeirConfig;
import dev.weir.otlp.CollectorTlsConfig;
import dev.weir.otlp.OtlpConfig;

/// What is told to collectors, and whether it can be told to these. For one reading; confined to its thread.
record TelemetryChecks(Checks checks) {

    void check(WeirConfig config) {
        config.traces().ifPresent(traces -> otlp(KeyPath.key("traces", "otlp"), traces.otlp()));
        config.logs().otlp().ifPresent(otlp -> otlp(KeyPath.key("logs", "otlp"), otlp));
        boolean none = config.traces().filter(traces -> traces.sample().none()).isPresent();
        if (none && config.trustedProxies().isEmpty()) {
            checks.warn(
                    KeyPath.key("traces", "sample"),
                    "no request is ever traced: 0% are drawn, and there are no trusted-proxies that could ask for it");
        }
        if (config.logs().name().isPresent() && config.logs().otlp().isEmpty()) {
            checks.warn(
                    KeyPath.key("logs", "name"),
                    "stands in log records only, and there is no otlp that sends them");
        }
    }

    private void otlp(String path, OtlpConfig otlp) {
        String headers = KeyPath.key(path, "headers");
        otlp.headers().forEach((name, value) -> header(headers, name, value));
        boolean secure = otlp.url().secure();
        if (!otlp.headers().isEmpty() && !secure && !otlp.url().loopback()) {
            checks.warn(
                    headers,
                    "are sent in the clear; with https:// nobody on the way can read them");
        }
        otlp.tls().ifPresent(tls -> tls(KeyPath.key(path, "tls"), tls, secure));
    }

    /// What says how the body is written is as much Weir's alone as what says where it ends.
    private void header(String headers, String name, String value) {
        boolean ours =
                name.equalsIgnoreCase("Content-Type")
                        || name.equalsIgnoreCase("Content-Encoding")
                        || name.equalsIgnoreCase("Host")
                        || name.equalsIgnoreCase("Expect");
        if (ours) {
            checks.wrong(
                    KeyPath.key(headers, name),
                    name + " cannot be changed",
                    "Weir writes it itself, as OTLP needs it");
        } else {
            checks.field(headers, name, value);
        }
    }

    private void tls(String path, CollectorTlsConfig tls, boolean secure) {
        if (!secure) {
            checks.wrong(
                    path, "the collector's URL is http, without TLS", "https:// asks it by TLS");
        } else if (tls.clientCert().isPresent() != tls.clientKey().isPresent()) {
            boolean cert = tls.clientCert().isPresent();
            checks.wrong(
                    KeyPath.key(path, cert ? "client-cert" : "client-key"),
                    "stands without " + (cert ? "client-key" : "client-cert"),
                    "a certificate and its key go together");
        }
    }
}
