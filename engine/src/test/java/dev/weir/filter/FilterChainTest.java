package dev.weir.filter;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.weir.exchange.Exchange;
import dev.weir.exchange.Reply;
import dev.weir.http.ResponseHead;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class FilterChainTest {
    private final List<String> calls = new ArrayList<>();

    /// Notes its calls and keeps its number in the exchange.
    private final class Step implements Filter {
        private final int number;
        private final Verdict verdict;

        Step(int number, Verdict verdict) {
            this.number = number;
            this.verdict = verdict;
        }

        @Override
        public Verdict onRequest(Exchange exchange) {
            calls.add("request " + number + " " + exchange.filterNote());
            exchange.filterNote(100 + number);
            return verdict;
        }

        @Override
        public void onResponse(Exchange exchange, ResponseHead head) {
            calls.add("response " + number + " " + exchange.filterNote());
        }

        @Override
        public void onEnd(Exchange exchange) {
            calls.add("end " + number + " " + exchange.filterNote());
        }
    }

    private final Verdict answer = new Verdict.Answer(Reply.of(403));
    private final Verdict waiting = new Verdict.Wait(new CompletableFuture<>());

    @Test
    void asksInTheOrderOfTheFileAndAnswersInReverse() {
        FilterChain chain =
                new FilterChain(List.of(new Step(1, Verdict.PASS), new Step(2, Verdict.PASS)));
        Exchange exchange = Exchanges.get("/");

        assertThat(chain.onRequest(exchange)).isEqualTo(Verdict.PASS);
        chain.onResponse(exchange, exchange.response());

        assertThat(calls)
                .containsExactly("request 1 0", "request 2 0", "response 2 102", "response 1 101");
    }

    @Test
    void showsAnAnswerOnlyToFiltersThatRan() {
        FilterChain chain =
                new FilterChain(
                        List.of(
                                new Step(1, Verdict.PASS),
                                new Step(2, answer),
                                new Step(3, Verdict.PASS)));
        Exchange exchange = Exchanges.get("/");

        assertThat(chain.onRequest(exchange)).isSameAs(answer);
        chain.onResponse(exchange, exchange.response());

        assertThat(calls)
                .containsExactly("request 1 0", "request 2 0", "response 2 102", "response 1 101");
    }

    @Test
    void tellsOnlyFiltersThatRanOfTheEndEachWithItsNote() {
        FilterChain chain =
                new FilterChain(
                        List.of(
                                new Step(1, Verdict.PASS),
                                new Step(2, answer),
                                new Step(3, Verdict.PASS)));
        Exchange exchange = Exchanges.get("/");
        chain.onRequest(exchange);
        calls.clear();

        chain.onEnd(exchange);

        assertThat(calls).containsExactly("end 2 102", "end 1 101");
    }

    @Test
    void goesOnBehindTheFilterThatWaited() {
        FilterChain chain =
                new FilterChain(
                        List.of(
                                new Step(1, waiting),
                                new Step(2, waiting),
                                new Step(3, Verdict.PASS)));
        Exchange exchange = Exchanges.get("/");

        assertThat(chain.onRequest(exchange)).isSameAs(waiting);
        assertThat(chain.onRequest(exchange)).isSameAs(waiting);
        assertThat(chain.onRequest(exchange)).isEqualTo(Verdict.PASS);
        assertThat(calls).containsExactly("request 1 0", "request 2 0", "request 3 0");
    }

    @Test
    void keepsANoteForEachOfManyFiltersAndForgetsThemWithTheExchange() {
        List<Step> steps = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            steps.add(new Step(i, Verdict.PASS));
        }
        FilterChain chain = new FilterChain(steps);
        Exchange exchange = Exchanges.get("/");

        assertThat(chain.onRequest(exchange)).isEqualTo(Verdict.PASS);
        chain.onResponse(exchange, exchange.response());
        assertThat(calls).contains("response 0 100", "response 19 119");

        calls.clear();
        exchange.clear();
        assertThat(chain.onRequest(exchange)).isEqualTo(Verdict.PASS);
        assertThat(calls).hasSize(20).allMatch(call -> call.endsWith(" 0"));
    }

    @Test
    void allocatesNothingWhenAllPass() {
        Filter pass = new Filter() {};
        FilterChain chain = new FilterChain(List.of(pass, pass, pass));
        Exchange exchange = Exchanges.get("/");
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long thread = Thread.currentThread().threadId();
        run(chain, exchange, 1_000);

        long before = threads.getThreadAllocatedBytes(thread);
        run(chain, exchange, 10_000);
        long after = threads.getThreadAllocatedBytes(thread);

        assertThat(after - before).isLessThan(10_000);
    }

    private static void run(FilterChain chain, Exchange exchange, int times) {
        for (int i = 0; i < times; i++) {
            exchange.clear();
            if (chain.onRequest(exchange) != Verdict.PASS) {
                throw new AssertionError();
            }
            chain.onResponse(exchange, exchange.response());
        }
    }
}
