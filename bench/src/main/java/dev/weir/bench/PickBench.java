package dev.weir.bench;

import dev.weir.balance.Balance;
import dev.weir.balance.Balancer;
import dev.weir.balance.Balancers;
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

/// What choosing an endpoint costs by each policy, with up to seven requests in flight at each endpoint.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class PickBench {
    @Param public Balance policy = Balance.ROUND_ROBIN;

    @Param({"2", "10", "100"})
    public int endpoints;

    private final Tried none = new Tried();
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
        Service service = new Service("bench", ServiceConfig.DEFAULTS.withBalance(policy), list);
        balancer = new Balancers(service).forLoop(random);
    }

    @Benchmark
    public @Nullable Endpoint pick() {
        return balancer.pick(0, none, 0);
    }
}
