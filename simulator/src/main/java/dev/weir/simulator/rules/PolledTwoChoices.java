package dev.weir.simulator.rules;

import dev.weir.balance.Balancer;
import dev.weir.service.Endpoint;
import dev.weir.service.Service;
import dev.weir.service.Tried;
import dev.weir.simulator.Balancing;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Of two drawn at random the one that had fewer requests in flight when all endpoints were asked last, every half second: the
/// paper's YARP-Po2C. Confined to one thread.
public final class PolledTwoChoices implements Balancer {
    private static final long EVERY_NANOS = 500_000_000;

    private final Service service;
    private final Balancing.Reports reports;
    private final RandomGenerator random;
    private final int[] inFlight;
    private long nextNanos;

    public PolledTwoChoices(Service service, Balancing.Reports reports, RandomGenerator random) {
        this.service = service;
        this.reports = reports;
        this.random = random;
        this.inFlight = new int[service.endpoints().size()];
        // Gateways do not ask all at the same moment.
        this.nextNanos = random.nextLong(EVERY_NANOS);
    }

    @Override
    public @Nullable Endpoint pick(long key, Tried tried, long nowNanos) {
        if (nowNanos >= nextNanos) {
            nextNanos = nowNanos + EVERY_NANOS;
            for (int i = 0; i < inFlight.length; i++) {
                inFlight[i] = reports.inFlight(i);
            }
        }
        Endpoint[] usable = service.members().usable();
        if (usable.length == 0) {
            return null;
        }
        Endpoint one = usable[random.nextInt(usable.length)];
        Endpoint other = usable[random.nextInt(usable.length)];
        Endpoint better = inFlight[other.position()] < inFlight[one.position()] ? other : one;
        return tried.contains(better) ? null : better;
    }
}
