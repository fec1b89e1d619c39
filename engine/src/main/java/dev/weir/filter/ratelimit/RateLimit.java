package dev.weir.filter.ratelimit;

import dev.weir.exchange.Exchange;
import dev.weir.exchange.Failure;
import dev.weir.exchange.Reply;
import dev.weir.exchange.RequestKey;
import dev.weir.exchange.SipHash;
import dev.weir.filter.Filter;
import dev.weir.filter.FilterSite;
import dev.weir.filter.Foresight;
import dev.weir.filter.Verdict;
import dev.weir.http.ResponseHead;
import dev.weir.runtime.Clock;
import dev.weir.schema.DurationText;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Collectors;

/// Lets so many requests pass per key and time, and says in every answer how many are left. Thread-safe.
///
/// `RateLimit-Policy: "default";q=Q;w=W` names the quota: the burst and the time in which it comes back, or the
/// configured rate if the burst is smaller than its number. `RateLimit: "default";r=R;t=T` says that R requests are
/// left, and when all are back; with none left after a refusal, when one is. All in whole seconds, rounded up.
///
/// Source: draft-ietf-httpapi-ratelimit-headers-10; RFC 6585 §4, RFC 9110 §10.2.3 (`Retry-After`).
final class RateLimit implements Filter {
    private static final long SECOND = 1_000_000_000L;
    private static final String POLICY_FIELD = "RateLimit-Policy";
    private static final String STATE_FIELD = "RateLimit";

    private final RequestKey[] keys;
    private final boolean dryRun;
    private final Allowances allowances;
    private final long interval;
    private final long burst;
    private final String policy;
    private final Clock clock;
    private final long origin;
    private final long seed;

    private RateLimit(RateLimitConfig config, FilterSite site, long interval, long burst) {
        this.keys = config.key().toArray(RequestKey[]::new);
        this.dryRun = config.dryRun();
        this.interval = interval;
        this.burst = burst;
        this.allowances = new Allowances(interval, burst);
        this.policy = policy(config, interval, burst);
        this.clock = site.clock();
        this.origin = clock.nanos() - 1;
        this.seed = site.seed();
    }

    /// Rates that are no whole number of nanoseconds per request are rounded down to one, in favour of the
    /// client: at most 0.1 % up to 1,000,000 requests a second.
    static RateLimit of(RateLimitConfig config, FilterSite site) {
        long amount = config.rate().amount();
        long burst = config.burst().orElse(amount);
        try {
            long interval = config.rate().per().toNanos() / amount;
            if (interval < 1) {
                throw new IllegalArgumentException(
                        "rate: "
                                + config.rate()
                                + " is too fast to count (expected: at most 1000000000/s)");
            }
            if (config.key().isEmpty()) {
                throw new IllegalArgumentException(
                        "key: names nothing (expected: for example client.ip)");
            }
            return new RateLimit(config, site, interval, burst);
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException(
                    "burst: "
                            + burst
                            + " at "
                            + config.rate()
                            + " takes centuries to come back; choose a smaller one",
                    e);
        }
    }

    private static String policy(RateLimitConfig config, long interval, long burst) {
        long amount = config.rate().amount();
        Duration per = config.rate().per();
        long quota = Math.max(burst, amount);
        long window = burst <= amount ? per.toNanos() : interval * burst;
        return "\"default\";q=" + quota + ";w=" + seconds(window);
    }

    @Override
    public Verdict onRequest(Exchange exchange) {
        long ahead = allowances.take(hash(exchange), clock.nanos() - origin);
        exchange.filterNote(ahead);
        if (ahead < 0 && dryRun) {
            exchange.record.wouldBeLimited = true;
        }
        return verdict(ahead);
    }

    private long hash(Exchange exchange) {
        SipHash hash = new SipHash(seed, ~seed);
        for (RequestKey key : keys) {
            key.addTo(hash, exchange);
        }
        return hash.end();
    }

    private Verdict verdict(long ahead) {
        return ahead >= 0 || dryRun
                ? Verdict.PASS
                : new Verdict.Answer(
                        Reply.of(Failure.RATE_LIMITED)
                                .with("Retry-After", Long.toString(seconds(waiting(ahead)))));
    }

    @Override
    public Foresight foresee(Exchange exchange) {
        long ahead = allowances.look(hash(exchange), clock.nanos() - origin);
        String level =
                "%d of %d left for this key (%s), %s"
                        .formatted(
                                Math.max(0, left(ahead) + (ahead < 0 ? 0 : 1)),
                                burst,
                                Arrays.stream(keys)
                                        .map(key -> key.shown(exchange))
                                        .collect(Collectors.joining(", ")),
                                ahead < 0
                                        ? "one more in " + seconds(waiting(ahead)) + " s"
                                        : "one back every "
                                                + DurationText.print(Duration.ofNanos(interval)));
        return dryRun
                ? Foresight.of(verdict(ahead), level, "a dry run: it refuses nobody")
                : Foresight.of(verdict(ahead), level);
    }

    @Override
    public void onResponse(Exchange exchange, ResponseHead head) {
        if (dryRun) {
            return;
        }
        long ahead = exchange.filterNote();
        long left = left(ahead);
        long back = ahead < 0 ? waiting(ahead) : ahead;
        head.headers().set(POLICY_FIELD, policy);
        head.headers().set(STATE_FIELD, "\"default\";r=" + left + ";t=" + seconds(back));
    }

    private long left(long ahead) {
        return ahead < 0 ? 0 : (interval * burst - ahead) / interval;
    }

    private static long waiting(long ahead) {
        return Allowances.REFUSED - ahead;
    }

    private static long seconds(long nanos) {
        return nanos / SECOND + (nanos % SECOND == 0 ? 0 : 1);
    }
}
