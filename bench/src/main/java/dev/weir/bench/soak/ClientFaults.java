package dev.weir.bench.soak;

import dev.weir.bench.soak.Fault.Allowed;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/// What clients do: rows 19, 20 and 22 to 24.
final class ClientFaults {
    private static final long GIGABYTE = 1L << 30;
    private static final int SLOW_READERS = 100;
    private static final int SLOW_WRITERS = 60;
    private static final int CHURNERS = 4;
    private static final long CHURN_MILLIS = 4;

    private ClientFaults() {}

    static List<Fault> all() {
        return List.of(
                new Fault(
                        19,
                        "idle",
                        "2,000 idle connections (10,000 in a run of 20 minutes or more)",
                        ClientFaults::idle,
                        Allowed.NOTHING),
                new Fault(
                        20,
                        "churn",
                        "a connection per request, 1,000 a second",
                        ClientFaults::churn,
                        Allowed.NOTHING),
                new Fault(22, "big", "1 GiB up and 1 GiB down", ClientFaults::big, Allowed.NOTHING),
                new Fault(
                        23,
                        "slow-readers",
                        "100 slow readers of large answers",
                        ClientFaults::slowReaders,
                        Allowed.NOTHING),
                new Fault(
                        24,
                        "slow-writers",
                        "60 slow writers, of which every third stops for good",
                        ClientFaults::slowWriters,
                        Allowed.NOTHING));
    }

    private static String idle(Stage stage, SplittableRandom random, long millis) throws Exception {
        Visitors visitors = stage.visitors();
        int size = stage.full() ? 10_000 : 2_000;
        List<Caller> callers = new ArrayList<>();
        try {
            for (int i = 0; i < size; i++) {
                Caller caller = visitors.caller(1);
                callers.add(caller);
                Ask ask = Ask.get(visitors.id("i"), Ask.Way.PLAIN, "/work/idle", 10);
                visitors.visit(caller, List.of(ask));
            }
            Thread.sleep(millis);
        } finally {
            callers.forEach(Caller::close);
        }
        return size + " connections";
    }

    static String churn(Stage stage, SplittableRandom random, long millis) throws Exception {
        AtomicLong made = new AtomicLong();
        long began = System.nanoTime();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < CHURNERS; i++) {
            threads.add(
                    Thread.ofVirtual().start(() -> churn(stage.visitors(), began, millis, made)));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        double seconds = (System.nanoTime() - began) / 1e9;
        return "%.0f connections/s".formatted(made.get() / seconds);
    }

    private static void churn(Visitors visitors, long beganNanos, long millis, AtomicLong made) {
        long due = beganNanos;
        long end = beganNanos + millis * 1_000_000;
        while (due < end) {
            LockSupport.parkNanos(due - System.nanoTime());
            due = Math.max(due + CHURN_MILLIS * 1_000_000, System.nanoTime());
            try (Caller caller = visitors.caller(1)) {
                Ask ask = Ask.get(visitors.id("c"), Ask.Way.CLOSE, "/work/churn", 100);
                visitors.visit(caller, List.of(ask));
            }
            made.incrementAndGet();
        }
    }

    private static String big(Stage stage, SplittableRandom random, long millis) {
        Visitors visitors = stage.visitors();
        boolean up = random.nextBoolean();
        boolean down = random.nextBoolean();
        Ask upload =
                new Ask(
                        visitors.id("u"),
                        Ask.Way.PLAIN,
                        "POST",
                        "/work/up",
                        GIGABYTE,
                        up,
                        10,
                        false,
                        0);
        Ask download =
                new Ask(
                        visitors.id("d"),
                        Ask.Way.PLAIN,
                        "GET",
                        "/work/down",
                        -1,
                        false,
                        GIGABYTE,
                        down,
                        0);
        try (Caller caller = visitors.caller(1)) {
            Outcome sent = visitors.visit(caller, List.of(upload)).getFirst();
            Outcome got = visitors.visit(caller, List.of(download)).getFirst();
            return "up %s in %.1f s, down %s in %.1f s"
                    .formatted(
                            up ? "chunked" : "with a length",
                            sent.millis() / 1000,
                            down ? "chunked" : "with a length",
                            got.millis() / 1000);
        }
    }

    private static String slowReaders(Stage stage, SplittableRandom random, long millis)
            throws Exception {
        Visitors visitors = stage.visitors();
        int bytes = 600_000;
        visitors.crowd(
                SLOW_READERS,
                (int) (bytes * 1000L / millis),
                _ -> Ask.get(visitors.id("r"), Ask.Way.SLOW_READER, "/lies/slowly", bytes));
        return "";
    }

    private static String slowWriters(Stage stage, SplittableRandom random, long millis)
            throws Exception {
        Visitors visitors = stage.visitors();
        // 750 bytes a second in the longest fault: Weir wants 4 KiB in six seconds.
        int bytes = 6_000;
        visitors.crowd(
                SLOW_WRITERS,
                (int) (bytes * 1000L / millis),
                i ->
                        new Ask(
                                visitors.id("w"),
                                i % 3 == 0 ? Ask.Way.STALLED : Ask.Way.SLOW_WRITER,
                                "POST",
                                "/work/slowly",
                                bytes,
                                false,
                                100,
                                false,
                                0));
        return "";
    }
}
