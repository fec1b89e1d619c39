package dev.weir.simulator;

import dev.weir.exchange.Priority;
import dev.weir.service.ServiceConfig;
import dev.weir.simulator.Result.End;
import java.util.Arrays;
import java.util.function.LongConsumer;
import java.util.random.RandomGenerator;
import java.util.random.RandomGenerator.SplittableGenerator;
import java.util.random.RandomGeneratorFactory;
import org.jspecify.annotations.Nullable;

/// One run of one scenario with one policy, event by event on virtual time. The same seed gives the same result to the bit, and all
/// policies meet the same requests. Used once; confined to one thread.
final class Simulation {
    private final Result result;
    private final Timeline time = new Timeline();
    private final Endpoints endpoints;
    private final Gateway[] gateways;
    private final Arrivals arrivals;
    private final Checks checks;
    private final Calls calls = new Calls();
    private final Attempts attempts;
    private final Requests requests;
    private final PrioritiesConfig priorities;
    private final RandomGenerator importance;
    private final long endNanos;
    private final long most;
    private long came;
    private boolean lastCame;

    Simulation(Trial trial, Candidate candidate) {
        ScenarioConfig scenario = trial.scenario();
        this.most = trial.requests();
        this.endNanos = most > 0 ? Long.MAX_VALUE : scenario.lasts().toNanos();
        this.priorities = scenario.clients().priorities();
        ServiceConfig service = candidate.service();
        int count = service.endpoints().size();
        // Each part has chances of its own, so that what one of them does changes nothing for
        // others.
        SplittableGenerator root = random(scenario.seed());
        this.arrivals = trial.traffic().arrivals(root.split());
        SplittableGenerator machines = root.split();
        RandomGenerator ways = root.split();
        RandomGenerator waits = root.split();
        this.result = new Result(candidate.name(), count, scenario.lasts().toNanos());
        boolean asked = candidate.asksEndpoints();
        this.endpoints = new Endpoints(scenario, count, asked, time.events, machines);
        Balancing.Reports reports = new EndpointReports(endpoints, time::now);
        this.gateways = new Gateway[scenario.gateways()];
        Arrays.setAll(
                gateways,
                i ->
                        new Gateway(
                                i,
                                candidate,
                                scenario.loops(),
                                reports,
                                time.events,
                                root.split()));
        this.checks =
                new Checks(service, gateways, endpoints.conditions, time.events, root.split());
        this.importance = root.split();
        Run run = new Run(time, calls, result, scenario, candidate);
        this.attempts = new Attempts(run, endpoints, arrivals, ways);
        this.requests = new Requests(run, attempts, gateways, ways, waits);
        endpoints.announceFaults(time.events);
    }

    private static SplittableGenerator random(long seed) {
        return (SplittableGenerator) RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    }

    /// Runs until all requests are over.
    ///
    /// @param progress hears now and then how many nanoseconds, or requests if their number bounds the run, have gone by
    Result run(LongConsumer progress) {
        nextRequest();
        checks.begin();
        for (Gateway gateway : gateways) {
            tickAgain(gateway);
        }
        long round = 0;
        while (requests.over() < came || !lastCame) {
            next();
            if ((++round & 0xffff) == 0) {
                progress.accept(most > 0 ? came : Math.min(time.now(), endNanos));
            }
        }
        return result;
    }

    private void next() {
        switch (time.next()) {
            case EVENT -> happen(time.events.take());
            case DEADLINE -> requests.deadline(time.deadlines.take());
            case PATIENCE -> requests.clientLeaves(time.patience.take());
            case TRY -> requests.tryIsOver(time.tries.take());
        }
    }

    private void happen(int event) {
        int whom = Happening.whom(event);
        long now = time.now();
        switch (Happening.kind(event)) {
            case REQUEST -> request();
            case JOB_READY -> answered(attempts.ready(calls.job(whom)));
            case MACHINE_DUE -> answered(attempts.due(whom));
            case NEIGHBOURS -> ((SharedMachine) endpoints.machines[whom]).neighboursChange(now);
            case FAULT -> endpoints.faultsChange(now);
            case CHECK -> checks.check(whom, now);
            case CHECKED -> checks.checked(whom, now);
            case TICK -> {
                gateways[whom].tick(now);
                tickAgain(gateways[whom]);
            }
            case AGAIN -> requests.again(calls.call(whom));
            case HEDGE -> requests.hedge(calls.call(whom));
            case LINE -> gateways[whom].door.due(now);
            case TURN -> requests.turn(calls.call(whom));
        }
    }

    private void request() {
        came++;
        Call call = calls.take(gateways[0]);
        long work = arrivals.workNanos();
        long key = RequestHash.of(arrivals.key());
        Priority priority =
                priorities.none() ? Priority.NORMAL : priorities.of(importance.nextDouble());
        call.ask(time.now(), work, key, priority);
        call.repeated = 0;
        requests.come(call);
        nextRequest();
    }

    private void nextRequest() {
        long next = most > 0 && came >= most ? Long.MAX_VALUE : arrivals.next(time.now());
        if (next >= endNanos) {
            lastCame = true;
        } else {
            time.events.add(next, Happening.REQUEST.of(0));
        }
    }

    private void answered(@Nullable Try one) {
        if (one != null) {
            requests.ended(one, End.of(one.attempt.status()));
        }
    }

    private void tickAgain(Gateway gateway) {
        if (gateway.tickNanos() > 0) {
            time.events.add(time.now() + gateway.tickNanos(), Happening.TICK.of(gateway.place));
        }
    }
}
