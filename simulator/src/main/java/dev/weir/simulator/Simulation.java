package dev.weir.simulator;

import dev.weir.retry.RetryRules;
import dev.weir.service.Attempt;
import dev.weir.service.Endpoint;
import dev.weir.service.ServiceConfig;
import dev.weir.simulator.Result.End;
import java.util.Arrays;
import java.util.function.LongConsumer;
import java.util.random.RandomGenerator;
import java.util.random.RandomGenerator.SplittableGenerator;
import java.util.random.RandomGeneratorFactory;

/// One run of one scenario with one policy, event by event on virtual time. The same seed gives the same result to the bit, and all
/// policies meet the same requests. Used once; confined to one thread.
final class Simulation {
    /// How long it takes to learn that a connection is refused, or to get an error from an endpoint that does no work for it.
    private static final long AT_ONCE_NANOS = 1_000_000;

    private final ScenarioConfig scenario;
    private final Result result;
    private final EventQueue events = new EventQueue();

    /// Of the gateways, over all attempts.
    private final Deadlines deadlines = new Deadlines();

    /// Of the clients.
    private final Deadlines patience = new Deadlines();

    /// Of single attempts.
    private final Deadlines tries = new Deadlines();

    private final Faults faults;
    private final Condition[] conditions;
    private final Machine[] machines;
    private final Gateway[] gateways;
    private final Estimates estimates;
    private final Arrivals arrivals;
    private final Checks checks;
    private final RandomGenerator luck;
    private final RandomGenerator waits;
    private final long perTryNanos;
    private final long endNanos;
    private final long warmUpNanos;
    private final long timeoutNanos;

    /// 0 for clients that wait as long as the gateway does.
    private final long patienceNanos;

    private final long most;
    private final Calls calls = new Calls();
    private long nowNanos;
    private long came;
    private long over;
    private boolean lastCame;

    Simulation(Trial trial, Candidate candidate) {
        this.scenario = trial.scenario();
        this.most = trial.requests();
        ServiceConfig service = candidate.service();
        int endpoints = service.endpoints().size();
        SplittableGenerator root = random(scenario.seed());
        this.arrivals = trial.traffic().arrivals(root.split());
        SplittableGenerator machineLuck = root.split();
        this.luck = root.split();
        this.waits = root.split();
        this.perTryNanos = candidate.retry().perTryTimeout().map(t -> t.toNanos()).orElse(0L);
        this.endNanos = most > 0 ? Long.MAX_VALUE : scenario.lasts().toNanos();
        this.warmUpNanos = scenario.warmUp().toNanos();
        this.timeoutNanos = candidate.timeout().toNanos();
        this.patienceNanos = scenario.clients().patience().map(p -> p.toNanos()).orElse(0L);
        this.result = new Result(candidate.name(), endpoints, scenario.lasts().toNanos());
        this.faults = new Faults(scenario.faults(), endpoints);
        this.conditions = faults.conditions();
        this.machines = new Machine[endpoints];
        Arrays.setAll(
                machines, i -> Machine.of(scenario, i, events, conditions[i], machineLuck.split()));
        this.estimates = new Estimates(candidate.balancing() == Balancing.WEIR ? 0 : endpoints);
        this.gateways = new Gateway[scenario.gateways()];
        Balancing.Reports reports = new EndpointReports(machines, estimates, () -> nowNanos);
        Arrays.setAll(
                gateways,
                i -> new Gateway(i, candidate, scenario.loops(), reports, events, root.split()));
        this.checks = new Checks(service, gateways, conditions, events, root.split());
        faults.announce(events);
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
            again(gateway);
        }
        long round = 0;
        while (over < came || !lastCame) {
            next();
            if ((++round & 0xffff) == 0) {
                progress.accept(most > 0 ? came : Math.min(nowNanos, endNanos));
            }
        }
        return result;
    }

    /// What comes next happens. Of the same moment, first what was to happen then, and last what was to be over by then.
    private void next() {
        long next = events.time();
        long triesNanos = tries.time();
        if (deadlines.time() < next
                && deadlines.time() <= triesNanos
                && deadlines.time() <= patience.time()) {
            nowNanos = deadlines.time();
            deadline(deadlines.take());
        } else if (patience.time() < next && patience.time() <= triesNanos) {
            nowNanos = patience.time();
            clientLeaves(patience.take());
        } else if (triesNanos < next) {
            nowNanos = triesNanos;
            tryIsOver(tries.take());
        } else {
            nowNanos = next;
            happen(events.take());
        }
    }

    private void nextRequest() {
        long next = most > 0 && came >= most ? Long.MAX_VALUE : arrivals.next(nowNanos);
        if (next >= endNanos) {
            lastCame = true;
        } else {
            events.add(next, Happening.REQUEST.of(0));
        }
    }

    private void happen(int event) {
        int whom = Happening.whom(event);
        switch (Happening.kind(event)) {
            case REQUEST -> {
                came++;
                request(
                        calls.take(gateways[0]),
                        nowNanos,
                        arrivals.workNanos(),
                        RequestHash.of(arrivals.key()),
                        0);
                nextRequest();
            }
            case JOB_READY -> jobReady(calls.job(whom));
            case MACHINE_DUE -> {
                Job job = machines[whom].due(nowNanos);
                if (job != null) {
                    answered(job);
                }
            }
            case NEIGHBOURS -> ((SharedMachine) machines[whom]).neighboursChange(nowNanos);
            case FAULT -> faultsChange();
            case CHECK -> checks.check(whom, nowNanos);
            case CHECKED -> checks.checked(whom, nowNanos);
            case TICK -> tick(gateways[whom]);
            case AGAIN -> again(calls.call(whom));
            case LINE -> gateways[whom].door.due(nowNanos);
            case TURN -> turn(calls.call(whom));
        }
    }

    private void tick(Gateway gateway) {
        gateway.tick(nowNanos);
        again(gateway);
    }

    private void again(Gateway gateway) {
        if (gateway.tickNanos() > 0) {
            events.add(nowNanos + gateway.tickNanos(), Happening.TICK.of(gateway.place));
        }
    }

    private void faultsChange() {
        for (Machine machine : machines) {
            machine.conditionChanged(nowNanos);
        }
        faults.change(nowNanos);
        for (Machine machine : machines) {
            machine.conditionChanged(nowNanos);
        }
    }

    // ---- a request ----

    private void request(Call call, long beganNanos, long workNanos, long key, int repeated) {
        call.gateway = gateways.length == 1 ? gateways[0] : gateways[luck.nextInt(gateways.length)];
        call.loop = call.gateway.loops() == 1 ? 0 : luck.nextInt(call.gateway.loops());
        call.key = key;
        call.beganNanos = beganNanos;
        call.sentNanos = nowNanos;
        call.workNanos = workNanos;
        call.repeated = repeated;
        call.attempts = call.unsent = 0;
        if (patienceNanos > 0) {
            patience.add(nowNanos + patienceNanos, call.ticket());
        }
        call.gateway.door.enter(call, nowNanos);
        switch (call.stay) {
            case INSIDE -> forward(call);
            case OUTSIDE -> over(call, End.NO_PLACE);
            case WAITING, CALLED, SENT_AWAY -> {}
        }
    }

    /// A call that has waited at the door may go on, or may not. One that was over meanwhile has given back what it got.
    private void turn(Call call) {
        if (call.stay == Door.Stay.CALLED) {
            call.stay = Door.Stay.INSIDE;
            forward(call);
        } else if (call.stay == Door.Stay.SENT_AWAY) {
            over(call, End.NO_PLACE);
        }
    }

    private void forward(Call call) {
        call.forwardedNanos = nowNanos;
        deadlines.add(nowNanos + timeoutNanos, call.ticket());
        call.gateway.budget.request(nowNanos);
        Endpoint endpoint = call.gateway.pick(call.loop, call.key, call.tried, nowNanos);
        if (endpoint == null) {
            over(call, End.NO_PLACE);
        } else {
            attempt(call, endpoint);
        }
    }

    private void attempt(Call call, Endpoint endpoint) {
        int place = endpoint.position();
        call.tried.add(endpoint);
        call.attempts++;
        call.begun++;
        if (perTryNanos > 0) {
            tries.add(nowNanos + perTryNanos, call.attemptTicket());
        }
        call.trying = true;
        call.attempt.begin(endpoint, nowNanos);
        result.attempted(place, faults.ever(place), nowNanos, nowNanos >= warmUpNanos);
        Condition condition = conditions[place];
        if (condition.refuses) {
            job(call, place, 0, AT_ONCE_NANOS);
            return;
        }
        call.attempt.sent(nowNanos);
        if (condition.hangs) {
            return;
        }
        if (condition.fails > 0 && luck.nextDouble() < condition.fails) {
            job(call, place, 500, AT_ONCE_NANOS);
            return;
        }
        Job job = newJob(call, place, 200);
        if (!machines[place].take(job, nowNanos)) {
            calls.free(job);
            job(call, place, 503, AT_ONCE_NANOS);
        }
    }

    private Job newJob(Call call, int endpoint, int status) {
        Job job = calls.takeJob();
        job.call = call;
        job.endpoint = endpoint;
        job.workNanos = arrivals.workAt(endpoint, nowNanos, call.workNanos);
        job.status = status;
        job.atMachine = true;
        job.cameNanos = nowNanos;
        job.others = machines[endpoint].jobs();
        call.job = job;
        return job;
    }

    /// One that no machine works on.
    private void job(Call call, int endpoint, int status, long nanos) {
        Job job = newJob(call, endpoint, status);
        job.atMachine = false;
        events.add(nowNanos + nanos, Happening.JOB_READY.of(job.id));
    }

    private void jobReady(Job job) {
        if (job.atMachine) {
            machines[job.endpoint].ready(job, nowNanos);
        }
        answered(job);
    }

    private void answered(Job job) {
        Call call = job.call;
        int status = job.status;
        if (status == 200) {
            estimates.add(job.endpoint, job.others, nowNanos - job.cameNanos);
        }
        calls.free(job);
        if (call == null) {
            return;
        }
        Attempt attempt = call.attempt;
        if (status == 0) {
            attempt.judged(Attempt.Outcome.CONNECT_FAILED, nowNanos);
        } else {
            attempt.answered(status, nowNanos);
        }
        call.gateway.learn(call.loop, attempt);
        attempt.end();
        call.trying = false;
        ended(call, End.of(status));
    }

    /// An attempt is over: there will be another one, or none.
    private void ended(Call call, End end) {
        call.unsent += RetryRules.free(call.attempt) ? 1 : 0;
        if (end == End.GOOD || !mayRepeat(call)) {
            over(call, end);
        } else if (call.nextNanos == nowNanos) {
            again(call);
        } else {
            events.add(call.nextNanos, Happening.AGAIN.of(call.id));
        }
    }

    /// As [dev.weir.forward.Forward] decides it, with the same rules and budget.
    private boolean mayRepeat(Call call) {
        Gateway gateway = call.gateway;
        int sent = call.attempts - call.unsent;
        if (!gateway.retry.repeats(call.attempt, true, sent, call.unsent)) {
            return false;
        }
        boolean free = RetryRules.free(call.attempt);
        Endpoint chosen = gateway.pick(call.loop, call.key, call.tried, nowNanos);
        if (chosen == null && !free) {
            call.tried.clear();
            chosen = gateway.pick(call.loop, call.key, call.tried, nowNanos);
        }
        long wait = free ? 0 : gateway.retry.backoffNanos(call.attempts - 1, waits);
        if (chosen == null || nowNanos + wait >= call.forwardedNanos + timeoutNanos) {
            return false;
        }
        if (!free && !gateway.budget.withdraw(gateway.retry.budget(), nowNanos)) {
            return false;
        }
        settle(call);
        call.owesRetry = !free;
        call.next = chosen;
        call.nextNanos = nowNanos + wait;
        return true;
    }

    private void again(Call call) {
        Endpoint chosen = call.next;
        if (chosen != null && call.nextNanos == nowNanos) {
            call.next = null;
            attempt(call, chosen);
        }
    }

    private static void settle(Call call) {
        if (call.owesRetry) {
            call.owesRetry = false;
            call.gateway.budget.over();
        }
    }

    /// An attempt has had its time.
    private void tryIsOver(long ticket) {
        Call call = calls.call((int) (ticket >>> 32));
        if (call.attemptTicket() == ticket && call.trying) {
            giveUp(call, Attempt.Outcome.TIMED_OUT);
            ended(call, End.TOO_LATE);
        }
    }

    private void deadline(long ticket) {
        Call call = calls.call((int) (ticket >>> 32));
        if (call.ticket() == ticket) {
            if (call.trying) {
                giveUp(call, Attempt.Outcome.TIMED_OUT);
            }
            over(call, End.TOO_LATE);
        }
    }

    private void clientLeaves(long ticket) {
        Call call = calls.call((int) (ticket >>> 32));
        if (call.ticket() == ticket) {
            if (call.trying) {
                giveUp(call, Attempt.Outcome.CANCELLED);
            }
            gone(call, End.TOO_LATE);
        }
    }

    /// Nobody waits for the attempt any more.
    private void giveUp(Call call, Attempt.Outcome outcome) {
        Job job = call.job;
        if (job != null) {
            boolean let = job.atMachine && machines[job.endpoint].forget(job, nowNanos);
            job.call = null;
            call.job = null;
            if (let) {
                calls.free(job);
            }
        }
        call.attempt.judged(outcome, nowNanos);
        call.gateway.learn(call.loop, call.attempt);
        call.attempt.end();
        call.trying = false;
    }

    private void over(Call call, End end) {
        call.gateway.door.answered(call, end.status, nowNanos);
        gone(call, end);
    }

    /// Over, with an answer or without anybody to get one.
    private void gone(Call call, End end) {
        call.gateway.door.leave(call, nowNanos);
        boolean again = end != End.GOOD && call.repeated < scenario.clients().repeats();
        long began = call.beganNanos;
        long work = call.workNanos;
        long key = call.key;
        int repeated = call.repeated;
        settle(call);
        call.next = null;
        call.use++;
        call.tried.clear();
        calls.free(call);
        if (again) {
            request(calls.take(gateways[0]), began, work, key, repeated + 1);
        } else {
            over++;
            result.ended(end, began, nowNanos - began, began >= warmUpNanos);
        }
    }
}
