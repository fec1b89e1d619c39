package dev.weir.http;

import java.net.InetAddress;
import java.util.Arrays;

/// A range of IP addresses in CIDR notation: `10.0.0.0/8`, `2001:db8::/32`, or one address. IPv4-mapped IPv6
/// addresses count as IPv4. Immutable.
///
/// Source: RFC 4632, RFC 4291 §2.3.
public final class IpRange {
    private final byte[] network;
    private final int bits;

    private IpRange(byte[] network, int bits) {
        this.network = network;
        this.bits = bits;
    }

    /// @throws IllegalArgumentException if the text is no address, the prefix is too long, or bits are set behind it
    public static IpRange parse(String text) {
        int slash = text.indexOf('/');
        byte[] network = address(slash < 0 ? text : text.substring(0, slash));
        int bits = network.length * 8;
        if (slash >= 0) {
            String prefix = text.substring(slash + 1);
            if (!prefix.matches("[0-9]{1,3}") || Integer.parseInt(prefix) > bits) {
                throw new IllegalArgumentException(
                        "the prefix length is a number from 0 to " + bits);
            }
            bits = Integer.parseInt(prefix);
        }
        IpRange range = new IpRange(network, bits);
        byte[] cut = network.clone();
        for (int bit = bits; bit < network.length * 8; bit++) {
            cut[bit >> 3] &= (byte) ~(0x80 >> (bit & 7));
        }
        if (!Arrays.equals(cut, network)) {
            throw new IllegalArgumentException(
                    "bits are set behind the prefix; did you mean " + new IpRange(cut, bits) + "?");
        }
        return range;
    }

    private static byte[] address(String text) {
        try {
            return InetAddress.ofLiteral(text).getAddress();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("not an IP address: " + text, e);
        }
    }

    public boolean contains(InetAddress address) {
        byte[] candidate = address.getAddress();
        if (candidate.length != network.length) {
            return false;
        }
        int whole = bits >> 3;
        for (int i = 0; i < whole; i++) {
            if (candidate[i] != network[i]) {
                return false;
            }
        }
        int rest = bits & 7;
        return rest == 0 || ((candidate[whole] ^ network[whole]) & (0xff00 >> rest) & 0xff) == 0;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof IpRange that
                && bits == that.bits
                && Arrays.equals(network, that.network);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(network) + bits;
    }

    @Override
    public String toString() {
        try {
            return InetAddress.getByAddress(network).getHostAddress() + "/" + bits;
        } catch (java.net.UnknownHostException e) {
            throw new AssertionError("the length was checked when parsing", e);
        }
    }
}
