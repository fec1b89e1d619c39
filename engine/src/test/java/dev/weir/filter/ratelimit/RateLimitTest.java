package dev.weir.filter.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.exchange.Exchange;
import dev.weir.exchange.Failure;
import dev.weir.exchange.Reply;
import dev.weir.exchange.RequestKey;
import dev.weir.filter.Exchanges;
import dev.weir.filter.Filter;
import dev.weir.filter.FilterConfig;
import dev.weir.filter.FilterContract;
import dev.weir.filter.Verdict;
import dev.weir.http.Headers;
import dev.weir.schema.Rate;
import dev.weir.testkit.ManualClock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RateLimitTest implements FilterContract {
    private final ManualClock clock = new ManualClock();

    @Override
    public FilterConfig config() {
        return config(Rate.perSecond(2), Optional.of(3L), "client.ip");
    }

    @Test
    void answers429WhenTheBurstIsUsedUpAndPassesWhatTheRateGivesBack() {
        Filter filter = build(config());
        for (int i = 0; i < 3; i++) {
            assertThat(filter.onRequest(Exchanges.get("/"))).isEqualTo(Verdict.PASS);
        }

        Reply reply = Exchanges.reply(filter.onRequest(Exchanges.get("/")));
        assertThat(reply.failure()).isEqualTo(Failure.RATE_LIMITED);
        assertThat(Exchanges.field(reply, "Retry-After")).isEqualTo("1");

        clock.advance(Duration.ofMillis(499));
        assertThat(filter.onRequest(Exchanges.get("/"))).isInstanceOf(Verdict.Answer.class);
        clock.advance(Duration.ofMillis(1));
        assertThat(filter.onRequest(Exchanges.get("/"))).isEqualTo(Verdict.PASS);
        assertThat(filter.onRequest(Exchanges.get("/"))).isInstanceOf(Verdict.Answer.class);
    }

    @Test
    void saysInEveryAnswerWhatIsLeft() {
        Filter filter = build(config());

        assertThat(state(filter)).isEqualTo("\"default\";q=3;w=2 | \"default\";r=2;t=1");
        assertThat(state(filter)).isEqualTo("\"default\";q=3;w=2 | \"default\";r=1;t=1");
        assertThat(state(filter)).isEqualTo("\"default\";q=3;w=2 | \"default\";r=0;t=2");
        assertThat(state(filter)).isEqualTo("\"default\";q=3;w=2 | \"default\";r=0;t=1");
    }

    @Test
    void namesTheRateAsThePolicyUnlessTheBurstIsLarger() {
        assertThat(state(build(config(Rate.perSecond(100), Optional.empty(), "route"))))
                .isEqualTo("\"default\";q=100;w=1 | \"default\";r=99;t=1");
        assertThat(
                        state(
                                build(
                                        config(
                                                new Rate(60, Duration.ofMinutes(1)),
                                                Optional.of(1L),
                                                "route"))))
                .isEqualTo("\"default\";q=60;w=60 | \"default\";r=0;t=1");
    }

    @Test
    void saysHowLongToWaitInWholeSeconds() {
        Filter filter = build(config(new Rate(1, Duration.ofHours(1)), Optional.empty(), "route"));
        assertThat(filter.onRequest(Exchanges.get("/"))).isEqualTo(Verdict.PASS);
        clock.advance(Duration.ofMillis(1_500));

        Reply reply = Exchanges.reply(filter.onRequest(Exchanges.get("/")));

        assertThat(Exchanges.field(reply, "Retry-After")).isEqualTo("3599");
    }

    @Test
    void countsTheAddressesOfOneIpv6CustomerTogether() {
        Filter filter = build(config(Rate.perSecond(1), Optional.empty(), "client.ip"));

        assertThat(ask(filter, "2001:db8:1:2::1")).isEqualTo(Verdict.PASS);
        assertThat(ask(filter, "2001:db8:1:2:a:b:c:d")).isInstanceOf(Verdict.Answer.class);
        assertThat(ask(filter, "2001:db8:1:3::1")).isEqualTo(Verdict.PASS);
    }

    @Test
    void countsEveryCombinationOfSeveralKeys() {
        Filter filter =
                build(
                        config(
                                Rate.perSecond(1),
                                Optional.empty(),
                                "header.X-Key",
                                "path.id",
                                "client.ip"));

        assertThat(filter.onRequest(Exchanges.get("/", "X-Key", "a"))).isEqualTo(Verdict.PASS);
        assertThat(filter.onRequest(Exchanges.get("/", "X-Key", "b"))).isEqualTo(Verdict.PASS);
        assertThat(filter.onRequest(Exchanges.get("/", "X-Key", "a")))
                .isInstanceOf(Verdict.Answer.class);
    }

    @Test
    void countsRequestsWithoutTheKeyTogether() {
        Filter filter = build(config(Rate.perSecond(1), Optional.empty(), "header.X-Key"));

        assertThat(ask(filter, "192.0.2.1")).isEqualTo(Verdict.PASS);
        assertThat(ask(filter, "192.0.2.2")).isInstanceOf(Verdict.Answer.class);
    }

    @Test
    void countsButLetsPassInADryRun() {
        RateLimitConfig dry =
                new RateLimitConfig(
                        List.of(RequestKey.CLIENT_IP), Rate.perSecond(1), Optional.empty(), true);
        Filter filter = build(dry);
        for (int i = 0; i < 5; i++) {
            Exchange exchange = Exchanges.get("/");
            assertThat(filter.onRequest(exchange)).isEqualTo(Verdict.PASS);
            assertThat(Exchanges.answered(filter, exchange).headers().has("RateLimit")).isFalse();
            assertThat(exchange.record.wouldBeLimited).isEqualTo(i > 0);
        }
    }

    @Test
    void refusesRatesThatCannotBeCounted() {
        assertThatThrownBy(
                        () ->
                                build(
                                        config(
                                                new Rate(1_000_000_000, Duration.ofMillis(500)),
                                                Optional.empty(),
                                                "route")))
                .hasMessage(
                        "rate: 1000000000/500ms is too fast to count (expected: at most 1000000000/s)");
        assertThatThrownBy(
                        () ->
                                build(
                                        config(
                                                new Rate(1, Duration.ofHours(1)),
                                                Optional.of(1_000_000_000L),
                                                "route")))
                .hasMessage(
                        "burst: 1000000000 at 1/h takes centuries to come back; choose a smaller one");
    }

    private String state(Filter filter) {
        Exchange exchange = Exchanges.get("/");
        assertThat(filter.onRequest(exchange)).isNotNull();
        Headers headers =
                Exchanges.answered(filter, exchange, "RateLimit", "of the endpoint").headers();
        assertThat(headers.all("RateLimit")).hasSize(1);
        return headers.get("RateLimit-Policy") + " | " + headers.get("RateLimit");
    }

    private static Verdict ask(Filter filter, String client) {
        return filter.onRequest(Exchanges.from(Exchanges.get("/"), client));
    }

    private Filter build(FilterConfig config) {
        return config.build(Exchanges.site(Path.of("."), clock));
    }

    private static RateLimitConfig config(Rate rate, Optional<Long> burst, String... keys) {
        List<RequestKey> key = java.util.Arrays.stream(keys).map(RequestKey::parse).toList();
        return new RateLimitConfig(key, rate, burst, false);
    }
}
