package dev.weir.tls;

import dev.weir.exchange.Failure;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import java.io.IOException;
import java.security.cert.CertificateException;

/// The TLS handshake with an endpoint failed. Has no trace of its own: it says what the other side did.
public final class HandshakeFailed extends IOException {
    private static final long serialVersionUID = 1;

    public HandshakeFailed(Throwable cause) {
        super(HandshakeTrouble.text(cause), cause);
    }

    /// What it is called where failures are.
    public Failure why() {
        for (Throwable one = getCause(); one != null; one = one.getCause()) {
            if (one instanceof SslHandshakeTimeoutException) {
                return Failure.TLS_TIMEOUT;
            }
            if (one instanceof CertificateException) {
                // The JDK has one type for all of these.
                String message = String.valueOf(one.getMessage());
                return message.contains("name") && message.contains("match")
                                || message.contains("subject alternative")
                        ? Failure.CERTIFICATE_NAME
                        : Failure.CERTIFICATE_UNTRUSTED;
            }
        }
        return Failure.TLS_FAILED;
    }
}
