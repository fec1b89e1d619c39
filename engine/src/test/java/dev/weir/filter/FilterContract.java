package dev.weir.filter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.exchange.Exchange;
import dev.weir.http.ResponseHead;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/// What holds for every filter, whatever it does. A filter's test implements this and says how it is configured.
public interface FilterContract {
    FilterConfig config() throws Exception;

    default Filter filter() throws Exception {
        return config().build(Exchanges.site());
    }

    @Test
    default void passesAPlainRequestOrAnswersIt() throws Exception {
        Verdict verdict =
                filter().onRequest(Exchanges.get("/orders/7", "Host", "shop.example.com"));

        if (verdict instanceof Verdict.Answer answer) {
            assertThat(answer.reply().status()).isBetween(200, 599);
            if (answer.reply().failure() != null) {
                assertThat(answer.reply().status()).isEqualTo(answer.reply().failure().status());
            }
        } else {
            assertThat(verdict).isEqualTo(Verdict.PASS);
        }
    }

    @Test
    default void neverThrowsOnWhatClientsSend() throws Exception {
        Filter filter = filter();

        for (Exchange hostile : hostile()) {
            assertThat(filter.onRequest(hostile)).isNotNull();
            filter.onResponse(hostile, hostile.response());
            filter.onEnd(hostile);
        }
    }

    @Test
    default void isBuiltAgainAlike() throws Exception {
        Filter one = filter();
        Filter other = filter();

        List<Exchange> first = hostile();
        List<Exchange> second = hostile();
        for (int i = 0; i < first.size(); i++) {
            assertThat(told(other.onRequest(second.get(i))))
                    .isEqualTo(told(one.onRequest(first.get(i))));
        }
    }

    @Test
    default void looksAtAnyAnswerEvenOfARequestItNeverSaw() throws Exception {
        Filter filter = filter();
        Exchange exchange = Exchanges.get("/");
        ResponseHead head = exchange.response();

        filter.onResponse(exchange, head);
        head.start(502, 10);
        head.headers().add("Vary", ",, *,");
        head.headers().add("Access-Control-Allow-Origin", "https://odd.example.com");
        filter.onResponse(exchange, head);
        filter.onResponse(exchange, head);

        assertThat(head.status()).isEqualTo(502);
        assertThat(head.bodyLength()).isEqualTo(10);
    }

    @Test
    default void neverBlocksItsThread() throws Exception {
        Filter filter = filter();
        long[] waits = new long[2];
        Thread thread =
                Thread.ofPlatform()
                        .start(
                                () -> {
                                    ask(filter, hostile());
                                    waits[0] = waitsOfThisThread();
                                    for (int i = 0; i < 50; i++) {
                                        ask(filter, hostile());
                                    }
                                    waits[1] = waitsOfThisThread();
                                });
        thread.join();

        assertThat(waits[0]).isNotNegative();
        assertThat(waits[1]).isEqualTo(waits[0]);
    }

    @Test
    default void servesSeveralLoopsAtOnce() throws Exception {
        Filter filter = filter();
        try (ExecutorService loops = Executors.newFixedThreadPool(4)) {
            List<Callable<Integer>> tasks = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                tasks.add(
                        () -> {
                            for (int round = 0; round < 50; round++) {
                                ask(filter, hostile());
                            }
                            return hostile().size();
                        });
            }
            for (Future<Integer> done : loops.invokeAll(tasks)) {
                assertThat(done.get()).isPositive();
            }
        }
    }

    private static void ask(Filter filter, List<Exchange> exchanges) {
        for (Exchange exchange : exchanges) {
            if (filter.onRequest(exchange) instanceof Verdict.Wait) {
                throw new AssertionError("waits");
            }
            filter.onResponse(exchange, exchange.response());
            filter.onEnd(exchange);
        }
    }

    private static long waitsOfThisThread() {
        ThreadInfo info =
                ManagementFactory.getThreadMXBean()
                        .getThreadInfo(Thread.currentThread().threadId());
        return info.getWaitedCount();
    }

    private static String told(Verdict verdict) {
        return verdict instanceof Verdict.Answer answer
                ? answer.reply().status() + " " + answer.reply().fields()
                : verdict.toString();
    }

    private static List<Exchange> hostile() {
        String[] values = {
            "",
            " ",
            "*",
            "null",
            "\u0000\u0001\r\nX-Injected: 1",
            "\u0080\u00ff",
            "a".repeat(9000),
            ",,,,;;==\"\\",
            "Bearer ",
            "Bearer a.b.c",
            "Bearer eyJhbGciOiJub25lIn0.e30.",
            "Bearer " + ".".repeat(8000),
            "Bearer eyJhbGciOnt9fQ.e30.AA",
            "https://[::1]:99999/\u0000"
        };
        String[] names = {
            "Authorization",
            "Cookie",
            "Origin",
            "X-Request-Id",
            "Access-Control-Request-Method",
            "Access-Control-Request-Headers",
            "X-User",
            "Content-Length",
            "X-Api-Key"
        };
        List<Exchange> exchanges = new ArrayList<>();
        for (String value : values) {
            for (String method : List.of("GET", "OPTIONS", "b\u00e4d")) {
                for (int copies = 1; copies <= 2; copies++) {
                    exchanges.add(
                            Exchanges.of(
                                    method,
                                    "/?token=%zz&a=" + value.length(),
                                    fields(value, copies)));
                }
            }
        }
        exchanges.add(Exchanges.from(Exchanges.get("/"), "2001:db8::1"));
        exchanges.add(new Exchange());
        return exchanges;
    }

    private static String[] fields(String value, int copies) {
        List<String> fields = new ArrayList<>();
        for (int copy = 0; copy < copies; copy++) {
            for (String name :
                    List.of(
                            "Authorization",
                            "Cookie",
                            "Origin",
                            "X-Request-Id",
                            "X-Correlation",
                            "Access-Control-Request-Method",
                            "Access-Control-Request-Headers",
                            "X-User",
                            "X-Key")) {
                fields.add(name);
                fields.add(value);
            }
        }
        return fields.toArray(String[]::new);
    }
}
