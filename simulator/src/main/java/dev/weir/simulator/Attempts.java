package dev.weir.simulator;

import dev.weir.service.Attempt;
import dev.weir.service.Endpoint;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Single attempts at endpoints, from the first byte sent to the answer, and what machines do for them. Confined to one thread.
final class Attempts {
    /// How long it takes to learn that a connection is refused, or to get an error from an endpoint that does no work for it.
    private static final long AT_ONCE_NANOS = 1_000_000;

    private final Timeline time;
    private final Calls calls;
    private final Endpoints endpoints;
    private final Arrivals arrivals;
    private final Result result;
    private final RandomGenerator luck;

    /// 0 for any.
    private final long perTryNanos;

    private final long warmUpNanos;

    Attempts(Run run, Endpoints endpoints, Arrivals arrivals, RandomGenerator luck) {
        this.time = run.time();
        this.calls = run.calls();
        this.result = run.result();
        this.endpoints = endpoints;
        this.arrivals = arrivals;
        this.luck = luck;
        this.perTryNanos = run.candidate().retry().perTryTimeout().map(t -> t.toNanos()).orElse(0L);
        this.warmUpNanos = run.scenario().warmUp().toNanos();
    }

    void begin(Try one, Endpoint endpoint) {
        long now = time.now();
        int place = endpoint.position();
        Call call = one.call;
        call.tried.add(endpoint);
        call.attempts++;
        one.begins();
        if (perTryNanos > 0) {
            time.tries.add(now + perTryNanos, one.ticket());
        }
        one.attempt.begin(endpoint, now);
        result.attempted(place, endpoints.everFaulty(place), now, now >= warmUpNanos);
        Condition condition = endpoints.conditions[place];
        if (condition.refuses) {
            answerLater(one, place, 0);
            return;
        }
        one.attempt.sent(now);
        if (condition.hangs) {
            return;
        }
        if (condition.fails > 0 && luck.nextDouble() < condition.fails) {
            answerLater(one, place, 500);
            return;
        }
        Job job = newJob(one, place, 200);
        if (!endpoints.machines[place].take(job, now)) {
            calls.free(job);
            answerLater(one, place, 503);
        }
    }

    private Job newJob(Try one, int endpoint, int status) {
        Job job = calls.takeJob();
        job.whose = one;
        job.endpoint = endpoint;
        job.workNanos = arrivals.workAt(endpoint, time.now(), one.call.workNanos);
        job.status = status;
        job.atMachine = true;
        job.cameNanos = time.now();
        job.others = endpoints.machines[endpoint].jobs();
        one.job = job;
        return job;
    }

    /// An answer that no machine works on.
    private void answerLater(Try one, int endpoint, int status) {
        Job job = newJob(one, endpoint, status);
        job.atMachine = false;
        time.events.add(time.now() + AT_ONCE_NANOS, Happening.JOB_READY.of(job.id));
    }

    /// A job is ready.
    ///
    /// @return whose answer has come; null if nobody waits for it
    @Nullable Try ready(Job job) {
        if (job.atMachine) {
            endpoints.machines[job.endpoint].ready(job, time.now());
        }
        return answered(job);
    }

    /// A machine has something to say.
    ///
    /// @return whose answer has come; null if no job is ready or nobody waits for it
    @Nullable Try due(int machine) {
        Job job = endpoints.machines[machine].due(time.now());
        return job == null ? null : answered(job);
    }

    private @Nullable Try answered(Job job) {
        Try one = job.whose;
        int status = job.status;
        if (status == 200) {
            endpoints.estimates.add(job.endpoint, job.others, time.now() - job.cameNanos);
        }
        calls.free(job);
        if (one == null) {
            return null;
        }
        if (status == 0) {
            one.attempt.judged(Attempt.Outcome.CONNECT_FAILED, time.now());
        } else {
            one.attempt.answered(status, time.now());
        }
        over(one);
        return one;
    }

    /// Nobody waits for the attempt any more.
    void giveUp(Try one, Attempt.Outcome outcome) {
        Job job = one.job;
        if (job != null) {
            boolean let = job.atMachine && endpoints.machines[job.endpoint].forget(job, time.now());
            job.whose = null;
            one.job = null;
            if (let) {
                calls.free(job);
            }
        }
        one.attempt.judged(outcome, time.now());
        over(one);
    }

    private static void over(Try one) {
        Call call = one.call;
        call.gateway.learn(call.loop, one.attempt);
        one.attempt.end();
        one.underWay = false;
    }
}
