package dev.weir.listen;

import dev.weir.exchange.TlsFacts;
import dev.weir.http.RequestHead;
import dev.weir.tls.ChosenCertificate;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.SslHandler;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// A client's connection after its TLS handshake. Confined to one event loop.
final class Secured {
    private final TlsFacts facts;
    private final ChosenCertificate certificate;
    private final SslHandler handler;

    /// The host that was found right last; at first the name that the client asked for.
    private byte[] right;

    Secured(TlsFacts facts, ChosenCertificate certificate, SslHandler handler) {
        this.facts = facts;
        this.certificate = certificate;
        this.handler = handler;
        this.right = facts.serverName().getBytes(StandardCharsets.US_ASCII);
    }

    TlsFacts facts() {
        return facts;
    }

    /// Whether the request is for a host that has another certificate than the one this client saw (RFC 9110 §15.5.20). A client
    /// that asked for no name, and showed no certificate that it was chosen for, may ask for any host.
    boolean misdirected(RequestHead head) {
        int start = head.hostStart();
        int end = head.hostEnd();
        if (Arrays.equals(head.bytes(), start, end, right, 0, right.length)) {
            return false;
        }
        if (asksForAnother(head, facts) && !certificate.isFor(head.host())) {
            return true;
        }
        right = Arrays.copyOfRange(head.bytes(), start, end);
        return false;
    }

    /// Whether the request is for another host than the handshake, so that it hangs on the certificate whether that is right.
    static boolean asksForAnother(RequestHead head, TlsFacts facts) {
        boolean anything = facts.serverName().isEmpty() && !facts.client().known();
        return !anything
                && head.hostStart() < head.hostEnd()
                && !head.host().equals(facts.serverName());
    }

    /// Tells the client that nothing more will come; what it sends can still be read.
    void endOutput(SocketChannel channel) {
        handler.closeOutbound();
        channel.shutdownOutput();
    }
}
