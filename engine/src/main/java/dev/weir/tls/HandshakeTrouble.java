package dev.weir.tls;

import io.netty.handler.ssl.NotSslRecordException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Locale;

/// Why a handshake failed, in words for people, from what TLS libraries say.
public final class HandshakeTrouble {
    private HandshakeTrouble() {}

    /// One line, without an address.
    public static String text(Throwable failed) {
        Throwable root = failed;
        for (Throwable cause = failed; cause != null; cause = cause.getCause()) {
            if (cause instanceof NotSslRecordException) {
                return "the other side speaks no TLS";
            }
            if (cause instanceof CertificateExpiredException) {
                return "certificate expired";
            }
            if (cause instanceof CertificateNotYetValidException) {
                return "certificate not yet valid";
            }
            root = cause;
        }
        String message = String.valueOf(root.getMessage()).lines().findFirst().orElse("");
        if (message.contains("unable to find valid certification path")) {
            return "certificate not issued by anybody who is trusted";
        }
        if (message.contains("OPENSSL_internal:")) {
            // error:100000c0:SSL routines:OPENSSL_internal:PEER_DID_NOT_RETURN_A_CERTIFICATE
            String reason = message.substring(message.lastIndexOf(':') + 1);
            return reason.toLowerCase(Locale.ROOT)
                    .replace('_', ' ')
                    .replace("sslv3 alert", "alert");
        }
        return message.isEmpty() ? root.getClass().getSimpleName() : message;
    }
}
