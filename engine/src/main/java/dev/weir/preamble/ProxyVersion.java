package dev.weir.preamble;

import dev.weir.schema.Says;
import java.io.ByteArrayOutputStream;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// The versions of the PROXY protocol's header, for writing.
///
/// Source: <https://www.haproxy.org/download/3.0/doc/proxy-protocol.txt>, sections 2.1 and 2.2.
public enum ProxyVersion {
    @Says("A line of text.")
    V1 {
        @Override
        public byte[] header(Ends ends) {
            boolean v6 = isV6(ends);
            String line =
                    "PROXY %s %s %s %d %d\r\n"
                            .formatted(
                                    v6 ? "TCP6" : "TCP4",
                                    text(ends.source(), v6),
                                    text(ends.destination(), v6),
                                    ends.source().getPort(),
                                    ends.destination().getPort());
            return line.getBytes(StandardCharsets.US_ASCII);
        }

        @Override
        public byte[] headerForNobody() {
            return "PROXY UNKNOWN\r\n".getBytes(StandardCharsets.US_ASCII);
        }
    },
    @Says("Binary.")
    V2 {
        @Override
        public byte[] header(Ends ends) {
            boolean v6 = isV6(ends);
            ByteArrayOutputStream out = new ByteArrayOutputStream(52);
            out.writeBytes(ProxyReader.SIGNATURE);
            out.write(0x21);
            out.write(v6 ? 0x21 : 0x11);
            out.write(0);
            out.write(v6 ? 36 : 12);
            out.writeBytes(bytes(ends.source(), v6));
            out.writeBytes(bytes(ends.destination(), v6));
            port(out, ends.source());
            port(out, ends.destination());
            return out.toByteArray();
        }

        @Override
        public byte[] headerForNobody() {
            byte[] header = Arrays.copyOf(ProxyReader.SIGNATURE, 16);
            header[12] = 0x20;
            return header;
        }
    };

    /// The header of a connection that speaks for another one. Called once per connection.
    public abstract byte[] header(Ends ends);

    /// The header of a connection that Weir makes for itself.
    public abstract byte[] headerForNobody();

    /// One of another family goes as its image in IPv6 (RFC 4291 §2.5.5.2).
    private static boolean isV6(Ends ends) {
        return ends.source().getAddress() instanceof Inet6Address
                || ends.destination().getAddress() instanceof Inet6Address;
    }

    private static String text(InetSocketAddress address, boolean v6) {
        InetAddress host = address.getAddress();
        if (host instanceof Inet6Address) {
            String text = host.getHostAddress();
            int scope = text.indexOf('%');
            return scope < 0 ? text : text.substring(0, scope);
        }
        return v6 ? "::ffff:" + host.getHostAddress() : host.getHostAddress();
    }

    private static byte[] bytes(InetSocketAddress address, boolean v6) {
        byte[] own = address.getAddress().getAddress();
        if (!v6 || own.length == 16) {
            return own;
        }
        byte[] mapped = new byte[16];
        mapped[10] = mapped[11] = (byte) 0xff;
        System.arraycopy(own, 0, mapped, 12, 4);
        return mapped;
    }

    private static void port(ByteArrayOutputStream out, InetSocketAddress address) {
        out.write(address.getPort() >> 8);
        out.write(address.getPort());
    }
}
