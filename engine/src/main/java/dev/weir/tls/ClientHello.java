package dev.weir.tls;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// What a client says of itself before anything else, as far as it decides which certificate it gets. Immutable.
///
/// Source: RFC 8446 §4.1.2, RFC 6066 §3, RFC 7301 §3.1, RFC 8422 §5.1.
///
/// @param serverName in lower case; empty if the client did not say
/// @param signatures a bit per [CertifiedKey.Kind] that the client can verify
/// @param protocols what the client would speak (ALPN); empty if it did not say
/// @param suites a bit per [CipherSuite] that the client has; of TLS 1.2, by its ordinal
/// @param tls13 whether the client has TLS 1.3
record ClientHello(
        String serverName, int signatures, List<String> protocols, int suites, boolean tls13) {
    /// Of a client whose first message is none: the TLS library will say what is wrong with it.
    static final ClientHello NONE = new ClientHello("", 0, List.of(), 0, false);

    /// Of a client that is only thought of: it can do everything.
    static ClientHello of(String serverName) {
        return new ClientHello(serverName, -1, List.of(), -1, true);
    }

    private static final int SERVER_NAME = 0;
    private static final int GROUPS = 10;
    private static final int SIGNATURE_ALGORITHMS = 13;
    private static final int ALPN = 16;
    private static final int SUPPORTED_VERSIONS = 43;
    private static final int TLS_1_3 = 0x0304;
    private static final CipherSuite[] SUITES = CipherSuite.values();

    /// @param body of the message, behind its type and length; read from its reader index, which moves
    static ClientHello parse(ByteBuf body) {
        try {
            return new Reading().read(body);
        } catch (IndexOutOfBoundsException _) {
            // Not well-formed, of which the TLS library will tell the client.
            return NONE;
        }
    }

    boolean has(CipherSuite suite) {
        return (suites & 1 << suite.ordinal()) != 0;
    }

    boolean verifies(CertifiedKey.Kind kind) {
        return (signatures & 1 << kind.ordinal()) != 0;
    }

    /// Gathers what stands in several places of the message.
    private static final class Reading {
        private String name = "";
        private int schemes;
        private int curves;
        private int suites;
        private boolean suitesForEc;
        private boolean tls13;
        private final List<String> protocols = new ArrayList<>(2);

        ClientHello read(ByteBuf body) {
            body.skipBytes(2 + 32);
            body.skipBytes(body.readUnsignedByte());
            suites(body.readSlice(body.readUnsignedShort()));
            body.skipBytes(body.readUnsignedByte());
            if (body.isReadable()) {
                extensions(body.readSlice(body.readUnsignedShort()));
            }
            // Before 1.3 the curve is a group that the client names; since then it is part of the
            // scheme.
            int able = tls13 ? schemes : suitesForEc && schemes != 0 ? curves : 0;
            return new ClientHello(
                    name,
                    able | 1 << CertifiedKey.Kind.RSA.ordinal(),
                    List.copyOf(protocols),
                    suites,
                    tls13);
        }

        private void suites(ByteBuf list) {
            while (list.isReadable()) {
                suites |= CipherSuite.bit(list.readUnsignedShort());
            }
            for (CipherSuite suite : SUITES) {
                suitesForEc |= suite.forEc() && (suites & 1 << suite.ordinal()) != 0;
            }
        }

        private void extensions(ByteBuf extensions) {
            while (extensions.isReadable()) {
                int type = extensions.readUnsignedShort();
                ByteBuf data = extensions.readSlice(extensions.readUnsignedShort());
                switch (type) {
                    case SERVER_NAME -> names(data.readSlice(data.readUnsignedShort()));
                    case GROUPS -> groups(data.readSlice(data.readUnsignedShort()));
                    case SIGNATURE_ALGORITHMS -> schemes(data.readSlice(data.readUnsignedShort()));
                    case ALPN -> protocols(data.readSlice(data.readUnsignedShort()));
                    case SUPPORTED_VERSIONS -> versions(data.readSlice(data.readUnsignedByte()));
                    default -> {}
                }
            }
        }

        private void names(ByteBuf list) {
            while (list.isReadable()) {
                int type = list.readUnsignedByte();
                String text = text(list, list.readUnsignedShort());
                if (type == 0 && name.isEmpty()) {
                    String lower = text.toLowerCase(Locale.ROOT);
                    name = lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
                }
            }
        }

        private void groups(ByteBuf list) {
            while (list.isReadable()) {
                switch (list.readUnsignedShort()) {
                    case 23 -> curves |= bit(CertifiedKey.Kind.EC_256);
                    case 24 -> curves |= bit(CertifiedKey.Kind.EC_384);
                    case 25 -> curves |= bit(CertifiedKey.Kind.EC_521);
                    default -> {}
                }
            }
        }

        private void schemes(ByteBuf list) {
            while (list.isReadable()) {
                switch (list.readUnsignedShort()) {
                    case 0x0403 -> schemes |= bit(CertifiedKey.Kind.EC_256);
                    case 0x0503 -> schemes |= bit(CertifiedKey.Kind.EC_384);
                    case 0x0603 -> schemes |= bit(CertifiedKey.Kind.EC_521);
                    default -> {}
                }
            }
        }

        private void protocols(ByteBuf list) {
            while (list.isReadable()) {
                protocols.add(text(list, list.readUnsignedByte()));
            }
        }

        private void versions(ByteBuf list) {
            while (list.isReadable()) {
                tls13 |= list.readUnsignedShort() == TLS_1_3;
            }
        }

        private static int bit(CertifiedKey.Kind kind) {
            return 1 << kind.ordinal();
        }

        private static String text(ByteBuf in, int length) {
            return in.readCharSequence(length, StandardCharsets.US_ASCII).toString();
        }
    }
}
