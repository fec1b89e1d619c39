package dev.weir.tls;

import io.netty.handler.ssl.OpenSslServerSessionContext;
import io.netty.handler.ssl.OpenSslSessionTicketKey;
import io.netty.handler.ssl.SslContext;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/// The keys of session tickets of one listener: the same for all its certificates and loops, so that a client's next connection
/// resumes wherever it arrives, also after a certificate was renewed. Not shared between listeners, because a ticket stands for a client's
/// certificate, which another listener might not accept. Confined to the thread of [TlsFiles].
///
/// Each key makes tickets for so long, and opens those it made for as long again. They live in memory only.
final class Tickets {
    /// Source: docs of nginx and Caddy say 12 to 24 hours; whoever steals a key can read what it protects.
    private static final long ROTATED_NANOS = 12L * 60 * 60 * 1_000_000_000;

    private static final int MOST_KEYS = 2;

    private final RandomGenerator random;
    private final List<OpenSslSessionTicketKey> keys = new ArrayList<>();
    private long madeNanos;

    Tickets(RandomGenerator random, long nowNanos) {
        this.random = random;
        anew(nowNanos);
    }

    /// Makes no more use of any key so far: what their tickets stand for does not hold any more.
    void anew(long nowNanos) {
        keys.clear();
        add(nowNanos);
    }

    /// Whether there is a new key now, for all contexts to know.
    boolean rotate(long nowNanos) {
        if (nowNanos - madeNanos < ROTATED_NANOS) {
            return false;
        }
        add(nowNanos);
        return true;
    }

    private void add(long nowNanos) {
        madeNanos = nowNanos;
        keys.addFirst(
                new OpenSslSessionTicketKey(
                        bytes(OpenSslSessionTicketKey.NAME_SIZE),
                        bytes(OpenSslSessionTicketKey.HMAC_KEY_SIZE),
                        bytes(OpenSslSessionTicketKey.AES_KEY_SIZE)));
        if (keys.size() > MOST_KEYS) {
            keys.removeLast();
        }
    }

    private byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }

    /// Has a context make tickets with the newest key and open those of all. The JDK's contexts have keys of their own.
    void give(SslContext context) {
        if (context.sessionContext() instanceof OpenSslServerSessionContext sessions) {
            sessions.setTicketKeys(keys.toArray(OpenSslSessionTicketKey[]::new));
        }
    }
}
