package dev.weir.bench.soak;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/// The program behind `bench/soak`: starts Weir and endpoints, warms up, measures a baseline, drives mixed traffic and
/// injects one fault after the other, measures again, and writes the report. Exit code 1 if an invariant was broken
/// or a request failed that no fault explains. One thread does all of this in order; a second one samples memory.
public final class Soak {
    /// Of a quiet moment, all clients together.
    private static final int REQUESTS_PER_SECOND = 300;

    private static final long WARM_UP_MILLIS = 25_000;

    /// Idle connections are closed by then: 5 s by Weir's configuration, 15 s for clients.
    private static final long QUIET_MILLIS = 7_000;

    private static final long MOST_QUIET_MILLIS = 30_000;
    private static final long SAMPLE_MILLIS = 5_000;
    private static final long IDLE_CPU_MILLIS = 3_000;

    /// Of a core, with nothing to do.
    private static final double MOST_IDLE_CPU_PERCENT = 2;

    /// Over the second half of a full run.
    private static final double MOST_MEBIBYTES_PER_MINUTE = 1;

    /// Of a core, over the second half of a full run: what is left behind and looked at ever again.
    private static final double MOST_PERCENT_PER_MINUTE = 0.5;

    private final SoakOptions options;
    private final Setting setting;
    private final Ledger ledger;
    private final Traffic traffic;
    private final Stage stage;
    private final Slope resident = new Slope();

    /// In percent of a core.
    private final Slope processor = new Slope();

    private final List<String> objections = new ArrayList<>();
    private final long began = System.nanoTime();
    private int told;

    private Soak(SoakOptions options, Setting setting) {
        this.options = options;
        this.setting = setting;
        this.ledger = new Ledger();
        Visitors visitors = new Visitors(setting.weir().address(), setting.history(), ledger);
        this.traffic =
                new Traffic(visitors, new SplittableRandom(options.seed()), REQUESTS_PER_SECOND);
        this.stage =
                new Stage(
                        setting.weir(),
                        setting.children(),
                        setting.liars(),
                        visitors,
                        setting.history(),
                        setting.logReader(),
                        options.full());
    }

    /// @param arguments those of `bench/soak`, and what the script adds
    public static void main(String[] arguments) throws Exception {
        SoakOptions options;
        List<Fault> faults;
        try {
            options = SoakOptions.parse(arguments);
            faults = options.chosen();
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage() + "\nsee bench/soak --help");
            System.exit(2);
            return;
        }
        System.exit(run(options, faults) ? 0 : 1);
    }

    private static boolean run(SoakOptions options, List<Fault> faults) throws Exception {
        String date =
                DateTimeFormatter.ofPattern("yyyyMMdd-HHmm")
                        .withZone(ZoneOffset.UTC)
                        .format(Instant.now());
        Path folder = options.root().resolve("target/soak/" + date);
        Files.createDirectories(folder);
        System.out.println(options.command());
        try (Setting setting = Setting.start(options.root(), folder)) {
            Runtime.getRuntime().addShutdownHook(new Thread(setting::close));
            Soak soak = new Soak(options, setting);
            Report report = soak.measure(new Schedule(options.seed(), faults));
            report.print(System.out);
            Path page = options.root().resolve("bench/results/soak-" + date + ".md");
            Files.writeString(page, report.page(date));
            System.out.println("written: " + options.root().relativize(page));
            return report.passed();
        }
    }

    private Report measure(Schedule schedule) throws Exception {
        say("warming up");
        traffic.start();
        Thread.sleep(WARM_UP_MILLIS);
        traffic.stop();
        Footprint baseline = quietFootprint();
        say("baseline: " + baseline);
        Thread sampler = Thread.ofVirtual().start(this::sample);
        traffic.start();
        faults(schedule);
        traffic.stop();
        sampler.interrupt();
        sampler.join();
        Footprint end = quietFootprint();
        say("end: " + end);
        double idle = idlePercent();
        setting.history().settle(Long.MAX_VALUE);
        int exit = setting.weir().stop();
        judge(baseline, end, idle, exit);
        GcPauses pauses = GcPauses.read(setting.gcLog());
        return new Report(
                options,
                setting,
                ledger,
                objections,
                new Report.Memory(baseline, end, resident, processor, pauses, idle, exit));
    }

    private void faults(Schedule schedule) throws Exception {
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(options.minutes());
        long settle = TimeUnit.NANOSECONDS.toMillis(Ledger.SETTLE_NANOS) + 1000;
        while (System.nanoTime() < end) {
            Schedule.Planned planned = schedule.next();
            Fault fault = planned.fault();
            ledger.begins(fault);
            String remark = go(planned);
            ledger.ends(remark);
            say("%d %s: %s".formatted(fault.row(), fault.name(), remark));
            Thread.sleep(settle);
            setting.history().settle(System.nanoTime() - History.SETTLED_NANOS);
            if (!setting.weir().alive()) {
                objections.add("Weir ended by itself");
                return;
            }
        }
    }

    private String go(Schedule.Planned planned) throws InterruptedException {
        try {
            return planned.fault().act().go(stage, planned.random(), planned.millis());
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            objections.add(planned.fault().name() + " could not be done: " + e);
            return "failed: " + e;
        }
    }

    private void sample() {
        try {
            long pid = setting.weir().pid();
            long nanos = System.nanoTime();
            long used = Footprint.processorMillis(pid);
            while (true) {
                Thread.sleep(SAMPLE_MILLIS);
                long now = System.nanoTime();
                long usedNow = Footprint.processorMillis(pid);
                double minutes = (now - began) / 60e9;
                resident.add(minutes, Footprint.residentKib(pid) / 1024.0);
                processor.add(minutes, 100e6 * (usedNow - used) / (now - nanos));
                nanos = now;
                used = usedNow;
            }
        } catch (InterruptedException | IOException e) {
            // The load is over, or Weir is.
        }
    }

    /// Waits until idle connections are closed: the number of descriptors stands still.
    private Footprint quietFootprint() throws Exception {
        long pid = setting.weir().pid();
        long quietSince = System.nanoTime();
        long patience = System.nanoTime() + MOST_QUIET_MILLIS * 1_000_000;
        int before = -1;
        while (System.nanoTime() < patience
                && System.nanoTime() - quietSince < QUIET_MILLIS * 1_000_000) {
            int now = Footprint.descriptors(pid);
            // A health check opens one or two for a moment.
            if (Math.abs(now - before) > 2) {
                quietSince = System.nanoTime();
                before = now;
            }
            Thread.sleep(200);
        }
        return Footprint.of(setting.weir());
    }

    private double idlePercent() throws Exception {
        long pid = setting.weir().pid();
        long before = Footprint.processorMillis(pid);
        Thread.sleep(IDLE_CPU_MILLIS);
        return 100.0 * (Footprint.processorMillis(pid) - before) / IDLE_CPU_MILLIS;
    }

    private void judge(Footprint baseline, Footprint end, double idle, int exit) {
        objections.addAll(end.beyond(baseline));
        List<String> wrong = setting.weir().wrongLines();
        wrong.stream().limit(20).forEach(line -> objections.add("in Weir's log: " + line));
        if (idle > MOST_IDLE_CPU_PERCENT) {
            objections.add("%.1f %% of a core with nothing to do".formatted(idle));
        }
        if (exit != 0) {
            objections.add("Weir's exit code was " + exit + " when it was stopped in order");
        }
        if (options.full() && resident.perMinute() > MOST_MEBIBYTES_PER_MINUTE) {
            double slope = resident.perMinute();
            objections.add("resident memory grows by %.1f MiB a minute".formatted(slope));
        }
        if (options.full() && processor.perMinute() > MOST_PERCENT_PER_MINUTE) {
            objections.add(
                    "the same load takes %.2f %% of a core more each minute"
                            .formatted(processor.perMinute()));
        }
        if (setting.history().pending() > 0) {
            objections.add(setting.history().pending() + " requests never came to an end");
        }
    }

    private void say(String line) {
        System.out.printf(
                "%6.1f s  %s  (%d requests, %d unexpected, %d broken)%n",
                (System.nanoTime() - began) / 1e9,
                line,
                ledger.requests(),
                ledger.unexpectedCount(),
                setting.history().broken());
        List<String> unexpected = ledger.unexpected();
        unexpected.stream().skip(told).forEach(what -> System.out.println("          " + what));
        told = unexpected.size();
    }
}
