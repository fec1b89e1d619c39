package dev.weir;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.exchange.Exchange;
import dev.weir.exchange.Reply;
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
import dev.weir.testkit.RawResponse;
import dev.weir.testkit.ScriptedEndpoint;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// Filters that need time, or fail as they never should. Such a filter is plugged in from Java.
class WaitingFilterTest {
    /// Waits until the test decides.
    private record Asking(BlockingQueue<CompletableFuture<Verdict>> asked) implements FilterConfig {
        @Override
        public Filter build(FilterSite site) {
            return new Filter() {
                @Override
                public Verdict onRequest(Exchange exchange) {
                    CompletableFuture<Verdict> later = new CompletableFuture<>();
                    asked.add(later);
                    return new Verdict.Wait(later);
                }
            };
        }

        CompletableFuture<Verdict> next() throws InterruptedException {
            return asked.poll(5, TimeUnit.SECONDS);
        }
    }

    private static final String POST =
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello";

    private static Weir before(ScriptedEndpoint endpoint, List<String> events, FilterConfig filter)
            throws Exception {
        WeirConfig config =
                WeirConfig.DEFAULTS
                        .withListener("web", ListenerConfig.of(0))
                        .withRoutes(RouteConfig.to("all").withFilters(filter))
                        .withService(
                                "all",
                                ServiceConfig.of(
                                        EndpointConfig.of(
                                                new HostPort("127.0.0.1", endpoint.port()))));
        return Weir.start(config, WeirOptions.DEFAULTS.withEvents(events::add));
    }

    @Test
    void theExchangeWaitsForAFilterAndThenGoesOnOrIsAnswered() throws Exception {
        Asking asking = new Asking(new LinkedBlockingQueue<>());
        try (var endpoint = ScriptedEndpoint.start(Behaviours.echo());
                var weir = before(endpoint, new CopyOnWriteArrayList<>(), asking);
                var client = RawClient.connect(weir.port("web"))) {
            client.send(POST + POST);
            CompletableFuture<Verdict> first = asking.next();
            assertThat(endpoint.requestCount()).isZero();
            first.complete(Verdict.PASS);
            assertThat(client.readResponse().text()).endsWith("hello");
            asking.next().complete(new Verdict.Answer(Reply.of(204)));
            assertThat(client.readResponse().status()).isEqualTo(204);
            assertThat(endpoint.requestCount()).isEqualTo(1);
        }
    }

    @Test
    void aFilterThatFailsIsABugAnsweredWith500() throws Exception {
        Asking asking = new Asking(new LinkedBlockingQueue<>());
        List<String> events = new CopyOnWriteArrayList<>();
        try (var endpoint = ScriptedEndpoint.start(Behaviours.echo());
                var weir = before(endpoint, events, asking);
                var client = RawClient.connect(weir.port("web"))) {
            client.send(POST);
            asking.next().completeExceptionally(new IllegalStateException("broken filter"));
            RawResponse response = client.readResponse();
            assertThat(response.status()).isEqualTo(500);
            assertThat(response.text()).doesNotContain("broken filter");
            assertThat(events)
                    .anyMatch(
                            line ->
                                    line.contains("broken filter")
                                            && line.contains(response.header("X-Request-Id")));
        }
    }

    @Test
    void aFilterThatThrowsIsABugAnsweredWith500() throws Exception {
        List<String> events = new CopyOnWriteArrayList<>();
        FilterConfig broken =
                site ->
                        new Filter() {
                            @Override
                            public Verdict onRequest(Exchange exchange) {
                                throw new IllegalStateException("broken filter");
                            }
                        };
        try (var endpoint = ScriptedEndpoint.start(Behaviours.echo());
                var weir = before(endpoint, events, broken);
                var client = RawClient.connect(weir.port("web"))) {
            RawResponse response = client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").readResponse();
            assertThat(response.status()).isEqualTo(500);
            assertThat(events)
                    .anyMatch(
                            line ->
                                    line.contains("broken filter")
                                            && line.contains(response.header("X-Request-Id")));
        }
    }

    @Test
    void aClientThatLeavesWhileAFilterWaitsHarmsNobody() throws Exception {
        Asking asking = new Asking(new LinkedBlockingQueue<>());
        try (var endpoint = ScriptedEndpoint.start(Behaviours.echo());
                var weir = before(endpoint, new CopyOnWriteArrayList<>(), asking)) {
            CompletableFuture<Verdict> left;
            try (var client = RawClient.connect(weir.port("web"))) {
                client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
                left = asking.next();
            }
            try (var client = RawClient.connect(weir.port("web"))) {
                client.send("GET /next HTTP/1.1\r\nHost: a\r\n\r\n");
                CompletableFuture<Verdict> next = asking.next();
                left.complete(Verdict.PASS);
                next.complete(Verdict.PASS);
                assertThat(client.readResponse().header("X-Echo-Target")).isEqualTo("/next");
            }
            assertThat(endpoint.requestCount()).isEqualTo(1);
        }
    }
}
