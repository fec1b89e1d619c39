package dev.weir.tls;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The issuer's word that a certificate is not revoked, which its server shows to clients (OCSP stapling, RFC 6066 §8): from a file,
/// or from the responder that the certificate names, asked again in time. It is shown while it holds, and nothing fails without.
/// Thread-safe.
final class Staple {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration AFTER_FAILURE = Duration.ofMinutes(10);
    private static final Duration AT_MOST = Duration.ofHours(12);
    private static final Duration AT_LEAST = Duration.ofMinutes(1);
    private static final int LARGEST = 64 << 10;

    private final String whose;
    private final TlsSite site;
    private final CertificateChain chain;
    private final String responder;
    private Instant askAt = Instant.MIN;
    private boolean asking;
    private boolean failed;
    private @Nullable OcspAnswer held;
    private volatile byte[] shown = {};

    /// @param file what the user says holds the answer; without it the certificate's responder is asked
    /// @throws IllegalArgumentException with a sentence for the user
    Staple(String whose, CertificateChain chain, Optional<String> file, TlsSite site) {
        this.whose = whose;
        this.site = site;
        this.chain = chain;
        boolean asks = file.isEmpty() && chain.issuer().isPresent();
        this.responder = asks ? OcspRequest.responder(chain.own()) : "";
        file.ifPresent(name -> take(read(site, name, chain)));
    }

    /// @throws IllegalArgumentException with a sentence for the user, which begins with the name
    static OcspAnswer read(TlsSite site, String name, CertificateChain chain) {
        return parse(name, PemFile.bytes(site.directory(), name), chain);
    }

    static OcspAnswer parse(String name, byte[] der, CertificateChain chain) {
        try {
            return OcspAnswer.parse(der, chain.own().getSerialNumber());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(name + " " + e.getMessage(), e);
        }
    }

    /// In DER; empty if there is none that holds. Not to be changed.
    byte[] answer() {
        return shown;
    }

    /// Asks the responder if it is time, on a virtual thread, and shows no more what holds no more. Called again and again.
    synchronized void look() {
        Instant now = site.clock().now();
        OcspAnswer answer = held;
        if (answer != null && !now.isBefore(answer.until())) {
            held = null;
            shown = new byte[0];
        }
        if (!responder.isEmpty() && !asking && !now.isBefore(askAt)) {
            asking = true;
            Thread.ofVirtual().name("ocsp " + whose).start(this::ask);
        }
    }

    private void ask() {
        try {
            X509Certificate issuer = chain.issuer().orElseThrow();
            byte[] der = post(responder, OcspRequest.about(chain.own(), issuer));
            OcspAnswer answer = OcspAnswer.parse(der, chain.own().getSerialNumber());
            take(answer);
        } catch (IOException | IllegalArgumentException e) {
            trouble(String.valueOf(e.getMessage()));
        }
    }

    private synchronized void take(OcspAnswer answer) {
        Instant now = site.clock().now();
        asking = false;
        failed = false;
        boolean holds = answer.good() && now.isBefore(answer.until());
        held = holds ? answer : null;
        shown = holds ? answer.der() : new byte[0];
        Duration half = Duration.between(now, answer.until()).dividedBy(2);
        askAt = now.plus(half.compareTo(AT_MOST) > 0 ? AT_MOST : max(half, AT_LEAST));
        if (!answer.good()) {
            site.events()
                    .say(
                            whose
                                    + "  "
                                    + chain.file()
                                    + ": its issuer says that it is revoked. Renew it");
        }
    }

    private static Duration max(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    private synchronized void trouble(String why) {
        asking = false;
        askAt = site.clock().now().plus(AFTER_FAILURE);
        if (!failed) {
            failed = true;
            site.events()
                    .say(
                            "%s  %s: no OCSP answer from %s: %s; clients are served without"
                                    .formatted(whose, chain.file(), responder, why));
        }
    }

    private static byte[] post(String url, byte[] request) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) URI.create(url).toURL().openConnection();
        connection.setConnectTimeout((int) PATIENCE.toMillis());
        connection.setReadTimeout((int) PATIENCE.toMillis());
        connection.setInstanceFollowRedirects(false);
        connection.setRequestMethod("POST");
        connection.setRequestProperty("Content-Type", "application/ocsp-request");
        connection.setDoOutput(true);
        try (OutputStream out = connection.getOutputStream()) {
            out.write(request);
        }
        if (connection.getResponseCode() != HttpURLConnection.HTTP_OK) {
            throw new IOException("status " + connection.getResponseCode());
        }
        try (InputStream in = connection.getInputStream()) {
            byte[] answer = in.readNBytes(LARGEST + 1);
            if (answer.length > LARGEST) {
                throw new IOException("the answer is too large");
            }
            return answer;
        }
    }
}
