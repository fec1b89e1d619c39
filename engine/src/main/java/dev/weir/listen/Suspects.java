package dev.weir.listen;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Whose HTTP/2 connections were cut for what they did: their next ones get a tenth of the budget for a minute, so that coming back at
/// once does not pay. Others at the same address lose nothing by it, as long as they do nothing odd. An IPv6 client counts by its /64,
/// because a single customer usually has that many addresses.
///
/// Bounded: the oldest is forgotten first. Thread-safe, as a client's connections come to all loops.
final class Suspects {
    private static final int MOST = 1024;
    private static final long REMEMBERED_NANOS = 60_000_000_000L;
    private static final int SMALL_BUDGET = Glitches.BUDGET / 10;
    private static final int NETWORK_BYTES = 8;

    /// When somebody was cut last.
    private final Map<InetAddress, Long> cutNanos = new ConcurrentHashMap<>();

    /// A connection of this client was cut.
    void cut(InetAddress client, long nowNanos) {
        cutNanos.put(network(client), nowNanos);
        if (cutNanos.size() > MOST) {
            forgetOldest();
        }
    }

    private void forgetOldest() {
        Map.Entry<InetAddress, Long> oldest = null;
        for (Map.Entry<InetAddress, Long> one : cutNanos.entrySet()) {
            if (oldest == null || one.getValue() - oldest.getValue() < 0) {
                oldest = one;
            }
        }
        if (oldest != null) {
            cutNanos.remove(oldest.getKey(), oldest.getValue());
        }
    }

    /// What a new connection of this client may do that is odd.
    int budget(InetAddress client, long nowNanos) {
        if (cutNanos.isEmpty()) {
            return Glitches.BUDGET;
        }
        InetAddress network = network(client);
        Long cut = cutNanos.get(network);
        if (cut == null) {
            return Glitches.BUDGET;
        }
        if (nowNanos - cut > REMEMBERED_NANOS) {
            cutNanos.remove(network, cut);
            return Glitches.BUDGET;
        }
        return SMALL_BUDGET;
    }

    private static InetAddress network(InetAddress client) {
        if (!(client instanceof Inet6Address)) {
            return client;
        }
        byte[] bytes = client.getAddress();
        Arrays.fill(bytes, NETWORK_BYTES, bytes.length, (byte) 0);
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("16 bytes are an address", e);
        }
    }
}
