package dev.weir.otlp;

import dev.weir.runtime.WatchedFiles;
import dev.weir.tls.ThreadTls;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/// A collector's connections, opened when they are first needed. Files of TLS that change are read again before the next batch, which is said;
/// those that cannot be used then are not, and what was before stays. One thread sends; [#close] is for any thread.
final class Connections implements AutoCloseable {
    private final OtlpConfig config;
    private final Delivery.Site site;
    private final Duration patience;
    private final WatchedFiles files;
    private Optional<SSLContext> tls;
    private volatile @Nullable HttpClient client;

    private Connections(OtlpConfig config, Delivery.Site site, Duration patience) {
        this.config = config;
        this.site = site;
        this.patience = patience;
        this.files =
                new WatchedFiles(
                        site.directory(),
                        config.tls().stream()
                                .flatMap(
                                        tls ->
                                                Stream.of(
                                                        tls.ca(),
                                                        tls.clientCert(),
                                                        tls.clientKey()))
                                .flatMap(Optional::stream)
                                .toList());
        this.tls = read();
    }

    /// Reads the files.
    ///
    /// @throws IllegalArgumentException with a sentence for the user
    static Connections to(OtlpConfig config, Delivery.Site site, Duration patience) {
        return new Connections(config, site, patience);
    }

    private Optional<SSLContext> read() {
        return config.tls()
                .map(
                        one ->
                                ThreadTls.context(
                                        site.directory(),
                                        one.ca(),
                                        one.clientCert(),
                                        one.clientKey()));
    }

    HttpClient client() {
        HttpClient open = client;
        if (open == null || files.changed() && readAgain()) {
            if (open != null) {
                open.shutdown();
            }
            HttpClient.Builder builder =
                    HttpClient.newBuilder()
                            .version(HttpClient.Version.HTTP_1_1)
                            .connectTimeout(patience);
            tls.ifPresent(builder::sslContext);
            open = builder.build();
            client = open;
        }
        return open;
    }

    private boolean readAgain() {
        try {
            tls = read();
            site.says().accept(config.url() + ": the files of tls were read again");
            return true;
        } catch (IllegalArgumentException e) {
            site.says()
                    .accept(
                            config.url()
                                    + ": changed files of tls are not used, what was before stays: "
                                    + e.getMessage());
            return false;
        }
    }

    @Override
    public void close() {
        HttpClient open = client;
        if (open != null) {
            open.shutdownNow();
        }
    }
}
