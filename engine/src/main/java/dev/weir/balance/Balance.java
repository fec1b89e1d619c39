package dev.weir.balance;

import dev.weir.exchange.RequestKey;
import dev.weir.http.Ascii;
import dev.weir.schema.Key;
import dev.weir.schema.Percent;
import dev.weir.schema.Rate;
import dev.weir.schema.Required;
import dev.weir.schema.Says;
import dev.weir.schema.Short;
import dev.weir.schema.Within;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// How the endpoints of a service share its requests: one of the named policies, by what endpoints tell of themselves, or by a
/// hash of something in the request. Immutable.
@Says("Which endpoint gets a request.")
public sealed interface Balance {
    Balance ROUND_ROBIN = new Named(Policy.ROUND_ROBIN);
    Balance RANDOM = new Named(Policy.RANDOM);
    Balance LEAST_REQUESTS = new Named(Policy.LEAST_REQUESTS);
    Balance LEAST_CONNECTIONS = new Named(Policy.LEAST_CONNECTIONS);
    Balance PEAK_EWMA = new Named(Policy.PEAK_EWMA);
    Balance PREQUAL = new Named(Policy.PREQUAL);
    Balance FIRST = new Named(Policy.FIRST);

    @Short("a policy")
    static Balance of(Policy policy) {
        return new Named(policy);
    }

    /// By a Maglev table, without a bound.
    static Hash hash(RequestKey... keys) {
        return new Hash(List.of(keys), Optional.empty());
    }

    /// By a ketama ring, without a bound.
    static RingHash ringHash(RequestKey... keys) {
        return new RingHash(List.of(keys), Optional.empty());
    }

    /// Prequal with probes, as usual.
    static Probed probed(String path) {
        Probed usual = Probed.DEFAULTS;
        return new Probed(path, usual.perRequest, usual.most, usual.timeout);
    }

    /// A policy that needs nothing but its name.
    record Named(Policy policy) implements Balance {}

    /// Requests with the same key go to the same endpoint, by a Maglev table.
    @Key("hash")
    @Says(
            "Requests with the same key go to the same endpoint, by a Maglev table: shares are even to 1 %.")
    record Hash(
            @Required
                    @Says(
                            value = "What is hashed; a request that has none of it goes anywhere.",
                            example = "cookie.session")
                    List<RequestKey> hash,
            @Says(
                            "An endpoint that has so much of the average in flight gets no more: the next one gets the request. Left out, there is no bound.")
                    @Within(min = "100%", max = "10000%")
                    Optional<Percent> boundedLoad)
            implements Balance {
        public Hash {
            hash = List.copyOf(hash);
        }

        public Hash withBoundedLoad(Percent ofAverage) {
            return new Hash(hash, Optional.of(ofAverage));
        }
    }

    /// Requests with the same key go to the same endpoint, by a ring of points.
    @Key("ring-hash")
    @Says(
            "Requests with the same key go to the same endpoint, by a ring of 160 points per weight (ketama): fewer keys move when an endpoint fails.")
    record RingHash(
            @Required
                    @Says(
                            value = "What is hashed; a request that has none of it goes anywhere.",
                            example = "cookie.session")
                    List<RequestKey> ringHash,
            @Says(
                            "An endpoint that has so much of the average in flight gets no more: the next one gets the request. Left out, there is no bound.")
                    @Within(min = "100%", max = "10000%")
                    Optional<Percent> boundedLoad)
            implements Balance {
        public RingHash {
            ringHash = List.copyOf(ringHash);
        }

        public RingHash withBoundedLoad(Percent ofAverage) {
            return new RingHash(ringHash, Optional.of(ofAverage));
        }
    }

    /// By the load that endpoints themselves tell when they are asked, for several gateways before the same endpoints.
    @Key("prequal")
    @Says(
            "The fastest endpoint among those that have not too many requests in flight from all gateways together, which they tell when they are asked (probes; see probe.md).")
    record Probed(
            @Required
                    @Says(
                            value = "Path that endpoints tell their load at, in `X-Weir-Probe`.",
                            example = "/load")
                    String probe,
            @Says("Endpoints asked for each request.") @Within(min = "1", max = "10")
                    int perRequest,
            @Says("Most probes in a time, from each event loop.") Rate most,
            @Says("An answer that comes later counts as none.") @Within(min = "10ms", max = "1s")
                    Duration timeout)
            implements Balance {
        /// Three for each request, as in the paper. A thousand probes a second cost a loop about a fiftieth of its time, and tell of 16
        /// endpoints every 16 ms.
        public static final Probed DEFAULTS =
                new Probed("/", 3, Rate.perSecond(1_000), Duration.ofMillis(100));

        public Probed {
            if (!probe.startsWith("/")) {
                throw new IllegalArgumentException("a path begins with a slash: /" + probe);
            }
            if (!probe.chars().allMatch(c -> c < 128 && Ascii.target((byte) c))) {
                throw new IllegalArgumentException(
                        "a path has no blanks, and no characters beyond ASCII: write %20 for a blank");
            }
        }

        public Probed withTimeout(Duration timeout) {
            return new Probed(probe, perRequest, most, timeout);
        }
    }

    /// What of a request is hashed; empty if nothing is.
    default List<RequestKey> keys() {
        return switch (this) {
            case Named _, Probed _ -> List.of();
            case Hash by -> by.hash;
            case RingHash by -> by.ringHash;
        };
    }
}
