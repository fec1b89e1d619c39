package dev.weir.limit;

import dev.weir.service.Attempt;
import dev.weir.service.Endpoint;
import dev.weir.service.Succession;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/// Holds requests back from an endpoint that refuses most of what it gets: with the probability
///
/// ```
/// p = max(0, (requests − K · accepts) ÷ (requests + 1)), at most 0.95
/// ```
///
/// of the last three seconds, so that about K requests reach it for each one that it takes. To refuse costs an endpoint something too, and past
/// its capacity that is taken from what it could answer.
///
/// Per endpoint and not per service: where one of several fails, requests go to the others, and are refused only when none takes
/// them. Per loop: each is a client of its own, as in the source, which needs no shared memory; with less than ten requests in three
/// seconds a loop knows too little and holds nothing back. At least one request in twenty goes on, so that it shows within
/// seconds that the endpoint is well again.
///
/// An endpoint takes a request when it answers it, whatever it answers but 502, 503 and 504, which say that it, or what stands behind it,
/// could not. Confined to one event loop; allocates nothing. Source: Google, Site Reliability Engineering (2016), ch. 21, "Client-Side
/// Throttling"; there over two minutes.
public final class Throttle {
    private static final int BUCKETS = 10;
    private static final long BUCKET_NANOS = 300_000_000;
    private static final int LEAST_REQUESTS = 10;
    private static final double MOST = 0.95;

    private final ThrottleConfig config;
    private final RandomGenerator random;

    /// Per endpoint a ring of buckets, and their sums.
    private final int[] requests;

    private final int[] accepts;
    private final long[] requestsInAll;
    private final long[] acceptsInAll;
    private final long[] bucket;

    /// @param endpoints how many positions they have
    public Throttle(ThrottleConfig config, int endpoints, RandomGenerator random) {
        this.config = config;
        this.random = random;
        int size = config.on() ? endpoints : 0;
        this.requests = new int[size * BUCKETS];
        this.accepts = new int[size * BUCKETS];
        this.requestsInAll = new long[size];
        this.acceptsInAll = new long[size];
        this.bucket = new long[size];
    }

    /// What is known of the endpoints that go on with another list.
    public Throttle next(Succession change) {
        Throttle next = new Throttle(config, change.after().slots(), random);
        for (int at = 0; at < bucket.length; at++) {
            if (change.stays(at)) {
                int from = at * BUCKETS;
                System.arraycopy(requests, from, next.requests, from, BUCKETS);
                System.arraycopy(accepts, from, next.accepts, from, BUCKETS);
                next.requestsInAll[at] = requestsInAll[at];
                next.acceptsInAll[at] = acceptsInAll[at];
                next.bucket[at] = bucket[at];
            }
        }
        return next;
    }

    /// Whether a request is better not sent to this endpoint. If so, it counts as one that came.
    public boolean holdsBack(Endpoint endpoint, long nowNanos) {
        if (!config.on()) {
            return false;
        }
        int at = endpoint.position();
        turn(at, nowNanos);
        double probability = probability(at);
        if (probability <= 0 || random.nextDouble() >= probability) {
            return false;
        }
        count(requests, requestsInAll, at);
        return true;
    }

    /// The probability with which a request is held back now.
    public double probability(Endpoint endpoint, long nowNanos) {
        if (!config.on()) {
            return 0;
        }
        turn(endpoint.position(), nowNanos);
        return Math.max(0, probability(endpoint.position()));
    }

    /// How many requests came for the endpoint within three seconds, those held back included.
    long came(Endpoint endpoint) {
        return requestsInAll[endpoint.position()];
    }

    /// How many of these it took.
    long taken(Endpoint endpoint) {
        return acceptsInAll[endpoint.position()];
    }

    private double probability(int at) {
        long came = requestsInAll[at];
        if (came < LEAST_REQUESTS) {
            return 0;
        }
        double above = came - config.factor() * acceptsInAll[at];
        return Math.min(MOST, above / (came + 1));
    }

    /// Called once for every attempt when it is known how it went. An answer that breaks off later had been taken.
    public void learn(Attempt attempt) {
        if (!config.on()) {
            return;
        }
        boolean taken;
        switch (attempt.outcome()) {
            case ANSWERED -> taken = attempt.status() < 502 || attempt.status() > 504;
            case CONNECT_FAILED, REFUSED, RESET, BAD_ANSWER, TIMED_OUT -> taken = false;
            case OPEN, CUT, CANCELLED, LACKED -> {
                return;
            }
            default -> throw new IllegalStateException("no such outcome");
        }
        int at = attempt.endpoint().position();
        turn(at, attempt.judgedNanos());
        count(requests, requestsInAll, at);
        if (taken) {
            count(accepts, acceptsInAll, at);
        }
    }

    private void count(int[] ring, long[] inAll, int at) {
        ring[at * BUCKETS + (int) Math.floorMod(bucket[at], BUCKETS)]++;
        inAll[at]++;
    }

    /// Forgets what is older than the window.
    private void turn(int at, long nowNanos) {
        long now = Math.floorDiv(nowNanos, BUCKET_NANOS);
        long passed = now - bucket[at];
        if (passed <= 0) {
            return;
        }
        if (passed >= BUCKETS) {
            Arrays.fill(requests, at * BUCKETS, (at + 1) * BUCKETS, 0);
            Arrays.fill(accepts, at * BUCKETS, (at + 1) * BUCKETS, 0);
            requestsInAll[at] = acceptsInAll[at] = 0;
        } else {
            for (long one = bucket[at] + 1; one <= now; one++) {
                int slot = at * BUCKETS + (int) Math.floorMod(one, BUCKETS);
                requestsInAll[at] -= requests[slot];
                acceptsInAll[at] -= accepts[slot];
                requests[slot] = accepts[slot] = 0;
            }
        }
        bucket[at] = now;
    }
}
