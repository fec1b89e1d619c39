package dev.weir.tls;

import dev.weir.exchange.TlsFacts;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/// The certificate that a connection got, among those that it could have got. Immutable.
public final class ChosenCertificate {
    private final CertificateTable table;
    private final ServerContext context;
    private final String serverName;

    ChosenCertificate(CertificateTable table, ServerContext context, String serverName) {
        this.table = table;
        this.context = context;
        this.serverName = serverName;
    }

    /// Whether a client that asks for this host gets the same certificate.
    ///
    /// @param host in lower case
    public boolean isFor(String host) {
        return table.leadsTo(host, context);
    }

    /// For people: the name that it is for, and its file.
    public String shown() {
        return context.key().shown() + " (" + context.key().chain().file() + ")";
    }

    /// What is known of the connection once its handshake is done.
    ///
    /// @throws CertificateException if the client's certificate is over, which a resumed session does not notice
    public TlsFacts facts(SSLSession session) throws CertificateException {
        return new TlsFacts(
                session.getProtocol(),
                session.getCipherSuite(),
                serverName,
                context.asksClients() ? client(session) : TlsFacts.Client.NONE);
    }

    private static TlsFacts.Client client(SSLSession session) throws CertificateException {
        Certificate[] shown;
        try {
            shown = session.getPeerCertificates();
        } catch (SSLPeerUnverifiedException _) {
            return TlsFacts.Client.NONE;
        }
        if (shown.length == 0 || !(shown[0] instanceof X509Certificate certificate)) {
            return TlsFacts.Client.NONE;
        }
        certificate.checkValidity();
        return ClientCertificate.facts(certificate);
    }
}
