package dev.weir.config;

import dev.weir.WeirConfig;
import dev.weir.filter.FilterConfig;
import dev.weir.filter.FilterSite;
import dev.weir.otlp.OtlpConfig;
import dev.weir.route.Action;
import dev.weir.route.RedirectTarget;
import dev.weir.route.Rewrite;
import dev.weir.route.RouteConfig;
import dev.weir.runtime.Clock;
import dev.weir.tls.CertificateConfig;
import dev.weir.tls.EndpointTlsConfig;
import dev.weir.tls.KeyFiles;
import dev.weir.tls.TlsConfig;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/// Makes what only making can find wrong, once and for nothing: a key file that holds no key, a path that no request can
/// have. So that `weir validate` and a reload know it as well as a start. Confined to the thread that reads.
final class Rehearsal {
    private static final Clock STANDING = Clock.of(() -> 0, () -> 0);

    private final Findings findings;
    private final Origins origins;
    private final Path directory;

    /// @param directory where relative file names start
    Rehearsal(Findings findings, Path directory) {
        this.findings = findings;
        this.origins = findings.origins();
        this.directory = directory;
    }

    void run(WeirConfig config) {
        config.listeners()
                .forEach(
                        (name, listener) ->
                                listener.tls()
                                        .ifPresent(
                                                tls ->
                                                        listener(
                                                                KeyPath.key(
                                                                        KeyPath.named(
                                                                                "listeners", name),
                                                                        "tls"),
                                                                tls)));
        config.services()
                .forEach(
                        (name, service) ->
                                service.tls()
                                        .ifPresent(
                                                tls ->
                                                        service(
                                                                KeyPath.key(
                                                                        KeyPath.named(
                                                                                "services", name),
                                                                        "tls"),
                                                                tls)));
        config.traces().ifPresent(one -> collector(KeyPath.key("traces", "otlp"), one.otlp()));
        config.logs().otlp().ifPresent(one -> collector(KeyPath.key("logs", "otlp"), one));
        for (int i = 0; i < config.routes().size(); i++) {
            RouteConfig route = config.routes().get(i);
            String path = KeyPath.route(i, route);
            attempt(path, () -> Rewrite.of(route));
            if (route.action() instanceof Action.Redirect redirect) {
                attempt(
                        KeyPath.key(path, "redirect"),
                        () -> RedirectTarget.of(redirect, route.match()));
            }
            for (int step = 0; step < route.filters().size(); step++) {
                FilterConfig filter = route.filters().get(step);
                FilterSite site = new FilterSite(path, directory, STANDING, 0, _ -> {});
                attempt(KeyPath.filter(path, step, filter), () -> filter.build(site));
            }
        }
    }

    private void collector(String path, OtlpConfig otlp) {
        otlp.tls()
                .ifPresent(
                        tls ->
                                client(
                                        KeyPath.key(path, "tls"),
                                        tls.ca(),
                                        tls.clientCert(),
                                        tls.clientKey()));
    }

    private void service(String path, EndpointTlsConfig tls) {
        client(path, tls.ca(), tls.clientCert(), tls.clientKey());
    }

    private void client(
            String path, Optional<String> ca, Optional<String> shown, Optional<String> key) {
        ca.ifPresent(
                name ->
                        attempt(
                                KeyPath.key(path, "ca"),
                                () -> new KeyFiles(directory).issuers(name)));
        KeyFiles files = new KeyFiles(directory);
        String cert = KeyPath.key(path, "client-cert");
        shown.ifPresent(name -> attempt(cert, () -> files.certificate(name)));
        key.ifPresent(name -> attempt(KeyPath.key(path, "client-key"), () -> files.key(name)));
        files.warnings(Instant.now()).forEach(warning -> warn(cert, warning));
    }

    private void listener(String path, TlsConfig tls) {
        for (int i = 0; i < tls.certificates().size(); i++) {
            CertificateConfig certificate = tls.certificates().get(i);
            String at = KeyPath.numbered(KeyPath.key(path, "certificates"), i);
            KeyFiles files = new KeyFiles(directory);
            String cert = KeyPath.key(at, "cert");
            attempt(cert, () -> files.certificate(certificate.cert()));
            attempt(KeyPath.key(at, "key"), () -> files.key(certificate.key()));
            files.warnings(Instant.now()).forEach(warning -> warn(cert, warning));
            certificate
                    .ocsp()
                    .ifPresent(name -> attempt(KeyPath.key(at, "ocsp"), () -> files.ocsp(name)));
        }
        tls.clientAuth()
                .ifPresent(
                        auth -> {
                            String at = KeyPath.key(path, "client-auth");
                            attempt(
                                    KeyPath.key(at, "ca"),
                                    () -> new KeyFiles(directory).issuers(auth.ca()));
                        });
    }

    private void warn(String path, String message) {
        Origin origin = origins.nearest(path);
        findings.warning(origin.at(), origin.length(), path, message);
    }

    private void attempt(String path, Runnable making) {
        try {
            making.run();
        } catch (IllegalArgumentException e) {
            if (!findings.knownWrong(path)) {
                Origin origin = origins.nearest(path);
                findings.problem(
                        origin.at(), origin.length(), path, String.valueOf(e.getMessage()), null);
            }
        }
    }
}
