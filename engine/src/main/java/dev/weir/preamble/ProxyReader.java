package dev.weir.preamble;

import dev.weir.preamble.ProxyHeader.Malformed;
import dev.weir.preamble.ProxyHeader.Whole;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// Reads a PROXY header, version 1 (text) or 2 (binary), from the first bytes of a connection. Strict: what two readers could read
/// differently is refused. Stateless; reads the bytes anew each time, of which there are few.
///
/// Deliberately narrower than the specification: version 2 for datagrams is refused, as there are none here, and a header of version 2
/// with more than [#MOST_BYTES].
///
/// Source: <https://www.haproxy.org/download/3.0/doc/proxy-protocol.txt>, sections 2.1 and 2.2.
public final class ProxyReader {
    /// The longest header that is read: a header of version 2 with addresses, and room for the usual extensions.
    public static final int MOST_BYTES = 4096;

    /// Of a header of version 1, its line end included.
    static final int MOST_TEXT = 107;

    static final byte[] SIGNATURE = {
        '\r', '\n', '\r', '\n', 0, '\r', '\n', 'Q', 'U', 'I', 'T', '\n'
    };

    private static final byte[] TEXT = "PROXY ".getBytes(StandardCharsets.US_ASCII);

    private static final int FIXED = 16;
    private static final int TCP4 = 0x11;
    private static final int TCP6 = 0x21;
    private static final int UNIX = 0x31;

    /// Length of each address part in version 2.
    private static final int TCP4_BYTES = 12;

    private static final int TCP6_BYTES = 36;
    private static final int UNIX_BYTES = 216;

    private static final int CRC32C_TYPE = 3;

    private static final Pattern IPV4 =
            Pattern.compile("(0|[1-9][0-9]{0,2})(\\.(0|[1-9][0-9]{0,2})){3}");
    private static final Pattern IPV6 = Pattern.compile("[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");
    private static final Pattern PORT = Pattern.compile("0|[1-9][0-9]{0,4}");

    private ProxyReader() {}

    /// Reads what is there from the reader index on, and moves no index.
    public static ProxyHeader read(ByteBuf in) {
        if (begins(in, SIGNATURE)) {
            return in.readableBytes() < FIXED ? ProxyHeader.INCOMPLETE : binary(in);
        }
        if (begins(in, TEXT)) {
            return text(in);
        }
        return ProxyHeader.NONE;
    }

    /// Whether the bytes are the same, as far as there are any.
    private static boolean begins(ByteBuf in, byte[] expected) {
        int there = Math.min(in.readableBytes(), expected.length);
        for (int i = 0; i < there; i++) {
            if (in.getByte(in.readerIndex() + i) != expected[i]) {
                return false;
            }
        }
        return true;
    }

    // ---- version 1 ----

    private static ProxyHeader text(ByteBuf in) {
        int start = in.readerIndex();
        int there = Math.min(in.readableBytes(), MOST_TEXT);
        for (int i = start; i < start + there; i++) {
            byte b = in.getByte(i);
            if (b == '\n') {
                return new Malformed("has a line feed without a carriage return");
            }
            if (b == '\r') {
                if (i + 1 == start + there) {
                    break;
                }
                if (in.getByte(i + 1) != '\n') {
                    return new Malformed("has a carriage return in its line");
                }
                String line = in.toString(start, i - start, StandardCharsets.ISO_8859_1);
                return line(line, i + 2 - start);
            }
        }
        return there < MOST_TEXT
                ? ProxyHeader.INCOMPLETE
                : new Malformed("is longer than " + MOST_TEXT + " bytes");
    }

    private static ProxyHeader line(String line, int length) {
        if (line.equals("PROXY UNKNOWN") || line.startsWith("PROXY UNKNOWN ")) {
            return new Whole(length, null);
        }
        String[] parts = line.split(" ", -1);
        if (parts.length != 6 || !parts[1].equals("TCP4") && !parts[1].equals("TCP6")) {
            return new Malformed("is not PROXY TCP4|TCP6 SOURCE DESTINATION PORT PORT");
        }
        boolean v6 = parts[1].equals("TCP6");
        InetSocketAddress source = address(parts[2], parts[4], v6);
        InetSocketAddress destination = address(parts[3], parts[5], v6);
        return source == null || destination == null
                ? new Malformed("has an address that is none")
                : new Whole(length, new Ends(source, destination));
    }

    private static @Nullable InetSocketAddress address(String host, String port, boolean v6) {
        if (!(v6 ? IPV6 : IPV4).matcher(host).matches() || !PORT.matcher(port).matches()) {
            return null;
        }
        try {
            int number = Integer.parseInt(port);
            return number > 65_535
                    ? null
                    : new InetSocketAddress(InetAddress.ofLiteral(host), number);
        } catch (IllegalArgumentException _) {
            return null;
        }
    }

    // ---- version 2 ----

    private static ProxyHeader binary(ByteBuf in) {
        int start = in.readerIndex();
        int version = in.getByte(start + 12) & 0xff;
        int family = in.getByte(start + 13) & 0xff;
        int length = FIXED + in.getUnsignedShort(start + 14);
        if (version != 0x20 && version != 0x21) {
            return new Malformed("has a version or command that is not known");
        }
        boolean local = version == 0x20;
        // Of a connection that speaks for none, what follows has no meaning (§2.2).
        int addresses = local ? 0 : addressBytes(family);
        if (addresses < 0) {
            return new Malformed("is for connections that are not known here");
        }
        if (length > MOST_BYTES) {
            return new Malformed("is longer than " + MOST_BYTES + " bytes");
        }
        if (length < FIXED + addresses) {
            return new Malformed("is shorter than its addresses");
        }
        if (in.readableBytes() < length) {
            return ProxyHeader.INCOMPLETE;
        }
        String wrong =
                local || family == 0 ? null : extensions(in, start, FIXED + addresses, length);
        if (wrong != null) {
            return new Malformed(wrong);
        }
        return new Whole(length, local ? null : ends(in, start + FIXED, family));
    }

    /// Of a family and transport; -1 for those that are refused.
    private static int addressBytes(int family) {
        return switch (family) {
            // Unspecified; here, too, what follows has no meaning.
            case 0 -> 0;
            case TCP4 -> TCP4_BYTES;
            case TCP6 -> TCP6_BYTES;
            case UNIX -> UNIX_BYTES;
            default -> -1;
        };
    }

    private static @Nullable Ends ends(ByteBuf in, int at, int family) {
        if (family != TCP4 && family != TCP6) {
            return null;
        }
        int size = family == TCP4 ? 4 : 16;
        return new Ends(
                new InetSocketAddress(address(in, at, size), in.getUnsignedShort(at + 2 * size)),
                new InetSocketAddress(
                        address(in, at + size, size), in.getUnsignedShort(at + 2 * size + 2)));
    }

    private static InetAddress address(ByteBuf in, int at, int size) {
        try {
            return InetAddress.getByAddress(ByteBufUtil.getBytes(in, at, size));
        } catch (UnknownHostException e) {
            throw new AssertionError("4 and 16 bytes are an address", e);
        }
    }

    /// Goes over what stands behind the addresses, and looks at the checksum if there is one.
    ///
    /// @return what is wrong, or null
    private static @Nullable String extensions(ByteBuf in, int start, int from, int length) {
        int at = from;
        while (at < length) {
            if (length - at < 3) {
                return "has an extension that is cut";
            }
            int type = in.getByte(start + at);
            int size = in.getUnsignedShort(start + at + 1);
            at += 3;
            if (size > length - at) {
                return "has an extension that is cut";
            }
            if (type == CRC32C_TYPE
                    && (size != 4 || in.getInt(start + at) != checksum(in, start, at, length))) {
                return "has another checksum than it says";
            }
            at += size;
        }
        return null;
    }

    /// Over the whole header, with zeros for the checksum itself (§2.2.3).
    private static int checksum(ByteBuf in, int start, int at, int length) {
        byte[] header = ByteBufUtil.getBytes(in, start, length);
        Arrays.fill(header, at, at + 4, (byte) 0);
        CRC32C crc = new CRC32C();
        crc.update(header, 0, length);
        return (int) crc.getValue();
    }
}
