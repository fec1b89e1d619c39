package dev.weir.health;

import dev.weir.service.Attempt;
import dev.weir.service.Attempt.Outcome;
import dev.weir.service.Endpoint;
import dev.weir.service.EndpointState;
import dev.weir.service.Service;
import dev.weir.service.ServiceConfig;
import dev.weir.service.Standing;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.IntFunction;
import java.util.random.RandomGenerator;

/// A service under passive health on time of its own: attempts one by one, or many that overlap.
final class Traffic {
    private static final long ORIGIN = Long.MAX_VALUE - 1_000_000_000L;

    final Lines lines = new Lines();
    final Service service;
    final ServiceHealth health;
    final Outliers outliers;

    /// Time passes the end of the numbers on the way, as it may.
    private long nowNanos = ORIGIN;

    private long tickedNanos = ORIGIN;

    /// @param endpoints called a, b, c …
    Traffic(int endpoints, OutliersConfig config) {
        this(endpoints, ServiceConfig.DEFAULTS.withOutliers(config));
    }

    Traffic(int endpoints, ServiceConfig config) {
        List<Endpoint> all = new ArrayList<>();
        for (int i = 0; i < endpoints; i++) {
            String name = String.valueOf((char) ('a' + i));
            InetSocketAddress nowhere = InetSocketAddress.createUnresolved(name, 80);
            all.add(new Endpoint(name, nowhere, i, 1, new EndpointState()));
        }
        service = new Service("users", config, all);
        health = new ServiceHealth(service, lines);
        outliers = new Outliers(health, nowNanos);
    }

    Endpoint endpoint(int position) {
        return service.endpoints().get(position);
    }

    Standing standing(int position) {
        return endpoint(position).state().standing();
    }

    /// The names of the endpoints that get requests.
    String usable() {
        StringBuilder names = new StringBuilder();
        for (Endpoint endpoint : service.members().usable()) {
            names.append(endpoint.name());
        }
        return names.toString();
    }

    long nowNanos() {
        return nowNanos;
    }

    /// Lets time pass, and ticks as often as is wanted.
    void pass(Duration time) {
        passTo(nowNanos + time.toNanos());
    }

    private void passTo(long nanos) {
        while (nanos - tickedNanos >= outliers.everyNanos()) {
            tickedNanos += outliers.everyNanos();
            nowNanos = tickedNanos;
            outliers.tick(nowNanos);
        }
        nowNanos = nanos;
    }

    /// An answer of an endpoint, after a millisecond.
    void answer(int position, int... statuses) {
        for (int status : statuses) {
            answerAfter(position, status, Duration.ofMillis(1));
        }
    }

    void answerAfter(int position, int status, Duration latency) {
        Attempt attempt = begin(position);
        pass(latency);
        attempt.answered(status, nowNanos);
        outliers.learn(attempt);
        attempt.end();
    }

    void fail(int position, Outcome outcome, int times) {
        for (int i = 0; i < times; i++) {
            end(begin(position), outcome, Duration.ofMillis(1));
        }
    }

    /// Begins an answer and breaks it off.
    void cut(int position) {
        Attempt attempt = begin(position);
        attempt.answered(200, nowNanos);
        outliers.learn(attempt);
        end(attempt, Outcome.CUT, Duration.ofMillis(1));
    }

    /// Picks an endpoint as a balancer would, whose part it is to find it usable.
    Attempt begin(int position) {
        Endpoint endpoint = endpoint(position);
        if (endpoint.state().standing() == Standing.RETURNING) {
            outliers.tries(endpoint, nowNanos);
        }
        Attempt attempt = new Attempt();
        attempt.begin(endpoint, nowNanos);
        attempt.sent(nowNanos);
        return attempt;
    }

    void end(Attempt attempt, Outcome outcome, Duration after) {
        pass(after);
        attempt.judged(outcome, nowNanos);
        outliers.learn(attempt);
        attempt.end();
    }

    // ---- many at once ----

    /// How one request goes.
    ///
    /// @param status 0 if nobody waits for its end
    record Fate(int status, long nanos) {}

    private record Open(Attempt attempt, Fate fate, long dueNanos) {}

    /// Requests at random times, each to the less loaded of two endpoints, until so many have begun.
    void flow(int requests, int perSecond, RandomGenerator random, IntFunction<Fate> fates) {
        PriorityQueue<Open> open =
                new PriorityQueue<>(Comparator.comparingLong(one -> one.dueNanos - ORIGIN));
        for (int i = 0; i < requests; i++) {
            long next = nowNanos + (long) (random.nextExponential() * 1e9 / perSecond);
            finish(open, next);
            passTo(next);
            Endpoint endpoint = pick(random);
            Fate fate = fates.apply(endpoint.position());
            open.add(new Open(begin(endpoint.position()), fate, nowNanos + fate.nanos));
        }
        finish(open, Long.MAX_VALUE + ORIGIN);
    }

    private void finish(PriorityQueue<Open> open, long untilNanos) {
        while (!open.isEmpty() && open.peek().dueNanos - untilNanos <= 0) {
            Open first = open.remove();
            passTo(first.dueNanos);
            if (first.fate.status == 0) {
                first.attempt.judged(Outcome.CANCELLED, nowNanos);
            } else {
                first.attempt.answered(first.fate.status, nowNanos);
            }
            outliers.learn(first.attempt);
            first.attempt.end();
        }
    }

    private Endpoint pick(RandomGenerator random) {
        Endpoint[] usable = service.members().usable();
        Endpoint one = usable[random.nextInt(usable.length)];
        Endpoint other = usable[random.nextInt(usable.length)];
        return other.state().inFlight() < one.state().inFlight() ? other : one;
    }
}
