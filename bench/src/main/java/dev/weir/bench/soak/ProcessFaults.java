package dev.weir.bench.soak;

import dev.weir.bench.soak.Fault.Allowed;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;

/// What Weir's own process runs out of: rows 14 to 16 and 21.
final class ProcessFaults {
    private static final Path PORTS = Path.of("/proc/sys/net/ipv4/ip_local_port_range");
    private static final int SPARE_DESCRIPTORS = 10;
    private static final int GUESTS = 60;
    private static final int SLOW_READERS = 300;
    private static final int LONG_HEADS = 200;
    private static final long LONG_HEADS_AFTER_MILLIS = 1_500;
    private static final int LONG_HEAD_BYTES = 28 << 10;

    /// Fewer than the requests that want one.
    private static final String FEW_PORTS = "50000 50023";

    private static final int PORT_SEEKERS = 120;

    private ProcessFaults() {}

    static List<Fault> all() {
        return List.of(
                new Fault(
                        14,
                        "descriptors",
                        "Weir may open no more files (prlimit)",
                        ProcessFaults::descriptors,
                        Allowed.byWeir("work", 503).or(Allowed.byWeir("lies", 503))),
                new Fault(
                        15,
                        "memory",
                        "300 slow readers and 200 long heads against limits.memory",
                        ProcessFaults::memory,
                        Allowed.overloaded()),
                new Fault(
                        16,
                        "log-stall",
                        "nobody reads the access log's pipe, at 1,000 connections a second",
                        ProcessFaults::logStall,
                        Allowed.NOTHING));
    }

    /// Only for a process that has a network of its own.
    static Fault ports() {
        return new Fault(
                21,
                "ports",
                "24 local ports for 120 concurrent requests",
                ProcessFaults::fewPorts,
                Allowed.byWeir("lies", 503));
    }

    private static String descriptors(Stage stage, SplittableRandom random, long millis)
            throws Exception {
        WeirProcess weir = stage.weir();
        Visitors visitors = stage.visitors();
        String pid = Long.toString(weir.pid());
        String before =
                Commands.run("prlimit", "--pid", pid, "--nofile", "--raw", "--noheadings").strip();
        String[] words = before.split(" +", -1);
        String limits = words[words.length - 3] + ":" + words[words.length - 2];
        int few = Footprint.descriptors(weir.pid()) + SPARE_DESCRIPTORS;
        long said = weir.lines("cannot accept");
        long used = Footprint.processorMillis(weir.pid());
        Commands.run("prlimit", "--pid", pid, "--nofile=" + few + ":");
        Thread guests = Thread.ofVirtual().start(() -> guests(visitors));
        try {
            Thread.sleep(millis);
            used = Footprint.processorMillis(weir.pid()) - used;
        } finally {
            Commands.run("prlimit", "--pid", pid, "--nofile=" + limits);
        }
        guests.join();
        return "limit %d; said so %d times; %.0f %% of a core"
                .formatted(few, weir.lines("cannot accept") - said, 100.0 * used / millis);
    }

    private static void guests(Visitors visitors) {
        try {
            visitors.crowd(
                    GUESTS, 1, _ -> Ask.get(visitors.id("g"), Ask.Way.PLAIN, "/work/guest", 1000));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Readers first: their streams are slowed before memory is so short that requests are refused; heads then take it.
    private static String memory(Stage stage, SplittableRandom random, long millis)
            throws Exception {
        Visitors visitors = stage.visitors();
        AtomicLong refused = new AtomicLong();
        Thread readers = Thread.ofVirtual().start(() -> refused.set(slowReaders(visitors, millis)));
        Thread.sleep(LONG_HEADS_AFTER_MILLIS);
        List<Caller> heads = new ArrayList<>();
        try {
            for (int i = 0; i < LONG_HEADS; i++) {
                Caller caller = visitors.caller(1);
                heads.add(caller);
                longHead(caller);
            }
            readers.join();
        } finally {
            heads.forEach(Caller::close);
        }
        return refused + " of " + SLOW_READERS + " slow readers refused";
    }

    private static long slowReaders(Visitors visitors, long millis) {
        int bytes = 600_000;
        try {
            return visitors
                    .crowd(
                            SLOW_READERS,
                            (int) (bytes * 1000L / millis),
                            _ ->
                                    Ask.get(
                                            visitors.id("m"),
                                            Ask.Way.SLOW_READER,
                                            "/work/memory",
                                            bytes))
                    .stream()
                    .filter(Outcome::byWeir)
                    .count();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 0;
        }
    }

    /// A head that never ends; Weir may refuse or cut it at any byte.
    private static void longHead(Caller caller) {
        try {
            Socket socket = caller.connect(false);
            StringBuilder head = new StringBuilder("GET /work/head HTTP/1.1\r\nHost: soak\r\n");
            while (head.length() < LONG_HEAD_BYTES) {
                head.append("X-Long: ").append("x".repeat(1000)).append("\r\n");
            }
            socket.getOutputStream().write(Body.latin1(head.toString()));
        } catch (IOException e) {
            caller.close();
        }
    }

    private static String logStall(Stage stage, SplittableRandom random, long millis)
            throws Exception {
        long said = stage.weir().lines("access log: lines are dropped");
        stage.logReader().pause();
        String pace;
        try {
            // The lines of the ordinary traffic alone would not fill what holds them back.
            pace = ClientFaults.churn(stage, random, millis);
        } finally {
            stage.logReader().goOn();
        }
        said = stage.weir().lines("access log: lines are dropped") - said;
        return (said > 0 ? "lines were dropped, and Weir said so" : "no line was dropped")
                + "; "
                + pace;
    }

    private static String fewPorts(Stage stage, SplittableRandom random, long millis)
            throws Exception {
        Visitors visitors = stage.visitors();
        long down = stage.weir().lines("  down  ");
        // By lines: this file gives all of itself to the first read only.
        String before = Files.readAllLines(PORTS).getFirst();
        Files.writeString(PORTS, FEW_PORTS);
        List<Outcome> outcomes;
        try {
            outcomes =
                    visitors.crowd(
                            PORT_SEEKERS,
                            1,
                            _ ->
                                    Ask.get(visitors.id("e"), Ask.Way.PLAIN, "/lies/ports", 100)
                                            .withDelay((int) Math.min(millis, 3000)));
        } finally {
            Files.writeString(PORTS, before);
        }
        down = stage.weir().lines("  down  ") - down;
        if (down > 0) {
            visitors.object("out of local ports: Weir took " + down + " endpoints for down");
        }
        long failed = outcomes.stream().filter(Outcome::byWeir).count();
        return failed + " of " + PORT_SEEKERS + " refused";
    }
}
