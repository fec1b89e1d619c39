package dev.weir.discover;

import java.net.InetAddress;
import java.util.Locale;

/// A record of an answer, read. Immutable.
sealed interface DnsEntry {
    /// Whose it is, in small letters and without a dot at the end.
    String owner();

    long ttlSeconds();

    /// A or AAAA.
    record Address(String owner, long ttlSeconds, InetAddress address) implements DnsEntry {}

    /// CNAME.
    record Alias(String owner, long ttlSeconds, String target) implements DnsEntry {}

    /// SRV (RFC 2782).
    record Place(String owner, long ttlSeconds, int priority, int weight, int port, String target)
            implements DnsEntry {}

    static String plain(String name) {
        String small = name.toLowerCase(Locale.ROOT);
        return small.endsWith(".") ? small.substring(0, small.length() - 1) : small;
    }
}
