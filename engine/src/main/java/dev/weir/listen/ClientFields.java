package dev.weir.listen;

import dev.weir.exchange.TlsFacts;
import dev.weir.http.Headers;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/// The fields that tell endpoints about clients' certificates. What a client sends under one of their names is removed on every
/// listener: else the plain listener would be a way around the one that asks for certificates. Only a trusted proxy on a listener
/// that asks for none may have looked at the certificate itself. Immutable.
final class ClientFields {
    private final String[] removed;
    private final String[] names;
    private final TlsFacts.OfClient[] facts;

    /// @param all what any listener tells
    /// @param told what this one tells
    ClientFields(Collection<String> all, Map<String, TlsFacts.OfClient> told) {
        Set<String> every = new LinkedHashSet<>(all);
        every.addAll(told.keySet());
        this.removed = every.toArray(String[]::new);
        this.names = told.keySet().toArray(String[]::new);
        this.facts = new TlsFacts.OfClient[names.length];
        for (int i = 0; i < names.length; i++) {
            facts[i] = told.getOrDefault(names[i], TlsFacts.OfClient.SUBJECT);
        }
    }

    /// Whether nothing is to be done.
    boolean none() {
        return removed.length == 0;
    }

    /// @param trusted whether the peer is a trusted proxy
    void write(Headers headers, TlsFacts.Client client, boolean trusted) {
        if (names.length == 0 && trusted) {
            return;
        }
        for (String name : removed) {
            headers.remove(name);
        }
        if (client.known()) {
            for (int i = 0; i < names.length; i++) {
                headers.add(names[i], facts[i].of(client));
            }
        }
    }
}
