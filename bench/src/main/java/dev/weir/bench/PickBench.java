package dev.weir.bench;

import dev.weir.balance.Balance;
import dev.weir.balance.Balancer;
import dev.weir.balance.Balancers;
import dev.weir.balance.Policy;
import dev.weir.balance.ProbeAnswer;
import dev.weir.balance.Prober;
import dev.weir.exchange.RequestKey;
import dev.weir.schema.Percent;
import dev.weir.service.Attempt;
import dev.weir.service.Endpoint;
import dev.weir.service.EndpointState;
import dev.weir.service.Service;
import dev.weir.service.ServiceConfig;
import dev.weir.service.Tried;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/// What choosing an endpoint costs by each policy, with up to seven requests in flight at each endpoint, and a latency known of each.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class PickBench {
    /// A policy, or `PREQUAL_PROBED`, `HASH`, `RING`, `HASH_BOUNDED`, `RING_BOUNDED`.
    @Param({
        "ROUND_ROBIN",
        "RANDOM",
        "LEAST_REQUESTS",
        "LEAST_CONNECTIONS",
        "PEAK_EWMA",
        "PREQUAL",
        "PREQUAL_PROBED",
        "FIRST",
        "HASH",
        "HASH_BOUNDED",
        "RING",
        "RING_BOUNDED"
    })
    public String policy = "";

    @Param({"10", "100", "10000"})
    public int endpoints;

    private static final long NOW_NANOS = 100_000_000;

    private final Tried none = new Tried();
    private long key;
    private Balancer balancer = (_, _, _) -> null;

    @Setup
    public void fill() {
        RandomGenerator random = RandomGenerator.of("L64X128MixRandom");
        List<Endpoint> list = new ArrayList<>();
        for (int i = 0; i < endpoints; i++) {
            EndpointState state = new EndpointState();
            for (int busy = random.nextInt(8); busy > 0; busy--) {
                state.begin();
            }
            list.add(
                    new Endpoint(
                            "e" + i,
                            InetSocketAddress.createUnresolved("e" + i, 80),
                            i,
                            1 + i % 3,
                            state));
        }
        Service service =
                new Service("bench", ServiceConfig.DEFAULTS.withBalance(balance(policy)), list);
        Prober prober =
                (endpoint, answers, now) -> {
                    int others = random.nextInt(8);
                    answers.answered(endpoint, new ProbeAnswer(others, 10_000_000), now);
                    return true;
                };
        balancer = new Balancers(service).forLoop(random, prober);
        for (Endpoint endpoint : list) {
            answer(endpoint, random.nextLong(1_000_000, 50_000_000));
        }
        // Answers enough to choose from; at the time of the picks no more are asked for.
        for (long now = 0; now < NOW_NANOS; now += 1_000_000) {
            balancer.pick(0, none, now);
        }
    }

    private void answer(Endpoint endpoint, long latencyNanos) {
        Attempt attempt = new Attempt();
        attempt.begin(endpoint, 0);
        attempt.answered(200, latencyNanos);
        balancer.learn(attempt);
        attempt.end();
    }

    private static Balance balance(String policy) {
        RequestKey key = RequestKey.CLIENT_IP;
        Percent bound = Percent.of(125);
        return switch (policy) {
            case "PREQUAL_PROBED" -> Balance.probed("/load");
            case "HASH" -> Balance.hash(key);
            case "HASH_BOUNDED" -> Balance.hash(key).withBoundedLoad(bound);
            case "RING" -> Balance.ringHash(key);
            case "RING_BOUNDED" -> Balance.ringHash(key).withBoundedLoad(bound);
            default -> Balance.of(Policy.valueOf(policy));
        };
    }

    @Benchmark
    public @Nullable Endpoint pick() {
        // Another key each time, all over the space (a Weyl sequence).
        key += 0x9e37_79b9_7f4a_7c15L;
        return balancer.pick(key, none, NOW_NANOS);
    }
}
