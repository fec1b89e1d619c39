package dev.weir.filter.concurrency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.exchange.Exchange;
import dev.weir.exchange.Failure;
import dev.weir.exchange.Priority;
import dev.weir.exchange.Reply;
import dev.weir.filter.Exchanges;
import dev.weir.filter.Filter;
import dev.weir.filter.FilterConfig;
import dev.weir.filter.FilterContract;
import dev.weir.filter.Verdict;
import dev.weir.testkit.ManualClock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConcurrencyLimitTest implements FilterContract {
    @Override
    public FilterConfig config() {
        return ConcurrencyLimitConfig.of("2");
    }

    private static Exchange asked() {
        Exchange exchange = Exchanges.get("/");
        exchange.askingFilter(0);
        return exchange;
    }

    @Test
    void letsAsManyPassAsItSaysAndAnswersTheNext503() throws Exception {
        Filter filter = filter();
        Exchange first = asked();
        assertThat(filter.onRequest(first)).isEqualTo(Verdict.PASS);
        assertThat(filter.onRequest(asked())).isEqualTo(Verdict.PASS);

        Exchange third = asked();
        Reply reply = Exchanges.reply(filter.onRequest(third));
        assertThat(reply.failure()).isEqualTo(Failure.CONCURRENCY_LIMIT);
        assertThat(Exchanges.field(reply, "Retry-After")).isEqualTo("1");
        filter.onEnd(third);
        assertThat(filter.onRequest(asked()))
                .as("a refused one held no place")
                .isInstanceOf(Verdict.Answer.class);

        filter.onEnd(first);
        assertThat(filter.onRequest(asked())).isEqualTo(Verdict.PASS);
    }

    @Test
    void aPlaceIsHeldUntilTheEndAndNotOnlyToTheHeadOfTheAnswer() throws Exception {
        ConcurrencyLimit filter = (ConcurrencyLimit) filter();
        Exchange exchange = asked();
        filter.onRequest(exchange);
        Exchanges.answered(filter, exchange);
        assertThat(filter.inFlight()).isEqualTo(1);
        filter.onEnd(exchange);
        filter.onEnd(exchange);
        assertThat(filter.inFlight()).isZero();
    }

    @Test
    void theGradientFollowsTheLatency() {
        ManualClock clock = new ManualClock();
        Filter filter =
                ConcurrencyLimitConfig.gradient(5, 400).build(Exchanges.site(Path.of("."), clock));
        rounds(filter, clock, 30, Duration.ofMillis(20));
        int usual = passing(filter);
        assertThat(usual).as("more room while answers are as quick as ever").isGreaterThan(110);

        rounds(filter, clock, 30, Duration.ofMillis(200));
        assertThat(passing(filter)).as("ten times as slow").isLessThan(usual / 3);
    }

    /// All that pass at once, answered after a time, again and again.
    private static void rounds(Filter filter, ManualClock clock, int count, Duration latency) {
        for (int round = 0; round < count; round++) {
            List<Exchange> underWay = admitted(filter);
            clock.advance(latency);
            underWay.forEach(exchange -> Exchanges.answered(filter, exchange));
            underWay.forEach(filter::onEnd);
            clock.advance(Duration.ofMillis(110));
        }
    }

    private static List<Exchange> admitted(Filter filter) {
        List<Exchange> underWay = new ArrayList<>();
        for (Exchange exchange = asked();
                filter.onRequest(exchange) instanceof Verdict.Pass;
                exchange = asked()) {
            underWay.add(exchange);
        }
        return underWay;
    }

    private static int passing(Filter filter) {
        List<Exchange> underWay = admitted(filter);
        underWay.forEach(filter::onEnd);
        return underWay.size();
    }

    @Test
    void whatFailsAtOnceDoesNotLookQuick() {
        ManualClock clock = new ManualClock();
        Filter filter =
                ConcurrencyLimitConfig.gradient(5, 400).build(Exchanges.site(Path.of("."), clock));
        rounds(filter, clock, 30, Duration.ofMillis(20));
        for (int i = 0; i < 1000; i++) {
            Exchange exchange = asked();
            filter.onRequest(exchange);
            clock.advance(Duration.ofMillis(1));
            exchange.response().start(502, 0);
            filter.onResponse(exchange, exchange.response());
            filter.onEnd(exchange);
        }
        int before = passing(filter);
        rounds(filter, clock, 10, Duration.ofMillis(20));
        assertThat(passing(filter)).isGreaterThanOrEqualTo(before);
    }

    @Test
    void lessImportantRequestsMakeRoomBeforeTheLimitIsReached() {
        ManualClock clock = new ManualClock();
        Filter filter =
                ConcurrencyLimitConfig.fixed(100).build(Exchanges.site(Path.of("."), clock));
        for (int i = 0; i < 95; i++) {
            filter.onRequest(asked());
        }
        for (int i = 0; i < 100; i++) {
            clock.advance(Duration.ofMillis(60));
            Exchange critical = asked();
            critical.priority(Priority.CRITICAL);
            assertThat(filter.onRequest(critical)).isEqualTo(Verdict.PASS);
            filter.onEnd(critical);
        }
        Exchange low = asked();
        low.priority(Priority.LOW);
        assertThat(Exchanges.reply(filter.onRequest(low)).failure()).isEqualTo(Failure.SHED);
    }

    @Test
    void saysThatItRefusesAtOnceAndThenOnceInTenSeconds() {
        ManualClock clock = new ManualClock();
        List<String> lines = new ArrayList<>();
        Filter filter =
                ConcurrencyLimitConfig.fixed(10)
                        .build(Exchanges.site(Path.of("."), clock, lines::add));
        admitted(filter);
        assertThat(lines)
                .containsExactly(
                        "route orders  overloaded  503 concurrency-limit for 1 request: 10 of 10 under way");
        lines.clear();
        for (int i = 0; i < 4; i++) {
            clock.advance(Duration.ofSeconds(2));
            filter.onRequest(asked());
        }
        assertThat(lines).isEmpty();
        clock.advance(Duration.ofSeconds(2));
        filter.onRequest(asked());
        assertThat(lines)
                .containsExactly(
                        "route orders  overloaded  503 for 5 more requests, the newest concurrency-limit: 10 of 10 under way");
    }

    @Test
    void saysForWhomTheRoomIsKeptAndThatTheLimitWasFound() {
        ManualClock clock = new ManualClock();
        List<String> lines = new ArrayList<>();
        Filter filter =
                ConcurrencyLimitConfig.gradient(20, 400)
                        .build(Exchanges.site(Path.of("."), clock, lines::add));
        for (int i = 0; i < 95; i++) {
            filter.onRequest(asked());
        }
        Exchange critical = asked();
        critical.priority(Priority.CRITICAL);
        filter.onRequest(critical);
        Exchange low = asked();
        low.priority(Priority.LOW);
        filter.onRequest(low);
        assertThat(lines)
                .containsExactly(
                        "route orders  overloaded  503 shed for 1 request: 96 of 100 under way (gradient), 20 kept for more important ones");
    }

    @Test
    void isBuiltOnlyWithANumberOrAGradient() {
        assertThatThrownBy(() -> ConcurrencyLimitConfig.DEFAULTS.build(Exchanges.site()))
                .hasMessageContaining("requests or gradient");
        assertThatThrownBy(() -> ConcurrencyLimitConfig.of("0")).hasMessageContaining("expected");
        assertThatThrownBy(() -> ConcurrencyLimitConfig.of("many"))
                .hasMessageContaining("expected");
    }
}
