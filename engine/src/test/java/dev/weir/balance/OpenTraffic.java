package dev.weir.balance;

import dev.weir.service.Attempt;
import dev.weir.service.Endpoint;
import dev.weir.service.Service;
import dev.weir.service.Tried;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.SplittableRandom;

/// Requests that come at random moments (Poisson) on time of their own, whatever becomes of those before; each takes as long as
/// the endpoint's conduct says.
final class OpenTraffic {
    static final long SECOND = 1_000_000_000L;

    /// How an endpoint answers at a moment.
    interface Conduct {
        long latencyNanos(Endpoint endpoint, long nowNanos);

        default int status(Endpoint endpoint, long nowNanos) {
            return 200;
        }
    }

    private record Pending(long atNanos, Attempt attempt, int status) {}

    private final Service service;
    private final Balancer[] loops;
    private final Conduct conduct;
    private final SplittableRandom random;
    private final double meanGapNanos;
    private final PriorityQueue<Pending> pending =
            new PriorityQueue<>(Comparator.comparingLong(Pending::atNanos));
    private final Tried none = new Tried();
    private double nextNanos;

    OpenTraffic(Service service, int loops, double perSecond, long seed, Conduct conduct) {
        this.service = service;
        this.conduct = conduct;
        this.random = new SplittableRandom(seed);
        this.meanGapNanos = SECOND / perSecond;
        this.loops = new Balancer[loops];
        Balancers balancers = new Balancers(service);
        for (int i = 0; i < loops; i++) {
            this.loops[i] = balancers.forLoop(random.split());
        }
        nextNanos = gap();
    }

    private double gap() {
        return -Math.log(1 - random.nextDouble()) * meanGapNanos;
    }

    /// Goes on up to a moment.
    ///
    /// @return requests that each endpoint got on the way
    int[] until(long nanos) {
        int[] counts = new int[service.endpoints().size()];
        while (nextNanos < nanos) {
            long now = (long) nextNanos;
            finish(now);
            Balancer loop = loops[random.nextInt(loops.length)];
            Endpoint picked = loop.pick(random.nextLong(), none, now);
            counts[picked.position()]++;
            Attempt attempt = new Attempt();
            attempt.begin(picked, now);
            attempt.sent(now);
            long ends = now + conduct.latencyNanos(picked, now);
            pending.add(new Pending(ends, attempt, conduct.status(picked, now)));
            nextNanos += gap();
        }
        finish(nanos);
        return counts;
    }

    private void finish(long now) {
        while (!pending.isEmpty() && pending.peek().atNanos() <= now) {
            Pending over = pending.poll();
            over.attempt().answered(over.status(), over.atNanos());
            loops[random.nextInt(loops.length)].learn(over.attempt());
            over.attempt().end();
        }
    }

    static double share(int[] counts, int place) {
        double sum = 0;
        for (int count : counts) {
            sum += count;
        }
        return counts[place] / sum;
    }
}
