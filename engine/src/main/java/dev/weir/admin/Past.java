package dev.weir.admin;

import dev.weir.metrics.Tallies;
import dev.weir.metrics.Tally;
import dev.weir.runtime.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The figures of the last seconds, and the last 15 minutes of them, so that who opens the dashboard sees what was. Reads the counters
/// once a second on a virtual thread, and costs loops nothing. Thread-safe.
///
/// Of a large configuration it keeps the total and the first [#MOST] of each kind: the past of ten thousand routes would be
/// hundreds of megabytes that nobody looks at.
final class Past implements AutoCloseable {
    private static final Duration EVERY = Duration.ofSeconds(1);

    /// Figures are those of so many readings: fewer requests than a hundred say nothing of 99 of 100.
    private static final int WINDOW = 5;

    private static final int STEPS = 180;
    private static final int MOST = 200;
    private static final int MOST_FLOWS = 60;

    private final Supplier<Tallies> source;
    private final Clock clock;
    private final Deque<Reading> window = new ArrayDeque<>();
    private final Map<String, Deque<Figures>> kept = new LinkedHashMap<>();
    private Traffic now = new Traffic(0, Figures.NONE, Map.of(), Map.of(), List.of());
    private long readings;
    private volatile @Nullable Thread reader;

    private record Reading(long atNanos, Tallies tallies) {}

    Past(Supplier<Tallies> source, Clock clock) {
        this.source = source;
        this.clock = clock;
    }

    /// Begins to read.
    void begin() {
        Thread begins =
                Thread.ofVirtual().name("weir-admin-past").unstarted(this::readAgainAndAgain);
        // Known before it looks whether it is still wanted.
        reader = begins;
        begins.start();
    }

    /// Reads no more.
    @Override
    public void close() {
        Thread was = reader;
        reader = null;
        LockSupport.unpark(was);
    }

    private void readAgainAndAgain() {
        long next = clock.nanos() + EVERY.toNanos();
        while (reader == Thread.currentThread()) {
            long now = clock.nanos();
            if (now - next >= 0) {
                next = now + EVERY.toNanos();
                read(now, source.get());
            }
            LockSupport.parkNanos(this, next - clock.nanos());
        }
    }

    synchronized Traffic traffic() {
        return now;
    }

    synchronized Traffic.History history() {
        Map<String, Traffic.Series> series = new LinkedHashMap<>();
        kept.forEach((name, all) -> series.put(name, series(List.copyOf(all))));
        return new Traffic.History(WINDOW * EVERY.toMillis(), series);
    }

    private static Traffic.Series series(List<Figures> all) {
        List<@Nullable Double> p50 = new ArrayList<>();
        List<@Nullable Double> p99 = new ArrayList<>();
        for (Figures one : all) {
            p50.add(one.p50().orElse(null));
            p99.add(one.p99().orElse(null));
        }
        return new Traffic.Series(
                all.stream().map(Figures::rate).toList(),
                all.stream().map(Figures::errors).toList(),
                p50,
                p99);
    }

    /// One reading of the counters.
    synchronized void read(long atNanos, Tallies tallies) {
        window.addLast(new Reading(atNanos, tallies));
        if (window.size() < 2) {
            return;
        }
        if (window.size() > WINDOW + 1) {
            window.removeFirst();
        }
        Reading before = window.getFirst();
        readings++;
        now = traffic(before.tallies, tallies, (atNanos - before.atNanos) / 1e9);
        if (readings % WINDOW == 0) {
            keep();
        }
    }

    // ---- figures ----

    private Traffic traffic(Tallies before, Tallies after, double seconds) {
        Map<String, Figures> routes = new LinkedHashMap<>();
        Tally total = new Tally();
        after.routes()
                .forEach(
                        (name, tally) -> {
                            Tally between = between(before.routes().get(name), tally);
                            total.add(between);
                            if (routes.size() < MOST) {
                                routes.put(name, Figures.of(between, seconds));
                            }
                        });
        Map<String, Traffic.ServiceFigures> services = new LinkedHashMap<>();
        after.services()
                .forEach(
                        (name, endpoints) -> {
                            if (services.size() < MOST) {
                                services.put(
                                        name,
                                        service(
                                                before.services().getOrDefault(name, Map.of()),
                                                endpoints,
                                                refused(name, before, after),
                                                seconds));
                            }
                        });
        return new Traffic(
                readings / WINDOW,
                Figures.of(total, seconds),
                routes,
                services,
                flows(before, after, seconds));
    }

    private static Tally between(@Nullable Tally before, Tally after) {
        return before == null ? after : after.since(before);
    }

    private static long refused(String service, Tallies before, Tallies after) {
        return after.retriesRefused().getOrDefault(service, 0L)
                - before.retriesRefused().getOrDefault(service, 0L);
    }

    private static Traffic.ServiceFigures service(
            Map<String, Tally> before, Map<String, Tally> after, long refused, double seconds) {
        Tally all = new Tally();
        Map<String, Figures> endpoints = new LinkedHashMap<>();
        after.forEach(
                (name, tally) -> {
                    Tally between = between(before.get(name), tally);
                    all.add(between);
                    if (endpoints.size() < MOST) {
                        endpoints.put(name, Figures.of(between, seconds));
                    }
                });
        return new Traffic.ServiceFigures(
                Figures.of(all, seconds), endpoints, Figures.rounded(refused / seconds));
    }

    private static List<Traffic.FlowFigures> flows(Tallies before, Tallies after, double seconds) {
        List<Traffic.FlowFigures> flows = new ArrayList<>();
        after.flows()
                .forEach(
                        (flow, count) -> {
                            Tallies.FlowCount was =
                                    before.flows().getOrDefault(flow, new Tallies.FlowCount(0, 0));
                            long number = count.count() - was.count();
                            if (number > 0) {
                                flows.add(
                                        new Traffic.FlowFigures(
                                                flow.listener(),
                                                flow.route(),
                                                flow.service(),
                                                Figures.rounded(number / seconds),
                                                Figures.rounded(
                                                        (double) (count.failed() - was.failed())
                                                                / number)));
                            }
                        });
        flows.sort(Comparator.comparingDouble(Traffic.FlowFigures::rate).reversed());
        return flows.subList(0, Math.min(MOST_FLOWS, flows.size()));
    }

    // ---- the past ----

    private void keep() {
        Map<String, Figures> all = new LinkedHashMap<>();
        all.put("", now.total());
        now.routes().forEach((name, figures) -> all.put("route/" + name, figures));
        now.services()
                .forEach(
                        (name, service) -> {
                            all.put("service/" + name, service.all());
                            service.endpoints()
                                    .forEach(
                                            (endpoint, figures) ->
                                                    all.put(
                                                            "endpoint/" + name + "/" + endpoint,
                                                            figures));
                        });
        kept.keySet().retainAll(all.keySet());
        all.forEach(
                (name, figures) -> {
                    Deque<Figures> values = kept.computeIfAbsent(name, _ -> new ArrayDeque<>());
                    values.addLast(figures);
                    if (values.size() > STEPS) {
                        values.removeFirst();
                    }
                });
    }
}
