package dev.weir.tls;

import dev.weir.schema.Key;
import java.util.ArrayList;
import java.util.List;

/// Versions of TLS that Weir speaks; older ones are broken (RFC 8996).
public enum TlsVersion {
    @Key("1.2")
    TLS_1_2("TLSv1.2"),
    @Key("1.3")
    TLS_1_3("TLSv1.3");

    private final String protocol;

    TlsVersion(String protocol) {
        this.protocol = protocol;
    }

    /// This version and newer ones, as TLS libraries name them.
    List<String> andNewer() {
        List<String> protocols = new ArrayList<>();
        for (TlsVersion version : values()) {
            if (version.compareTo(this) >= 0) {
                protocols.add(version.protocol);
            }
        }
        return protocols;
    }
}
