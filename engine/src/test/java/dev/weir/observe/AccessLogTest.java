package dev.weir.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.weir.exchange.Exchange;
import dev.weir.filter.Exchanges;
import dev.weir.observe.LogsConfig.Access;
import dev.weir.observe.LogsConfig.Format;
import dev.weir.runtime.Clock;
import java.io.BufferedReader;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class AccessLogTest {
    /// Longer than any pause of a healthy machine, shorter than any wait for a reader.
    private static final Duration AT_ONCE = Duration.ofSeconds(5);

    @TempDir private Path directory;

    private final Queue<String> said = new ConcurrentLinkedQueue<>();

    @Test
    void appendsALinePerExchange() throws Exception {
        Files.writeString(directory.resolve("access.log"), "before\n");
        try (AccessLog log = open("access.log")) {
            AccessLog.Lane lane = log.lane();
            lane.write(Exchanges.get("/one"));
            lane.write(Exchanges.get("/two"));
        }

        List<String> lines = lines("access.log");
        assertThat(lines).hasSize(3).first().isEqualTo("before");
        assertThat(lines.get(1))
                .startsWith("{\"time\":\"20")
                .contains("\"path\":\"/one\"")
                .endsWith("}");
        assertThat(lines.get(2)).contains("\"path\":\"/two\"");
        assertThat(said).isEmpty();
    }

    @Test
    void writesSoonEvenIfNothingFollows() throws Exception {
        try (AccessLog log = open("access.log")) {
            AccessLog.Lane lane = log.lane();
            for (int i = 1; i <= 3; i++) {
                lane.write(Exchanges.get("/"));
                int expected = i;
                await().atMost(AT_ONCE).until(() -> lines("access.log").size() == expected);
            }
        }
    }

    @Test
    void tellsTheTimeAtWhichTheRequestBegan() throws Exception {
        Clock clock = Clock.of(() -> 7_000_000_000L, () -> 1_769_904_000_000L);
        try (AccessLog log =
                AccessLog.open(
                        new Access("access.log", Format.JSON), directory, clock, said::add)) {
            Exchange exchange = Exchanges.get("/");
            exchange.record.beganNanos = 4_500_000_000L;
            log.lane().write(exchange);
        }

        assertThat(lines("access.log").getFirst())
                .startsWith("{\"time\":\"2026-01-31T23:59:57.500Z\"");
    }

    @Test
    void keepsTheLinesOfAllLoopsWholeAndInOrder() throws Exception {
        int loops = 4;
        int each = 20_000;
        try (AccessLog log = open("access.log")) {
            List<Thread> threads = new ArrayList<>();
            for (int loop = 0; loop < loops; loop++) {
                AccessLog.Lane lane = log.lane();
                int number = loop;
                threads.add(Thread.ofPlatform().start(() -> writeSlowly(log, lane, number, each)));
            }
            for (Thread thread : threads) {
                thread.join();
            }
        }

        Map<String, Integer> next = new HashMap<>();
        List<String> lines = lines("access.log");
        for (String line : lines) {
            assertThat(line).startsWith("{").endsWith("}");
            int at = line.indexOf("\"path\":\"/") + 9;
            String[] path = line.substring(at, line.indexOf('"', at)).split("/", -1);
            assertThat(Integer.parseInt(path[1])).isEqualTo(next.getOrDefault(path[0], 0));
            next.merge(path[0], 1, Integer::sum);
        }
        assertThat(lines).hasSize(loops * each);
    }

    /// Waits for the writer now and then: this test is about order, not about overload.
    private static void writeSlowly(AccessLog log, AccessLog.Lane lane, int loop, int lines) {
        for (int i = 0; i < lines; i++) {
            lane.write(Exchanges.get("/" + loop + "/" + i));
            if (i % 500 == 499) {
                await().pollInterval(Duration.ofMillis(1)).until(lane::written);
            }
        }
        if (log.dropped() > 0) {
            throw new AssertionError("dropped");
        }
    }

    @Test
    void writesTheCombinedFormatIfToldSo() throws Exception {
        try (AccessLog log =
                AccessLog.open(
                        new Access("access.log", Format.COMBINED),
                        directory,
                        Clock.system(),
                        said::add)) {
            log.lane().write(Exchanges.get("/one"));
        }

        assertThat(lines("access.log").getFirst())
                .startsWith("192.0.2.7 - - [")
                .endsWith("\"GET /one HTTP/1.1\" 0 0 \"-\" \"-\"");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void doesNotSlowAnybodyDownWhenAPipeHasNoReader() throws Exception {
        Path pipe = pipe();
        AccessLog log = open("pipe");
        AccessLog.Lane lane = log.lane();
        int lines = 20_000;
        long began = System.nanoTime();
        for (int i = 0; i < lines; i++) {
            lane.write(Exchanges.get("/" + "x".repeat(200)));
        }
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(AT_ONCE);
        assertThat(log.dropped()).isPositive();
        assertThat(said)
                .containsExactly(
                        "access log: lines are dropped, because pipe takes them too slowly");

        long read = 0;
        try (BufferedReader reader = Files.newBufferedReader(pipe)) {
            Thread closing = Thread.ofPlatform().start(log::close);
            while (reader.readLine() != null) {
                read++;
            }
            closing.join();
        }

        assertThat(read + log.dropped()).isEqualTo(lines);
        assertThat(said)
                .contains(
                        "access log: lines are written again; " + log.dropped() + " were dropped");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void givesUpOnAStuckPipeWhenClosed() throws Exception {
        Path pipe = pipe();
        AccessLog log = open("pipe");
        log.lane().write(Exchanges.get("/"));

        long began = System.nanoTime();
        log.close();

        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(AT_ONCE);
        assertThat(said).containsExactly("access log: pipe takes nothing; the last lines are lost");
        // Lets the log's thread go.
        Files.newBufferedReader(pipe).close();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void saysOnceThatADiskIsFullAndGoesOn() {
        AccessLog log = open("/dev/full");
        AccessLog.Lane lane = log.lane();
        for (int i = 1; i <= 5; i++) {
            lane.write(Exchanges.get("/"));
            int lost = i;
            await().atMost(AT_ONCE).until(() -> log.dropped() == lost);
        }
        log.close();

        assertThat(said)
                .singleElement()
                .asString()
                .startsWith("access log: /dev/full cannot be written: No space left on device");
    }

    /// What a disk does that has room for a part.
    @Test
    void aLineThatThereWasNoRoomForSpoilsNoOther() throws Exception {
        Path file = directory.resolve("access.log");
        boolean[] full = {true};
        FileOutputStream disk =
                new FileOutputStream(file.toFile(), true) {
                    @Override
                    public void write(byte[] bytes, int from, int length) throws IOException {
                        super.write(bytes, from, full[0] ? 8 : length);
                        if (full[0]) {
                            throw new IOException("No space left on device");
                        }
                    }
                };
        FileSink sink = new FileSink("access.log", file, disk);
        byte[] lines = "first\nsecond\nthird\n".getBytes(StandardCharsets.US_ASCII);

        assertThatThrownBy(() -> sink.write(lines, lines.length))
                .isInstanceOfSatisfying(
                        LogSink.LinesLost.class, lost -> assertThat(lost.lines()).isEqualTo(2))
                .hasMessage("No space left on device");
        full[0] = false;
        sink.write(lines, 6);
        sink.write(lines, 6);
        sink.close();

        assertThat(file).hasContent("first\nse\nfirst\nfirst\n");
    }

    @Test
    void goesOnInANewFileWhenTheOldOneWasPutAwayAndLosesNoLine() throws Exception {
        int lines = 20_000;
        Path file = directory.resolve("access.log");
        try (AccessLog log = open("access.log")) {
            AccessLog.Lane lane = log.lane();
            Thread loop = Thread.ofPlatform().start(() -> writeSlowly(log, lane, 0, lines));
            for (int i = 1; i <= 3; i++) {
                await().until(() -> Files.size(file) > 0);
                Files.move(file, directory.resolve("access.log." + i));
                log.reopen();
                await().until(() -> Files.exists(file));
            }
            loop.join();
            assertThat(log.dropped()).isZero();
        }

        List<String> all = new ArrayList<>();
        for (String name : List.of("access.log.1", "access.log.2", "access.log.3", "access.log")) {
            all.addAll(lines(name));
        }
        assertThat(all).hasSize(lines);
        for (int i = 0; i < lines; i++) {
            assertThat(all.get(i))
                    .startsWith("{")
                    .contains("\"path\":\"/0/" + i + "\"")
                    .endsWith("}");
        }
        assertThat(said).isEmpty();
    }

    @Test
    void staysWithItsFileAndSaysSoWhenANewOneCannotBeOpened() throws Exception {
        Path file = directory.resolve("access.log");
        Path away = directory.resolve("access.log.1");
        try (AccessLog log = open("access.log")) {
            AccessLog.Lane lane = log.lane();
            Files.move(file, away);
            Files.createDirectory(file);
            log.reopen();
            await().until(() -> !said.isEmpty());
            lane.write(Exchanges.get("/still"));
        }

        assertThat(lines("access.log.1")).singleElement().asString().contains("/still");
        assertThat(said)
                .singleElement()
                .asString()
                .startsWith("access log: access.log cannot be opened again, lines go on into the");
    }

    @Test
    void beginsADeletedFileAnewWhenItHasBeenMissedTwice() throws Exception {
        AtomicLong nanos = new AtomicLong(1);
        Path file = directory.resolve("access.log");
        try (AccessLog log =
                AccessLog.open(
                        new Access("access.log", Format.JSON),
                        directory,
                        Clock.of(nanos::get, () -> 0),
                        said::add)) {
            AccessLog.Lane lane = log.lane();
            Files.delete(file);
            nanos.addAndGet(Duration.ofSeconds(10).toNanos());
            lane.write(Exchanges.get("/lost"));
            await().until(lane::written);
            nanos.addAndGet(Duration.ofSeconds(9).toNanos());
            lane.write(Exchanges.get("/lost"));
            await().until(lane::written);
            assertThat(file).doesNotExist();
            nanos.addAndGet(Duration.ofSeconds(1).toNanos());
            lane.write(Exchanges.get("/lost"));
            await().until(() -> Files.exists(file));
            lane.write(Exchanges.get("/found"));
        }

        assertThat(lines("access.log")).singleElement().asString().contains("/found");
        assertThat(said).containsExactly("access log: access.log was deleted; it is begun anew");
    }

    @Test
    void saysAtStartWhatIsWrongWithTheFile() {
        assertThatThrownBy(() -> open("missing/access.log"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "to: missing/access.log: the folder "
                                + directory.resolve("missing")
                                + " does not exist; make it first");
        assertThatThrownBy(() -> open("."))
                .hasMessage("to: . is a folder (expected: stdout, stderr or a file)");
    }

    @Test
    void countsLinesThatComeAfterItsEnd() throws IOException {
        AccessLog log = open("access.log");
        AccessLog.Lane lane = log.lane();
        log.close();

        lane.write(Exchanges.get("/late"));

        assertThat(log.dropped()).isEqualTo(1);
        assertThat(lines("access.log")).isEmpty();
    }

    private AccessLog open(String to) {
        return AccessLog.open(new Access(to, Format.JSON), directory, Clock.system(), said::add);
    }

    private List<String> lines(String file) throws IOException {
        return Files.readAllLines(directory.resolve(file));
    }

    private Path pipe() throws Exception {
        Path pipe = directory.resolve("pipe");
        Process made = new ProcessBuilder("mkfifo", pipe.toString()).start();
        assertThat(made.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(made.exitValue()).isZero();
        return pipe;
    }
}
