package dev.weir.simulator;

import java.util.random.RandomGenerator;
import java.util.random.RandomGenerator.SplittableGenerator;

/// Requests that come by chance and know nothing of each other, at a rate that changes in steps. Confined to one thread.
final class Poisson implements Arrivals {
    private final double perNano;
    private final TrafficConfig traffic;
    private final Work work;
    private final RandomGenerator times;
    private final RandomGenerator works;
    private final RandomGenerator keys;
    private final double hottest;
    private int step = -1;

    /// @param perSecond requests, before the first step
    Poisson(double perSecond, TrafficConfig traffic, Work work, SplittableGenerator random) {
        this.perNano = perSecond / 1e9;
        this.traffic = traffic;
        this.work = work;
        this.times = random.split();
        this.works = random.split();
        this.keys = random.split();
        this.hottest = traffic.hottest().fraction();
    }

    @Override
    public long next(long nowNanos) {
        // Requests that come until then at a rate of one: what is left of them after each step.
        double left = times.nextExponential();
        double at = nowNanos;
        while (true) {
            double rate =
                    step < 0 ? perNano : perNano * traffic.steps().get(step).times().fraction();
            double end =
                    step + 1 < traffic.steps().size()
                            ? traffic.steps().get(step + 1).at().toNanos()
                            : Double.POSITIVE_INFINITY;
            double due = rate == 0 ? Double.POSITIVE_INFINITY : at + left / rate;
            if (due <= end) {
                return due == Double.POSITIVE_INFINITY ? Long.MAX_VALUE : (long) due;
            }
            left -= (end - at) * rate;
            at = end;
            step++;
        }
    }

    @Override
    public long workNanos() {
        return work.draw(works);
    }

    @Override
    public long key() {
        boolean hot = hottest > 0 && keys.nextDouble() < hottest;
        return hot ? 0 : keys.nextInt(traffic.keys());
    }
}
