package dev.weir.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import dev.weir.testkit.Behaviour;
import dev.weir.testkit.Behaviours;
import dev.weir.testkit.ScriptedEndpoint;
import dev.weir.testkit.Wire;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.DataFormatException;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GeneratorTest {
    private static Result run(int port, String words, Runnable whenIdleStand) {
        Plan plan = Plan.parse(("--port " + port + " --warm-up-seconds 0 " + words).split(" "));
        return new Generator(
                        plan,
                        new Generator.Milestones() {
                            @Override
                            public void idleStand(int opened) {
                                assertThat(opened).isEqualTo(plan.idle());
                                whenIdleStand.run();
                            }

                            @Override
                            public void recordingBegins() {}
                        })
                .run();
    }

    private static Result run(int port, String words) {
        return run(port, words, () -> {});
    }

    /// All answers stand still while one of them takes its time.
    private static Behaviour stallingOnceAt(int request, Duration time) {
        Behaviour ok = Behaviours.ok("one");
        Behaviour stall = Behaviours.delay(time, ok);
        var count = new AtomicInteger();
        return (asked, wire) -> {
            synchronized (count) {
                (count.incrementAndGet() == request ? stall : ok).answer(asked, wire);
            }
        };
    }

    @Test
    void spreadsAStallOverAllRequestsThatWereMeantToLeaveInIt() throws IOException {
        try (var endpoint = ScriptedEndpoint.start(stallingOnceAt(500, Duration.ofMillis(300)))) {
            Result result = run(endpoint.port(), "--rate 1000 --seconds 2 --connections 4");
            Histogram latencies = result.latencies();
            assertThat(result.requests()).isEqualTo(2000);
            assertThat(latencies.getMaxValue()).isBetween(290_000L, 450_000L);
            assertThat(latencies.getValueAtPercentile(99)).isBetween(200_000L, 450_000L);
            // 300 of 2,000 were held up, evenly from 0 to 300 ms; a closed loop would have seen 4.
            long over100 = latencies.getCountBetweenValues(100_000, 60_000_000);
            assertThat(over100).isBetween(150L, 500L);
            assertThat(latencies.getValueAtPercentile(50)).isLessThan(50_000);
        }
    }

    @Test
    void keepsTheRate() throws IOException {
        var first = new AtomicLong();
        var last = new AtomicLong();
        Behaviour ok = Behaviours.ok("one");
        Behaviour timed =
                (request, wire) -> {
                    long now = System.nanoTime();
                    first.compareAndSet(0, now);
                    last.accumulateAndGet(now, Math::max);
                    ok.answer(request, wire);
                };
        try (var endpoint = ScriptedEndpoint.start(timed)) {
            Result result = run(endpoint.port(), "--rate 500 --seconds 3 --connections 8");
            assertThat(endpoint.requestCount()).isEqualTo(1500);
            double seconds = (last.get() - first.get()) / 1e9;
            assertThat(1499 / seconds).isCloseTo(500, within(5.0));
            assertThat(result.sentRate()).isCloseTo(500, within(5.0));
            assertThat(endpoint.connections().accepted()).isEqualTo(8);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " --body-bytes 3000000 --method POST"})
    void recordsNothingOfTheWarmUp(String more) throws IOException {
        try (var endpoint = ScriptedEndpoint.start(Behaviours.ok("one"))) {
            Plan plan =
                    Plan.parse(
                            ("--port %d --rate 20 --seconds 1 --warm-up-seconds 1" + more)
                                    .formatted(endpoint.port())
                                    .split(" "));
            var begins = new AtomicInteger();
            Result result =
                    new Generator(
                                    plan,
                                    new Generator.Milestones() {
                                        @Override
                                        public void idleStand(int opened) {}

                                        @Override
                                        public void recordingBegins() {
                                            begins.incrementAndGet();
                                        }
                                    })
                            .run();
            assertThat(endpoint.awaitRequests(40)).hasSize(40);
            assertThat(result.requests()).isEqualTo(20);
            assertThat(result.latencies().getTotalCount()).isEqualTo(20);
            assertThat(begins).hasValue(1);
            assertThat(endpoint.violations()).isEmpty();
        }
    }

    @Test
    void countsWhatCannotBeConnected() throws IOException {
        Result result = run(ScriptedEndpoint.deadPort(), "--rate 200 --seconds 0.5");
        assertThat(result.faults(Fault.CONNECT)).isEqualTo(100);
        assertOnly(result, Fault.CONNECT);
    }

    @Test
    void countsAnswersThatBreakOff() throws IOException {
        assertCounts(Fault.READ, Behaviours.resetAfterHead(), "");
        assertCounts(Fault.READ, Behaviours.close(), "");
        assertCounts(Fault.READ, Behaviours.raw("nonsense, that is no answer\r\n"), "");
    }

    @Test
    void countsRequestsThatCannotBeSentWhole() throws IOException {
        Behaviour deaf = (_, wire) -> wire.reset();
        assertCounts(Fault.WRITE, deaf, " --body-bytes 30000000");
    }

    @Test
    void countsAnswersThatAreNo2xx() throws IOException {
        assertCounts(Fault.STATUS, Behaviours.status(503), "");
    }

    @Test
    void countsRequestsWithoutAnAnswerInTimeWhereverTheyWait() throws IOException {
        Result result =
                assertCounts(
                        Fault.TIMEOUT, Behaviours.hang(), " --connections 2 --timeout-seconds 0.3");
        assertThat(result.latencies().getMinValue()).isGreaterThanOrEqualTo(299_000);
    }

    private static Result assertCounts(Fault fault, Behaviour behaviour, String more)
            throws IOException {
        try (var endpoint = ScriptedEndpoint.start(behaviour)) {
            Result result = run(endpoint.port(), "--rate 40 --seconds 0.5" + more);
            assertThat(result.faults(fault)).isEqualTo(20);
            assertOnly(result, fault);
            return result;
        }
    }

    private static void assertOnly(Result result, Fault only) {
        for (Fault fault : Fault.values()) {
            if (fault != only) {
                assertThat(result.faults(fault)).as("%s", fault).isZero();
            }
        }
    }

    @Test
    void opensAConnectionForEachRequestIfToldTo() throws IOException {
        try (var endpoint = ScriptedEndpoint.start(Behaviours.ok("one"))) {
            Result result = run(endpoint.port(), "--rate 200 --seconds 0.5 --close");
            assertThat(result.requests()).isEqualTo(100);
            assertThat(endpoint.connections().accepted()).isEqualTo(100);
            assertOnly(result, Fault.CONNECT);
        }
    }

    @Test
    void opensAnotherConnectionWhereTheProxyHasClosedOne() throws IOException {
        Behaviour lastAnswer = Behaviours.statusWithHeaders(200, "Connection: close");
        try (var endpoint = ScriptedEndpoint.start(lastAnswer.then((_, wire) -> wire.close()))) {
            Result result = run(endpoint.port(), "--rate 100 --seconds 0.5 --connections 4");
            assertThat(result.requests()).isEqualTo(50);
            assertThat(result.latencies().getTotalCount()).isEqualTo(50);
            assertThat(endpoint.connections().accepted()).isEqualTo(50);
        }
    }

    @Test
    void opensIdleConnectionsAndCountsThoseThatTheProxyCloses() throws IOException {
        Queue<Wire> idle = new ConcurrentLinkedQueue<>();
        Behaviour ok = Behaviours.ok("one");
        Behaviour kept =
                (request, wire) -> {
                    ok.answer(request, wire);
                    idle.add(wire);
                };
        try (var endpoint = ScriptedEndpoint.start(kept)) {
            Result result =
                    run(
                            endpoint.port(),
                            "--rate 100 --seconds 0.5 --connections 3 --idle 200",
                            () -> closeSome(endpoint, idle));
            assertThat(result.idleClosed()).isEqualTo(7);
            assertThat(result.requests()).isEqualTo(50);
            assertThat(endpoint.connections().accepted()).isEqualTo(203);
        }
    }

    @Test
    void opensIdleConnectionsWhereItIsTold() throws IOException {
        try (var endpoint = ScriptedEndpoint.start(Behaviours.ok("one"));
                var elsewhere = ScriptedEndpoint.start(Behaviours.ok("one"))) {
            Result result =
                    run(
                            endpoint.port(),
                            "--rate 100 --seconds 0.5 --connections 3 --idle 20 --idle-port "
                                    + elsewhere.port());
            assertThat(result.requests()).isEqualTo(50);
            assertThat(endpoint.connections().accepted()).isEqualTo(3);
            assertThat(elsewhere.connections().accepted()).isEqualTo(20);
        }
    }

    private static void closeSome(ScriptedEndpoint endpoint, Queue<Wire> idle) {
        await().until(() -> idle.size() == 200);
        assertThat(endpoint.connections().open()).isEqualTo(200);
        for (int i = 0; i < 7; i++) {
            try {
                idle.remove().reset();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
    }

    @Test
    void waitsForALineAndPrintsWhatOthersRead() throws Exception {
        var out = new ByteArrayOutputStream();
        try (var endpoint = ScriptedEndpoint.start(Behaviours.ok("one"));
                var line = new PipedOutputStream();
                var in = new PipedInputStream(line)) {
            Thread run = Thread.ofVirtual().start(() -> print(endpoint.port(), in, out));
            await().until(() -> text(out).contains("\n"));
            assertThat(text(out)).isEqualTo("IDLE {\"opened\": 2}\n");
            assertThat(endpoint.requestCount()).isEqualTo(2);
            line.write('\n');
            run.join();
        }
        String[] lines = text(out).split("\n");
        assertThat(lines).hasSize(3).contains("BEGIN {}");
        assertThat(lines[2])
                .startsWith("RESULT {\"requests\": 50, \"micros\": ")
                .contains("\"errors\": {\"connect\": 0, \"read\": 0, \"write\": 0, \"status\": 0")
                .contains("\"late_starts\": ", "\"p999_micros\": ", "\"idle_closed\": 0");
        assertThat(histogram(lines[2]).getTotalCount()).isEqualTo(50);
    }

    private static void print(int port, InputStream in, ByteArrayOutputStream out) {
        String words = "--port %d --rate 100 --seconds 0.5 --warm-up-seconds 0 --idle 2 --wait";
        OpenLoop.run(
                words.formatted(port).split(" "), in, new PrintStream(out), new PrintStream(out));
    }

    private static String text(ByteArrayOutputStream out) {
        return out.toString(StandardCharsets.US_ASCII);
    }

    private static Histogram histogram(String line) throws DataFormatException {
        String text = line.replaceAll(".*\"histogram\": \"([^\"]*)\".*", "$1");
        return Histogram.decodeFromCompressedByteBuffer(
                ByteBuffer.wrap(Base64.getDecoder().decode(text)), 0);
    }
}
