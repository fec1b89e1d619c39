package dev.weir.tls;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Which certificate a client gets: the one for just the name it asks for, else one with a wildcard for it, else the first. Where
/// several are for a name, an EC certificate goes to clients that can verify it, because signing with it costs a tenth, and an RSA
/// certificate to others. Immutable, but for the contexts, which are closed with it.
final class CertificateTable {
    private final List<ServerContext> all;
    private final Map<String, List<ServerContext>> byName = new HashMap<>();
    private final List<ServerContext> first;

    /// @param all in the order of the configuration; at least one
    CertificateTable(List<ServerContext> all) {
        this.all = List.copyOf(all);
        for (ServerContext context : all) {
            for (String name : context.key().names()) {
                byName.computeIfAbsent(name, _ -> new ArrayList<>(1)).add(context);
            }
        }
        CertifiedKey leading = all.getFirst().key();
        this.first =
                leading.names().isEmpty()
                        ? List.of(all.getFirst())
                        : byName.getOrDefault(leading.names().getFirst(), List.of());
    }

    List<ServerContext> all() {
        return all;
    }

    ServerContext choose(ClientHello hello) {
        List<ServerContext> named = named(hello.serverName());
        ServerContext usable = null;
        for (int i = 0; i < named.size(); i++) {
            ServerContext one = named.get(i);
            if (one.key().kind() != CertifiedKey.Kind.RSA && hello.verifies(one.key().kind())) {
                return one;
            }
            if (usable == null && hello.verifies(one.key().kind())) {
                usable = one;
            }
        }
        // With none that it can verify the handshake fails, and tells the client why.
        return usable == null ? named.getFirst() : usable;
    }

    /// Whether a client that asks for this host would get this certificate.
    boolean leadsTo(String host, ServerContext context) {
        return context.key().covers(host) || named(host).contains(context);
    }

    private List<ServerContext> named(String name) {
        List<ServerContext> exact = byName.get(name);
        if (exact != null) {
            return exact;
        }
        int dot = name.indexOf('.');
        @Nullable List<ServerContext> wild =
                dot <= 0 ? null : byName.get("*" + name.substring(dot));
        return wild == null ? first : wild;
    }
}
