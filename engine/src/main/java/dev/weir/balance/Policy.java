package dev.weir.balance;

import dev.weir.schema.Says;

/// The balancing policies that need nothing but their name, by the names users write.
@Says("Which endpoint gets a request.")
public enum Policy {
    @Says("each in turn, weights interleaved smoothly (nginx's smooth weighted round robin)")
    ROUND_ROBIN,
    @Says("any, by weight")
    RANDOM,
    @Says("of two drawn at random, the one with fewer requests in flight for its weight")
    LEAST_REQUESTS,
    @Says("of all, the one with the fewest requests in flight for its weight")
    LEAST_CONNECTIONS,
    @Says("of two drawn at random, the one with the lower latency for its requests in flight")
    PEAK_EWMA,
    @Says(
            "of three drawn at random, the fastest among those that have not too many requests in flight")
    PREQUAL,
    @Says("the first usable one in the order of the file (failover)")
    FIRST
}
