package dev.weir.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.otlp.Collector;
import dev.weir.otlp.CollectorAddress;
import dev.weir.otlp.Delivery;
import dev.weir.otlp.Envelope;
import dev.weir.otlp.OtlpConfig;
import dev.weir.runtime.Clock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class SpanExportTest {
    private static final int MOST_WAITING = 8192;
    private static final int BATCH = 512;

    private final List<String> said = new CopyOnWriteArrayList<>();

    private SpanExport to(Collector collector) {
        Delivery delivery =
                Delivery.to(
                        OtlpConfig.of(CollectorAddress.of(collector.url())),
                        new Envelope(Envelope.Signal.SPANS, "edge", "1"),
                        new Delivery.Site(
                                Path.of(""), Clock.system(), new SplittableRandom(7), said::add));
        return SpanExport.start(delivery, Clock.system(), said::add);
    }

    private static Span span(int number) {
        return new Span(
                "4bf92f3577b34da6a3ce929d0e0e4736",
                "%016x".formatted(number + 1),
                "",
                "",
                Span.Kind.SERVER,
                "GET shop",
                1,
                2,
                Map.of("http.response.status_code", 200),
                false);
    }

    @Test
    void sendsManyInBatchesAndAFewSoon() throws Exception {
        try (var collector = Collector.start();
                var export = to(collector)) {
            for (int i = 0; i < 2 * BATCH + 7; i++) {
                export.add(span(i));
            }
            await().until(() -> export.exported() == 2 * BATCH + 7);
            assertThat(collector.spans()).hasSize(2 * BATCH + 7);
            assertThat(collector.requests().size()).isBetween(3, 10);
            assertThat(said).isEmpty();
        }
    }

    @Test
    void dropsAndCountsWhatComesWhileTheCollectorDoesNotAnswer() throws Exception {
        int spans = 3 * MOST_WAITING;
        try (var collector = Collector.start()) {
            CountDownLatch open = collector.hold();
            var export = to(collector);
            long began = System.nanoTime();
            for (int i = 0; i < spans; i++) {
                export.add(span(i));
            }
            assertThat(Duration.ofNanos(System.nanoTime() - began))
                    .isLessThan(Duration.ofSeconds(5));
            assertThat(export.dropped())
                    .isBetween((long) spans - MOST_WAITING - BATCH, (long) spans - MOST_WAITING);
            open.countDown();
            await().until(() -> export.exported() + export.dropped() == spans);
            assertThat(said)
                    .first()
                    .isEqualTo(
                            "traces: "
                                    + collector.url()
                                    + " does not take spans: 8192 are waiting for it (1 lost so far); requests go on as they do");
            await().until(() -> said.size() == 2);
            assertThat(said.get(1))
                    .isEqualTo(
                            "traces: "
                                    + collector.url()
                                    + " takes spans again; "
                                    + export.dropped()
                                    + " were lost");
            export.close();
        }
    }

    @Test
    void triesAgainWhatIsRefusedForNow() throws Exception {
        try (var collector = Collector.start();
                var export = to(collector)) {
            collector.answer("503 {}");
            export.add(span(0));
            await().until(() -> export.exported() == 1);
            assertThat(collector.requests()).hasSize(2);
            assertThat(collector.requests().get(1)).isEqualTo(collector.requests().get(0));
            assertThat(export.dropped()).isZero();
            assertThat(said).isEmpty();
        }
    }

    @Test
    void doesNotTryAgainWhatIsRefusedForGoodAndSaysSoOnce() throws Exception {
        try (var collector = Collector.start();
                var export = to(collector)) {
            collector.answer("400 {}");
            export.add(span(0));
            await().until(() -> export.dropped() == 1);
            collector.answer("400 {}");
            export.add(span(1));
            await().until(() -> export.dropped() == 2);
            export.add(span(2));
            await().until(() -> said.size() == 2);
            assertThat(collector.requests()).hasSize(3);
            assertThat(said)
                    .containsExactly(
                            "traces: "
                                    + collector.url()
                                    + " does not take spans: it answers 400 (1 lost so far); requests go on as they do",
                            "traces: " + collector.url() + " takes spans again; 2 were lost");
        }
    }

    @Test
    void countsWhatACollectorRefusesOfABatch() throws Exception {
        try (var collector = Collector.start();
                var export = to(collector)) {
            collector.answer(
                    "200 {\"partialSuccess\":{\"rejectedSpans\":\"2\",\"errorMessage\":\"too old\"}}");
            for (int i = 0; i < 3; i++) {
                export.add(span(i));
            }
            await().until(() -> export.exported() + export.dropped() == 3);
            assertThat(export.dropped()).isEqualTo(2);
            await().until(() -> !said.isEmpty());
            assertThat(said).singleElement().asString().contains("it refuses some: too old");
        }
    }
}
