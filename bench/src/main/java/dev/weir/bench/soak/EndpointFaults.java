package dev.weir.bench.soak;

import dev.weir.bench.soak.Fault.Allowed;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// What endpoints do: rows 1 to 8 and 25.
final class EndpointFaults {
    /// Three bad checks, a second and a fifth apart at most, and one to spare.
    private static final long DOWN_MILLIS = 5_000;

    private static final int PROBES = 20;

    private EndpointFaults() {}

    static List<Fault> all() {
        return List.of(
                new Fault(
                        1,
                        "kill",
                        "SIGKILL to one endpoint, started again later",
                        EndpointFaults::kill,
                        Allowed.cut("work").or(Allowed.byWeirOnce("work", 502))),
                new Fault(
                        2,
                        "reset",
                        "an endpoint resets on accept, on reuse, or in the head of its answer",
                        EndpointFaults::reset,
                        Allowed.byWeirOnce("lies", 502)),
                new Fault(
                        3,
                        "half-open",
                        "an endpoint and clients end one direction, then reset",
                        EndpointFaults::halfOpen,
                        Allowed.cut("lies")),
                new Fault(
                        4,
                        "freeze",
                        "SIGSTOP to one endpoint, then SIGCONT",
                        EndpointFaults::freeze,
                        Allowed.byWeir("work", 504).or(Allowed.cut("work"))),
                new Fault(
                        5,
                        "slow",
                        "an endpoint answers two seconds late",
                        (stage, random, millis) -> slow(stage, random, millis),
                        Allowed.NOTHING),
                new Fault(
                        6,
                        "drip",
                        "an endpoint sends little by little, then cuts half of its answers",
                        EndpointFaults::drip,
                        Allowed.cut("lies")),
                new Fault(
                        7,
                        "flap",
                        "the health of an endpoint flaps, while it answers requests",
                        EndpointFaults::flap,
                        Allowed.NOTHING),
                new Fault(
                        8,
                        "all-down",
                        "all endpoints of a service are killed, or say that they are ill",
                        EndpointFaults::allDown,
                        Allowed.byWeir("work", 502)
                                .or(Allowed.byWeir("work", 503))
                                .or(Allowed.cut("work"))),
                new Fault(
                        25,
                        "busy",
                        "endpoints answer 503 to three requests of ten",
                        EndpointFaults::busy,
                        (ask, outcome) ->
                                ask.service().equals("lies")
                                        && outcome.status() == 503
                                        && !outcome.byWeir()));
    }

    private static <T> T one(List<T> all, SplittableRandom random) {
        return all.get(random.nextInt(all.size()));
    }

    private static String kill(Stage stage, SplittableRandom random, long millis) throws Exception {
        ChildEndpoint victim = one(stage.children(), random);
        victim.kill();
        Thread.sleep(Math.max(millis, DOWN_MILLIS));
        stage.history().gone(victim.name(), System.nanoTime());
        victim.revive();
        return victim.name();
    }

    private static String reset(Stage stage, SplittableRandom random, long millis)
            throws Exception {
        Conduct conduct =
                one(
                        List.of(
                                Conduct.RESET_ON_ACCEPT,
                                Conduct.RESET_ON_REUSE,
                                Conduct.RESET_IN_HEAD),
                        random);
        return misbehave(one(stage.liars(), random), conduct, millis);
    }

    private static String halfOpen(Stage stage, SplittableRandom random, long millis)
            throws Exception {
        Visitors visitors = stage.visitors();
        EndpointServer liar = one(stage.liars(), random);
        liar.conduct(Conduct.HALF_OPEN);
        visitors.crowd(
                40,
                1,
                _ ->
                        new Ask(
                                visitors.id("h"),
                                Ask.Way.HALF_CLOSE,
                                "POST",
                                "/work/half",
                                9_000,
                                false,
                                100,
                                false,
                                0));
        Thread.sleep(millis);
        liar.conduct(Conduct.HONEST);
        return liar.name() + ", 40 clients";
    }

    private static String freeze(Stage stage, SplittableRandom random, long millis)
            throws Exception {
        ChildEndpoint victim = one(stage.children(), random);
        victim.freeze();
        Thread.sleep(millis);
        victim.thaw();
        return victim.name();
    }

    private static String slow(Stage stage, SplittableRandom random, long millis) throws Exception {
        EndpointServer liar = one(stage.liars(), random);
        long mine = liar.requests();
        long all = stage.liars().stream().mapToLong(EndpointServer::requests).sum();
        misbehave(liar, Conduct.SLOW, millis);
        mine = liar.requests() - mine;
        all = stage.liars().stream().mapToLong(EndpointServer::requests).sum() - all;
        return liar.name() + " got %.0f %% of its service's requests".formatted(100.0 * mine / all);
    }

    private static String drip(Stage stage, SplittableRandom random, long millis) throws Exception {
        EndpointServer liar = one(stage.liars(), random);
        liar.conduct(Conduct.DRIP);
        Thread.sleep(millis / 2);
        return misbehave(liar, Conduct.CUT, millis / 2);
    }

    /// Each second, which the thresholds must bear, or so slowly that the endpoint must go down and come up.
    private static String flap(Stage stage, SplittableRandom random, long millis) throws Exception {
        ChildEndpoint victim = one(stage.children(), random);
        long period = random.nextBoolean() ? 1000 : DOWN_MILLIS;
        long end = System.nanoTime() + Math.max(millis, DOWN_MILLIS) * 1_000_000;
        boolean healthy = false;
        while (System.nanoTime() < end) {
            victim.healthy(healthy);
            healthy = !healthy;
            Thread.sleep(period);
        }
        victim.healthy(true);
        return victim.name() + " every " + period + " ms";
    }

    private static String allDown(Stage stage, SplittableRandom random, long millis)
            throws Exception {
        boolean kill = random.nextBoolean();
        for (ChildEndpoint child : stage.children()) {
            if (kill) {
                child.kill();
            } else {
                child.healthy(false);
            }
        }
        Thread.sleep(Math.max(millis, DOWN_MILLIS));
        String median = probe(stage);
        for (ChildEndpoint child : stage.children()) {
            if (kill) {
                stage.history().gone(child.name(), System.nanoTime());
                child.revive();
            } else {
                child.healthy(true);
            }
        }
        return (kill ? "killed; " : "ill; ") + median;
    }

    private static String probe(Stage stage) {
        Visitors visitors = stage.visitors();
        List<Double> millis = new ArrayList<>();
        try (Caller caller = visitors.caller(1)) {
            for (int i = 0; i < PROBES; i++) {
                Ask ask = Ask.get(visitors.id("p"), Ask.Way.PLAIN, "/work/probe", 10);
                Outcome seen = visitors.visit(caller, List.of(ask)).getFirst();
                millis.add(seen.millis());
                if (seen.status() != 503 || !seen.answer().retryAfter()) {
                    visitors.object("with all endpoints down: " + seen + ", not 503 + Retry-After");
                }
            }
        }
        millis.sort(Double::compare);
        return "503 in %.1f ms (median of %d)".formatted(millis.get(PROBES / 2), PROBES);
    }

    private static String busy(Stage stage, SplittableRandom random, long millis) throws Exception {
        stage.liars().forEach(liar -> liar.conduct(Conduct.BUSY));
        Thread.sleep(millis);
        stage.liars().forEach(liar -> liar.conduct(Conduct.HONEST));
        return "";
    }

    private static String misbehave(EndpointServer liar, Conduct conduct, long millis)
            throws InterruptedException {
        liar.conduct(conduct);
        Thread.sleep(millis);
        liar.conduct(Conduct.HONEST);
        return liar.name() + " " + conduct;
    }
}
