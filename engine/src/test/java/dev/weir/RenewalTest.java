package dev.weir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.balance.Balance;
import dev.weir.balance.Policy;
import dev.weir.balance.StickyConfig;
import dev.weir.exchange.RequestKey;
import dev.weir.forward.ServiceOnLoop;
import dev.weir.health.Health;
import dev.weir.health.HealthConfig;
import dev.weir.http.ForwardedFields;
import dev.weir.http.LimitsConfig;
import dev.weir.http.Provenance;
import dev.weir.limit.ThrottleConfig;
import dev.weir.listen.Snapshot;
import dev.weir.listen.Worker;
import dev.weir.route.RouteTable;
import dev.weir.runtime.Clock;
import dev.weir.runtime.Loop;
import dev.weir.runtime.Transport;
import dev.weir.service.EndpointState;
import dev.weir.service.Listing;
import dev.weir.service.Service;
import dev.weir.service.ServiceConfig;
import dev.weir.testkit.ScriptedEndpoint;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Lists of endpoints that take each other's places in a running process, without the requests: those are in the fault tests.
class RenewalTest {
    private static final int CHANGES = 1000;

    private final List<String> lines = new CopyOnWriteArrayList<>();

    static List<Balance> balances() {
        List<Balance> all = new ArrayList<>();
        for (Policy policy : Policy.values()) {
            all.add(Balance.of(policy));
        }
        all.add(Balance.ringHash(RequestKey.parse("client.ip")));
        return all;
    }

    private static List<Listing> list(int port, int... numbers) {
        return IntStream.of(numbers)
                .mapToObj(
                        number ->
                                Listing.of(
                                        new InetSocketAddress(
                                                InetAddress.ofLiteral(
                                                        "127.1."
                                                                + number / 250
                                                                + "."
                                                                + (1 + number % 250)),
                                                port)))
                .toList();
    }

    /// Two loops with one service, and what belongs to it.
    private final class Process implements AutoCloseable {
        final Service service;
        final Health health;
        final MultiThreadIoEventLoopGroup loops;
        final Renewal renewal;

        Process(ServiceConfig config) {
            Transport transport = Transport.choose(Transport.Choice.NIO);
            Clock clock = Clock.system();
            service = new Service("pages", config, List.of());
            health = Health.start(List.of(service), lines::add, clock, new SplittableRandom(1));
            loops = new MultiThreadIoEventLoopGroup(2, transport.handler());
            ServiceOnLoop.Shared shared =
                    ServiceOnLoop.Shared.of(service, new byte[32], lines::add);
            Map<EventLoop, Worker> workers = new IdentityHashMap<>();
            Snapshot snapshot =
                    new Snapshot(
                            new RouteTable(List.of()),
                            List.of(),
                            List.of(service),
                            new Provenance(List.of(), ForwardedFields.X_FORWARDED),
                            LimitsConfig.DEFAULTS);
            for (EventExecutor executor : loops) {
                Loop loop = new Loop((EventLoop) executor, clock, new SplittableRandom(2), 1 << 20);
                ServiceOnLoop onLoop =
                        new ServiceOnLoop(
                                loop, service, shared, health, LimitsConfig.DEFAULTS, transport);
                workers.put(
                        (EventLoop) executor, new Worker(loop, snapshot, List.of(onLoop), _ -> {}));
            }
            renewal = new Renewal(workers, health, lines::add);
            renewal.began(service, shared);
        }

        @Override
        public void close() {
            health.close();
            loops.shutdownGracefully().awaitUninterruptibly();
        }
    }

    @ParameterizedTest
    @MethodSource("balances")
    void nothingStaysOfEndpointsThatHaveLeft(Balance balance) throws IOException {
        int port = ScriptedEndpoint.deadPort();
        ServiceConfig config =
                ServiceConfig.DEFAULTS
                        .withBalance(balance)
                        .withSticky(StickyConfig.of("sid"))
                        .withThrottle(ThrottleConfig.parse("2"))
                        .withHealth(HealthConfig.of("tcp"));
        try (Process process = new Process(config)) {
            List<WeakReference<EndpointState>> states = new ArrayList<>();
            int changes = balance instanceof Balance.Named ? CHANGES : CHANGES / 10;
            for (int i = 0; i < changes; i++) {
                process.renewal.renew(process.service.line(), "test", list(port, i, i + 1, i + 2));
                process.renewal
                        .now(process.service)
                        .service()
                        .endpoints()
                        .forEach(one -> states.add(new WeakReference<>(one.state())));
            }
            process.renewal.renew(process.service.line(), "test", list(port, 0));
            await().atMost(Duration.ofSeconds(20))
                    .untilAsserted(
                            () -> {
                                System.gc();
                                assertThat(states)
                                        .extracting(WeakReference::get)
                                        .containsOnlyNulls();
                            });
        }
    }

    @Test
    void saysWhoJoinedAndWhoLeft() throws IOException {
        int port = ScriptedEndpoint.deadPort();
        try (Process process = new Process(ServiceConfig.DEFAULTS)) {
            process.renewal.renew(process.service.line(), "dns", list(port, 1, 2));
            process.renewal.renew(process.service.line(), "dns", list(port, 2, 1));
            process.renewal.renew(process.service.line(), "dns", list(port, 2, 3));
            await().until(() -> lines.size() == 4);
            assertThat(lines)
                    .containsExactly(
                            "pages  127.1.0.2:%d  joined (dns)".formatted(port),
                            "pages  127.1.0.3:%d  joined (dns)".formatted(port),
                            "pages  127.1.0.4:%d  joined (dns)".formatted(port),
                            "pages  127.1.0.2:%d  left (dns)".formatted(port));
            process.renewal.renew(
                    process.service.line(), "dns", list(port, IntStream.range(2, 302).toArray()));
            await().until(() -> lines.size() == 5);
            assertThat(lines.getLast()).isEqualTo("pages  298 endpoints joined (dns), 300 in all");
        }
    }
}
