package dev.weir.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.weir.exchange.Exchange;
import dev.weir.exchange.Failure;
import dev.weir.service.Attempt;
import dev.weir.service.Attempt.Outcome;
import dev.weir.service.Endpoint;
import dev.weir.service.EndpointState;
import dev.weir.service.Service;
import dev.weir.service.ServiceConfig;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

class LoopTrafficTest {
    private static final int MANY = 20_000;

    @Test
    void allocatesNothingForARequestThatIsLikeOneBefore() {
        LoopTraffic traffic = new LoopTraffic();
        Service service = new Service("all", ServiceConfig.DEFAULTS, List.of(endpoint()));
        ServiceTraffic counted = traffic.service(service);
        Exchange good = exchange(200, null);
        Exchange bad = exchange(503, Failure.NO_ENDPOINT);
        Attempt attempt = new Attempt();
        count(traffic, counted, service, good, bad, attempt, MANY);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        count(traffic, counted, service, good, bad, attempt, MANY);
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        // Less than one smallest object for each hundred requests: what the measuring itself takes.
        assertThat(allocated).isLessThan(MANY * 16L / 100);
    }

    private static Endpoint endpoint() {
        return new Endpoint(
                "127.0.0.1:1",
                InetSocketAddress.createUnresolved("a", 1),
                0,
                1,
                new EndpointState());
    }

    private static Exchange exchange(int status, Failure failure) {
        Exchange exchange = new Exchange();
        exchange.record.route = "route";
        exchange.record.status = status;
        exchange.record.failure = failure;
        exchange.record.endedNanos = 7_000_000;
        return exchange;
    }

    private static void count(
            LoopTraffic traffic,
            ServiceTraffic counted,
            Service service,
            Exchange good,
            Exchange bad,
            Attempt attempt,
            int times) {
        for (int i = 0; i < times; i++) {
            attempt.begin(service.endpoints().getFirst(), i);
            attempt.sent(i);
            attempt.answered(200, i + 1000);
            counted.ended(attempt);
            attempt.end();
            attempt.begin(service.endpoints().getFirst(), i);
            attempt.judged(Outcome.CONNECT_FAILED, i + 1000);
            counted.ended(attempt);
            attempt.end();
            traffic.ended(good);
            traffic.ended(bad);
        }
    }
}
