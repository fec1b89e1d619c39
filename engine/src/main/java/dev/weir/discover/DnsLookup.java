package dev.weir.discover;

import dev.weir.service.Listing;
import io.netty.handler.codec.dns.DnsRecordType;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Finds out where a name leads: its A records, or AAAA where there are none, so that an instance with both is not two endpoints; or the
/// SRV records of a name, and where each of these leads. Confined to the event loop of its client.
///
/// @param client asks the questions
record DnsLookup(DnsClient client) {
    /// More aliases in a row are a circle.
    private static final int MOST_ALIASES = 8;

    private static final String NO_ADDRESS = "has no address";
    private static final int HEAVIEST = 1000;
    private static final long FOREVER = Long.MAX_VALUE;

    /// What was found out.
    sealed interface Outcome {
        /// @param endpoints at least one, in an order that does not depend on the answer's
        /// @param ttlSeconds for how long that holds
        record Found(List<Listing> endpoints, long ttlSeconds) implements Outcome {}

        /// @param why as the rest of a sentence that begins with the name
        record Nothing(String why) implements Outcome {}
    }

    /// The addresses of a name, or why there are none.
    ///
    /// @param lasting whether asking again in a moment would not help
    private record Addresses(List<InetAddress> all, long ttlSeconds, String why, boolean lasting) {
        static Addresses none(String why, boolean lasting) {
            return new Addresses(List.of(), FOREVER, why, lasting);
        }

        Addresses atMost(long seconds) {
            return new Addresses(all, Math.min(ttlSeconds, seconds), why, lasting);
        }
    }

    CompletableFuture<Outcome> find(DnsName name) {
        return name.service() ? places(name) : addresses(name);
    }

    private CompletableFuture<Outcome> addresses(DnsName name) {
        return addresses(name.name())
                .thenApply(
                        found -> {
                            if (found.all.isEmpty()) {
                                return new Outcome.Nothing(found.why);
                            }
                            List<Listing> endpoints =
                                    found.all.stream()
                                            .map(at -> new InetSocketAddress(at, name.port()))
                                            .map(Listing::of)
                                            .toList();
                            return found(endpoints, found.ttlSeconds);
                        });
    }

    private static Outcome found(List<Listing> endpoints, long ttlSeconds) {
        return new Outcome.Found(
                endpoints.stream()
                        .distinct()
                        .sorted(Comparator.comparing(Listing::backup).thenComparing(Listing::name))
                        .toList(),
                ttlSeconds);
    }

    // ---- A and AAAA ----

    private CompletableFuture<Addresses> addresses(String name) {
        return addresses(name, DnsRecordType.A)
                .thenCompose(
                        found ->
                                found.all.isEmpty() && found.why.equals(NO_ADDRESS)
                                        ? addresses(name, DnsRecordType.AAAA)
                                        : CompletableFuture.completedFuture(found));
    }

    private CompletableFuture<Addresses> addresses(String name, DnsRecordType type) {
        return addresses(DnsEntry.plain(name), type, 0);
    }

    private CompletableFuture<Addresses> addresses(String name, DnsRecordType type, int aliases) {
        return client.ask(name, type)
                .thenCompose(
                        reply ->
                                switch (reply) {
                                    case DnsReply.Records records ->
                                            follow(name, type, aliases, records.entries());
                                    case DnsReply.Unknown _ ->
                                            known(
                                                    Addresses.none(
                                                            "does not exist (NXDOMAIN)", true));
                                    case DnsReply.Failed failed ->
                                            known(Addresses.none(failed.why(), false));
                                });
    }

    /// From alias to alias within the answer; where that ends without an address, the last one is asked for.
    private CompletableFuture<Addresses> follow(
            String asked, DnsRecordType type, int aliases, List<DnsEntry> entries) {
        String name = asked;
        long ttl = FOREVER;
        Set<String> seen = new HashSet<>();
        for (DnsEntry.Alias next = alias(name, entries);
                next != null && seen.add(name);
                next = alias(name, entries)) {
            ttl = Math.min(ttl, next.ttlSeconds());
            name = next.target();
        }
        List<InetAddress> all = new ArrayList<>();
        for (DnsEntry entry : entries) {
            if (entry instanceof DnsEntry.Address found && found.owner().equals(name)) {
                all.add(found.address());
                ttl = Math.min(ttl, found.ttlSeconds());
            }
        }
        if (!all.isEmpty()) {
            return known(new Addresses(all, ttl, "", true));
        }
        if (name.equals(asked)) {
            return known(Addresses.none(NO_ADDRESS, true));
        }
        if (aliases + seen.size() > MOST_ALIASES) {
            return known(Addresses.none("leads from alias to alias", true));
        }
        long holds = ttl;
        return addresses(name, type, aliases + seen.size()).thenApply(found -> found.atMost(holds));
    }

    private static CompletableFuture<Addresses> known(Addresses found) {
        return CompletableFuture.completedFuture(found);
    }

    private static DnsEntry.@Nullable Alias alias(String name, List<DnsEntry> entries) {
        for (DnsEntry entry : entries) {
            if (entry instanceof DnsEntry.Alias alias && alias.owner().equals(name)) {
                return alias;
            }
        }
        return null;
    }

    // ---- SRV ----

    private CompletableFuture<Outcome> places(DnsName name) {
        return client.ask(name.name(), DnsRecordType.SRV)
                .thenCompose(
                        reply ->
                                switch (reply) {
                                    case DnsReply.Records records -> places(records.entries());
                                    case DnsReply.Unknown _ -> nothing("does not exist (NXDOMAIN)");
                                    case DnsReply.Failed failed -> nothing(failed.why());
                                });
    }

    private CompletableFuture<Outcome> places(List<DnsEntry> entries) {
        List<DnsEntry.Place> places =
                entries.stream()
                        .filter(DnsEntry.Place.class::isInstance)
                        .map(DnsEntry.Place.class::cast)
                        // A lone dot says that the service is not there (RFC 2782).
                        .filter(place -> !place.target().isEmpty() && place.port() > 0)
                        .toList();
        if (places.isEmpty()) {
            return nothing("has no SRV record that leads anywhere");
        }
        int first = places.stream().mapToInt(DnsEntry.Place::priority).min().orElse(0);
        int heaviest = places.stream().mapToInt(DnsEntry.Place::weight).max().orElse(1);
        List<CompletableFuture<Outcome>> all =
                places.stream()
                        .map(place -> endpoints(place, place.priority() > first, heaviest))
                        .toList();
        return CompletableFuture.allOf(all.toArray(CompletableFuture[]::new))
                .thenApply(_ -> together(all.stream().map(CompletableFuture::join).toList()));
    }

    private CompletableFuture<Outcome> endpoints(
            DnsEntry.Place place, boolean backup, int heaviest) {
        int weight = heaviest > HEAVIEST ? place.weight() * HEAVIEST / heaviest : place.weight();
        Function<InetAddress, Listing> listing =
                at -> {
                    InetSocketAddress address = new InetSocketAddress(at, place.port());
                    return new Listing(
                            Listing.named(address), address, Math.max(1, weight), backup, "");
                };
        return addresses(place.target())
                .thenApply(
                        found ->
                                found.all.isEmpty() && !found.lasting
                                        ? new Outcome.Nothing(
                                                "leads to "
                                                        + place.target()
                                                        + ", which "
                                                        + found.why)
                                        : new Outcome.Found(
                                                found.all.stream().map(listing).toList(),
                                                Math.min(place.ttlSeconds(), found.ttlSeconds)));
    }

    /// All or nothing: what could not be asked for now may be there all the same. A target that does not exist is left out.
    private static Outcome together(List<Outcome> all) {
        List<Listing> endpoints = new ArrayList<>();
        long ttl = FOREVER;
        for (Outcome one : all) {
            switch (one) {
                case Outcome.Nothing _ -> {
                    return one;
                }
                case Outcome.Found found -> {
                    endpoints.addAll(found.endpoints());
                    ttl = Math.min(ttl, found.ttlSeconds());
                }
            }
        }
        return endpoints.isEmpty()
                ? new Outcome.Nothing("has SRV records, but none leads to an address")
                : found(endpoints, ttl);
    }

    private static CompletableFuture<Outcome> nothing(String why) {
        return CompletableFuture.completedFuture(new Outcome.Nothing(why));
    }
}
