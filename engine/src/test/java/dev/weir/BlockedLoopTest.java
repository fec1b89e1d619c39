package dev.weir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.exchange.Exchange;
import dev.weir.filter.Filter;
import dev.weir.filter.FilterConfig;
import dev.weir.filter.FilterSite;
import dev.weir.filter.Verdict;
import dev.weir.listen.ListenerConfig;
import dev.weir.route.RouteConfig;
import dev.weir.schema.HostPort;
import dev.weir.service.EndpointConfig;
import dev.weir.service.ServiceConfig;
import dev.weir.testkit.Behaviours;
import dev.weir.testkit.RawClient;
import dev.weir.testkit.ScriptedEndpoint;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// A filter that waits where it must not: on the event loop.
class BlockedLoopTest {
    private record Blocking(CountDownLatch goOn) implements FilterConfig {
        @Override
        public Filter build(FilterSite site) {
            return new Filter() {
                @Override
                public Verdict onRequest(Exchange exchange) {
                    waitOnTheLoop();
                    return Verdict.PASS;
                }
            };
        }

        private void waitOnTheLoop() {
            try {
                assertThat(goOn.await(20, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    @Test
    void isSaidOnceWithWhatTheLoopIsAtAndCounted() throws Exception {
        List<String> events = new CopyOnWriteArrayList<>();
        CountDownLatch goOn = new CountDownLatch(1);
        try (var endpoint = ScriptedEndpoint.start(Behaviours.ok("all"));
                Weir weir =
                        Weir.start(
                                WeirConfig.DEFAULTS
                                        .withListener("web", ListenerConfig.of(0))
                                        .withRoutes(
                                                RouteConfig.to("all")
                                                        .withFilters(new Blocking(goOn)))
                                        .withService(
                                                "all",
                                                ServiceConfig.of(
                                                        EndpointConfig.of(
                                                                HostPort.parse(
                                                                        endpoint.address())))),
                                WeirOptions.DEFAULTS.withLoops(1).withEvents(events::add));
                RawClient client = RawClient.connect(weir.port("web"))) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            await().atMost(Duration.ofSeconds(10))
                    .untilAsserted(() -> assertThat(said(events)).hasSize(1));
            // The page comes all the same, and tells of it.
            Scraped page = Scraped.of(weir);
            assertThat(page.value("weir_loop_blocked_total", "loop", "0")).isEqualTo(1);
            assertThat(page.value("weir_loop_lag_seconds", "loop", "0")).isGreaterThan(0.9);
            assertThat(said(events).getFirst())
                    .startsWith("event loop 0  blocked for 1.")
                    .contains("BlockedLoopTest$Blocking.waitOnTheLoop", "all its connections wait");
            assertThat(weir.answers(Duration.ofMillis(100))).isFalse();
            goOn.countDown();
            assertThat(client.readResponse("GET").status()).isEqualTo(200);
            assertThat(weir.answers(Duration.ofSeconds(10))).isTrue();
            await().atMost(Duration.ofSeconds(10))
                    .untilAsserted(
                            () ->
                                    assertThat(events)
                                            .anyMatch(
                                                    line ->
                                                            line.startsWith(
                                                                    "event loop 0  goes on after")));
            assertThat(said(events)).hasSize(1);
        }
    }

    private static List<String> said(List<String> events) {
        return events.stream().filter(line -> line.contains("blocked for")).toList();
    }
}
