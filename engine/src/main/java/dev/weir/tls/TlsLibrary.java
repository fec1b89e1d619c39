package dev.weir.tls;

import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslProvider;
import java.util.Locale;

/// Who does the cryptography: chosen once, from what is there. Immutable.
///
/// @param name `BoringSSL` or `JDK`
/// @param why one line for people: why this one
public record TlsLibrary(String name, String why, SslProvider provider) {
    /// What the user asks for.
    public enum Choice {
        AUTO,
        BORINGSSL,
        JDK;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// Clients could otherwise make a server of TLS 1.2 repeat handshakes, each of which costs it far more than them.
    private static final String RENEGOTIATION = "jdk.tls.rejectClientInitiatedRenegotiation";

    /// @throws IllegalArgumentException if BoringSSL is asked for and not there
    public static TlsLibrary choose(Choice choice) {
        return switch (choice) {
            case JDK -> jdk("asked for");
            case BORINGSSL -> {
                if (!OpenSsl.isAvailable()) {
                    throw new IllegalArgumentException(
                            "BoringSSL is not available here: " + missing());
                }
                yield boringSsl("asked for");
            }
            case AUTO ->
                    OpenSsl.isAvailable()
                            ? boringSsl("several times as fast as the JDK's")
                            : jdk("BoringSSL is not there: " + missing());
        };
    }

    private static TlsLibrary boringSsl(String why) {
        return new TlsLibrary(OpenSsl.versionString(), why, SslProvider.OPENSSL_REFCNT);
    }

    private static TlsLibrary jdk(String why) {
        if (System.getProperty(RENEGOTIATION) == null) {
            System.setProperty(RENEGOTIATION, "true");
        }
        return new TlsLibrary("JDK", why, SslProvider.JDK);
    }

    /// Whether what only BoringSSL can do works: tickets with keys of our own, OCSP answers.
    boolean boring() {
        return provider != SslProvider.JDK;
    }

    private static String missing() {
        Throwable root = OpenSsl.unavailabilityCause();
        while (root != null && root.getCause() != null) {
            root = root.getCause();
        }
        return root == null
                ? "unknown"
                : String.valueOf(root.getMessage()).lines().findFirst().orElse("");
    }
}
