package dev.weir.tls;

import dev.weir.schema.Key;
import dev.weir.schema.Says;
import java.util.List;

/// The cipher suites of TLS 1.2 that may be used, by their IANA names. All have forward secrecy; those of TLS 1.3 are not
/// among them, because all three are good and always on.
///
/// Source: RFC 9325 §4.2, RFC 7905.
@Says("A cipher suite of TLS 1.2. Those of TLS 1.3 are always on.")
public enum CipherSuite {
    @Key("TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256")
    ECDSA_AES_128_GCM,
    @Key("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256")
    RSA_AES_128_GCM,
    @Key("TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384")
    ECDSA_AES_256_GCM,
    @Key("TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384")
    RSA_AES_256_GCM,
    @Key("TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256")
    ECDSA_CHACHA20,
    @Key("TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256")
    RSA_CHACHA20,
    @Says("for clients from before 2013; off unless named")
    @Key("TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA")
    ECDSA_AES_128_CBC,
    @Says("for clients from before 2013; off unless named")
    @Key("TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA")
    RSA_AES_128_CBC,
    @Says("for clients from before 2013; off unless named")
    @Key("TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA")
    ECDSA_AES_256_CBC,
    @Says("for clients from before 2013; off unless named")
    @Key("TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA")
    RSA_AES_256_CBC;

    private static final List<String> OF_TLS_1_3 =
            List.of(
                    "TLS_AES_128_GCM_SHA256",
                    "TLS_AES_256_GCM_SHA384",
                    "TLS_CHACHA20_POLY1305_SHA256");

    /// Those that authenticate with encryption, best for most first.
    public static final List<CipherSuite> USUAL =
            List.of(
                    ECDSA_AES_128_GCM,
                    RSA_AES_128_GCM,
                    ECDSA_AES_256_GCM,
                    RSA_AES_256_GCM,
                    ECDSA_CHACHA20,
                    RSA_CHACHA20);

    /// Whether HTTP/2 may be spoken with it: it is none of those that encrypt and authenticate in two steps.
    ///
    /// Source: RFC 9113 §9.2.2 and its appendix A.
    public boolean fitForHttp2() {
        return USUAL.contains(this);
    }

    /// The one with this number in the registry of IANA, as a bit by its ordinal; 0 if it is none of these.
    static int bit(int number) {
        CipherSuite suite =
                switch (number) {
                    case 0xc02b -> ECDSA_AES_128_GCM;
                    case 0xc02f -> RSA_AES_128_GCM;
                    case 0xc02c -> ECDSA_AES_256_GCM;
                    case 0xc030 -> RSA_AES_256_GCM;
                    case 0xcca9 -> ECDSA_CHACHA20;
                    case 0xcca8 -> RSA_CHACHA20;
                    case 0xc009 -> ECDSA_AES_128_CBC;
                    case 0xc013 -> RSA_AES_128_CBC;
                    case 0xc00a -> ECDSA_AES_256_CBC;
                    case 0xc014 -> RSA_AES_256_CBC;
                    default -> null;
                };
        return suite == null ? 0 : 1 << suite.ordinal();
    }

    /// Whether it is for EC certificates, and not for RSA ones.
    boolean forEc() {
        return iana().startsWith("TLS_ECDHE_ECDSA_");
    }

    /// The IANA names of these and of TLS 1.3's.
    static List<String> names(List<CipherSuite> suites) {
        return java.util.stream.Stream.concat(
                        OF_TLS_1_3.stream(), suites.stream().map(CipherSuite::iana))
                .toList();
    }

    /// The name, as in the registry "TLS Cipher Suites" of IANA.
    public String iana() {
        return switch (this) {
            case ECDSA_AES_128_GCM -> "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256";
            case RSA_AES_128_GCM -> "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256";
            case ECDSA_AES_256_GCM -> "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384";
            case RSA_AES_256_GCM -> "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384";
            case ECDSA_CHACHA20 -> "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256";
            case RSA_CHACHA20 -> "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256";
            case ECDSA_AES_128_CBC -> "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA";
            case RSA_AES_128_CBC -> "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA";
            case ECDSA_AES_256_CBC -> "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA";
            case RSA_AES_256_CBC -> "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA";
        };
    }
}
