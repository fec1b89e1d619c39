package dev.weir.otlp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.weir.otlp.OtlpConfig.Compression;
import dev.weir.runtime.Clock;
import dev.weir.tls.Pki;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class DeliveryTest {
    private static final int MOST_TRIES = 6;
    private static final byte[] RECORDS =
            "{\"severityNumber\":9}\n{\"severityNumber\":17}\n".getBytes(StandardCharsets.UTF_8);

    @TempDir private Path folder;

    private final List<String> said = new CopyOnWriteArrayList<>();

    private Delivery to(OtlpConfig config) {
        return Delivery.to(
                config,
                new Envelope(Envelope.Signal.LOG_RECORDS, "edge \"1\"", "9"),
                new Delivery.Site(folder, Clock.system(), new SplittableRandom(7), said::add));
    }

    private static OtlpConfig config(String url) {
        return OtlpConfig.of(CollectorAddress.of(url));
    }

    private static Delivery.Outcome send(Delivery delivery) {
        return delivery.send(RECORDS, 0, RECORDS.length, 2);
    }

    private static Duration between(Collector collector, int first, int second) {
        return Duration.ofNanos(collector.times().get(second) - collector.times().get(first));
    }

    @Test
    void bringsABatchAndSaysWhoSendsIt() throws Exception {
        try (var collector = Collector.start();
                var delivery = to(config(collector.url() + "/otel/"))) {
            assertThat(send(delivery)).isEqualTo(new Delivery.Outcome(0, ""));

            assertThat(collector.targets()).containsExactly("POST /otel/v1/logs application/json");
            assertThat(collector.headers().getFirst().getFirst("User-Agent")).isEqualTo("Weir/9");
            assertThat(collector.logRecords()).hasSize(2);
            var resource = collector.requests().getFirst().at("/resourceLogs/0/resource");
            assertThat(Collector.attribute(resource, "service.name")).isEqualTo("edge \"1\"");
            assertThat(Collector.attribute(resource, "service.version")).isEqualTo("9");
        }
    }

    @Test
    void sendsTheFieldsThatAreAskedForAndCompressesTheBody() throws Exception {
        try (var collector = Collector.start();
                var delivery =
                        to(
                                config(collector.url())
                                        .withHeaders(Map.of("Api-Key", "s3cret"))
                                        .withCompression(Compression.GZIP))) {
            assertThat(send(delivery).lost()).isZero();

            assertThat(collector.headers().getFirst().getFirst("Api-Key")).isEqualTo("s3cret");
            assertThat(collector.headers().getFirst().getFirst("Content-Encoding"))
                    .isEqualTo("gzip");
            assertThat(collector.logRecords()).hasSize(2);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 502, 503, 504})
    void sendsAgainWhatIsRefusedForNow(int status) throws Exception {
        try (var collector = Collector.start();
                var delivery = to(config(collector.url()))) {
            collector.answer(status, "0");
            assertThat(send(delivery).lost()).isZero();
            assertThat(collector.requests()).hasSize(2);
            assertThat(collector.requests().get(1)).isEqualTo(collector.requests().get(0));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 400, 401, 408, 413, 500, 501})
    void doesNotSendAgainWhatIsRefusedForGood(int status) throws Exception {
        try (var collector = Collector.start();
                var delivery = to(config(collector.url()))) {
            collector.answer(status, "0");
            assertThat(send(delivery)).isEqualTo(new Delivery.Outcome(2, "it answers " + status));
            assertThat(collector.requests()).hasSize(1);
        }
    }

    @Test
    void givesABatchUpAfterSixTries() throws Exception {
        try (var collector = Collector.start();
                var delivery = to(config(collector.url()))) {
            for (int i = 0; i < MOST_TRIES + 1; i++) {
                collector.answer(503, "0");
            }
            assertThat(send(delivery)).isEqualTo(new Delivery.Outcome(2, "it answers 503"));
            assertThat(collector.requests()).hasSize(MOST_TRIES);
        }
    }

    @Test
    void waitsAsLongAsTheCollectorAsks() throws Exception {
        try (var collector = Collector.start();
                var delivery = to(config(collector.url()))) {
            collector.answer(429, "2");
            Instant then = Instant.now().plusSeconds(5);
            collector.answer(
                    503,
                    DateTimeFormatter.RFC_1123_DATE_TIME.format(then.atOffset(ZoneOffset.UTC)));
            assertThat(send(delivery).lost()).isZero();

            assertThat(between(collector, 0, 1)).isBetween(seconds(2), seconds(3));
            // The date has no parts of a second.
            assertThat(Instant.now()).isAfter(then.minusSeconds(1));
        }
    }

    @Test
    void waitsLongerEachTimeWhereTheCollectorSaysNothing() throws Exception {
        try (var collector = Collector.start();
                var delivery = to(config(collector.url()))) {
            collector.answer(503, "");
            collector.answer(503, "in a moment");
            assertThat(send(delivery).lost()).isZero();

            assertThat(between(collector, 0, 1)).isBetween(Duration.ofMillis(499), seconds(2));
            assertThat(between(collector, 1, 2)).isBetween(Duration.ofMillis(999), seconds(4));
        }
    }

    @Test
    void triesAgainWhereNobodyListensYet() throws Exception {
        int port;
        try (var socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        try (var delivery = to(config("http://127.0.0.1:" + port))) {
            CompletableFuture<Delivery.Outcome> sent =
                    CompletableFuture.supplyAsync(() -> send(delivery));
            await().during(Duration.ofMillis(300)).until(() -> !sent.isDone());
            delivery.hurry();
            assertThat(sent.get()).isEqualTo(new Delivery.Outcome(2, "nobody listens there"));
        }
    }

    @Test
    void countsWhatTheCollectorRefusesOfABatch() throws Exception {
        try (var collector = Collector.start();
                var delivery = to(config(collector.url()))) {
            collector.answer(
                    "200 {\"partialSuccess\":{\"rejectedLogRecords\":\"1\",\"errorMessage\":\""
                            + "too old ".repeat(100)
                            + "\"}}");
            Delivery.Outcome outcome = send(delivery);
            assertThat(outcome.lost()).isEqualTo(1);
            assertThat(outcome.why()).startsWith("it refuses some: too old").hasSizeLessThan(300);
            assertThat(collector.requests()).hasSize(1);
        }
    }

    @Test
    void waitsForNothingWhenItIsHurried() throws Exception {
        try (var collector = Collector.start();
                var delivery = to(config(collector.url()))) {
            collector.answer(503, "3600");
            CompletableFuture<Delivery.Outcome> sent =
                    CompletableFuture.supplyAsync(() -> send(delivery));
            await().until(() -> collector.requests().size() == 1);
            delivery.hurry();
            assertThat(sent.get()).isEqualTo(new Delivery.Outcome(2, "it answers 503"));
        }
    }

    @Test
    void givesUpAtOnceWhenItIsClosed() throws Exception {
        try (var collector = Collector.start()) {
            CountDownLatch open = collector.hold();
            Delivery delivery = to(config(collector.url()));
            CompletableFuture<Delivery.Outcome> sent =
                    CompletableFuture.supplyAsync(() -> send(delivery));
            await().until(() -> collector.times().size() == 1);
            delivery.close();
            await().atMost(seconds(5)).until(sent::isDone);
            assertThat(sent.get().lost()).isEqualTo(2);
            assertThat(send(delivery)).isEqualTo(new Delivery.Outcome(2, "Weir stops"));
            open.countDown();
        }
    }

    /// What waits for heads only would wait for such a body without end; what sends again would bring the batch twice.
    @Test
    void doesNotWaitForTheEndOfAnAnswerThatHasNone() throws Exception {
        try (var collector = Collector.start();
                var delivery = to(config(collector.url()))) {
            collector.answerHalf();
            assertThat(send(delivery)).isEqualTo(new Delivery.Outcome(0, ""));
            assertThat(collector.requests()).hasSize(1);
        }
    }

    @Test
    void doesNotReadAnAnswerThatIsTooLong() throws Exception {
        try (var collector = Collector.start();
                var delivery = to(config(collector.url()))) {
            collector.answer("200 " + "x".repeat(1 << 20));
            assertThat(send(delivery)).isEqualTo(new Delivery.Outcome(0, ""));
            assertThat(collector.requests()).hasSize(1);
        }
    }

    @Test
    void asksOnlyACollectorWhoseIssuerItKnows() throws Exception {
        Pki pki = Pki.in(folder);
        SSLContext tls = pki.showing(pki.server("collector", "127.0.0.1"));
        try (var collector = Collector.startTls(tls)) {
            OtlpConfig config = config(collector.url());
            try (var delivery = to(config)) {
                delivery.hurry();
                assertThat(send(delivery).lost()).isEqualTo(2);
            }
            try (var delivery = to(config.withTls(CollectorTlsConfig.DEFAULTS.withCa("ca.pem")))) {
                assertThat(send(delivery)).isEqualTo(new Delivery.Outcome(0, ""));
            }
            assertThat(collector.requests()).hasSize(1);
        }
    }

    @Test
    void showsItsCertificate() throws Exception {
        Pki pki = Pki.in(folder);
        pki.client("edge", "CN=edge-7");
        CollectorTlsConfig own =
                CollectorTlsConfig.DEFAULTS.withCa("ca.pem").withClient("edge.pem", "edge.key");
        try (var collector = Collector.startTls(pki.showing(pki.server("collector", "127.0.0.1")));
                var delivery = to(config(collector.url()).withTls(own))) {
            assertThat(send(delivery)).isEqualTo(new Delivery.Outcome(0, ""));
            assertThat(collector.senders()).containsExactly("CN=edge-7");
        }
    }

    @Test
    void readsTheIssuersAgainWhenTheyChange() throws Exception {
        Path other = Files.createDirectory(folder.resolve("other"));
        Pki.in(other);
        Pki pki = Pki.in(folder);
        SSLContext tls = pki.showing(pki.server("collector", "127.0.0.1"));
        Files.copy(other.resolve("ca.pem"), folder.resolve("used.pem"));
        try (var collector = Collector.startTls(tls);
                var delivery =
                        to(
                                config(collector.url())
                                        .withTls(CollectorTlsConfig.DEFAULTS.withCa("used.pem")))) {
            delivery.hurry();
            assertThat(send(delivery).lost()).isEqualTo(2);
            Files.writeString(
                    folder.resolve("used.pem"), Files.readString(folder.resolve("ca.pem")));
            await().until(() -> send(delivery).lost() == 0);
            assertThat(said)
                    .containsExactly(collector.url() + ": the files of tls were read again");
            Files.writeString(folder.resolve("used.pem"), "nothing");
            await().until(
                            () -> {
                                assertThat(send(delivery).lost()).isZero();
                                return said.size() == 2;
                            });
            assertThat(said.get(1))
                    .startsWith(
                            collector.url()
                                    + ": changed files of tls are not used, what was before stays: used.pem");
        }
    }

    @Test
    void saysWhatIsWrongWithItsFiles() throws IOException {
        Files.writeString(folder.resolve("ca.pem"), "nothing");
        OtlpConfig config =
                config("https://127.0.0.1:1").withTls(CollectorTlsConfig.DEFAULTS.withCa("ca.pem"));
        assertThatThrownBy(() -> to(config))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("ca.pem holds no certificate");
    }

    private static Duration seconds(int seconds) {
        return Duration.ofSeconds(seconds);
    }
}
