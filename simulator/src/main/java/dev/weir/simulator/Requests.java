package dev.weir.simulator;

import dev.weir.retry.RetryRules;
import dev.weir.service.Attempt;
import dev.weir.service.Endpoint;
import dev.weir.simulator.Result.End;
import java.util.random.RandomGenerator;

/// What becomes of clients' requests at the gateways: through the door, attempt by attempt, to an end. Decides as
/// [dev.weir.forward.Forward] does, with the same rules and budgets. Confined to one thread.
final class Requests {
    private final Timeline time;
    private final Calls calls;
    private final Attempts attempts;
    private final Gateway[] gateways;
    private final Result result;
    private final RandomGenerator luck;
    private final RandomGenerator waits;
    private final long timeoutNanos;
    private final long warmUpNanos;

    /// 0 for clients that wait as long as the gateway does.
    private final long patienceNanos;

    private final int repeats;
    private long over;

    /// @param luck where requests go
    /// @param waits how long before a retry
    Requests(
            Run run,
            Attempts attempts,
            Gateway[] gateways,
            RandomGenerator luck,
            RandomGenerator waits) {
        this.time = run.time();
        this.calls = run.calls();
        this.result = run.result();
        this.attempts = attempts;
        this.gateways = gateways;
        this.luck = luck;
        this.waits = waits;
        this.timeoutNanos = run.candidate().timeout().toNanos();
        this.warmUpNanos = run.scenario().warmUp().toNanos();
        TrafficConfig clients = run.scenario().clients();
        this.patienceNanos = clients.patience().map(p -> p.toNanos()).orElse(0L);
        this.repeats = clients.repeats();
    }

    /// How many are over, however often their clients have sent them.
    long over() {
        return over;
    }

    /// A request comes, with what its client knows of it written in it.
    void come(Call call) {
        long now = time.now();
        call.gateway = gateways.length == 1 ? gateways[0] : gateways[luck.nextInt(gateways.length)];
        call.loop = call.gateway.loops() == 1 ? 0 : luck.nextInt(call.gateway.loops());
        call.sentNanos = now;
        call.attempts = call.unsent = 0;
        if (patienceNanos > 0) {
            time.patience.add(now + patienceNanos, call.ticket());
        }
        call.gateway.door.enter(call, now);
        switch (call.stay) {
            case INSIDE -> forward(call);
            case OUTSIDE -> over(call, End.NO_PLACE);
            case WAITING, CALLED, SENT_AWAY -> {}
        }
    }

    /// A call that has waited at the door may go on, or may not. One that was over meanwhile has given back what it got.
    void turn(Call call) {
        if (call.stay == Door.Stay.CALLED) {
            call.stay = Door.Stay.INSIDE;
            forward(call);
        } else if (call.stay == Door.Stay.SENT_AWAY) {
            over(call, End.NO_PLACE);
        }
    }

    private void forward(Call call) {
        long now = time.now();
        call.forwardedNanos = now;
        time.deadlines.add(now + timeoutNanos, call.ticket());
        call.gateway.budget.request(now);
        Endpoint endpoint = call.gateway.pick(call.loop, call.key, call.tried, now);
        if (endpoint == null) {
            over(call, End.NO_PLACE);
            return;
        }
        long delay = call.gateway.hedgeDelayNanos(call.loop, now);
        if (delay != Gateway.NEVER) {
            call.hedgeNanos = now + delay;
            time.events.add(call.hedgeNanos, Happening.HEDGE.of(call.id));
        }
        attempts.begin(call.first, endpoint);
    }

    /// The time has come for a second attempt beside one that is slow.
    void hedge(Call call) {
        if (call.hedgeNanos != time.now()) {
            return;
        }
        call.hedgeNanos = Gateway.NEVER;
        Gateway gateway = call.gateway;
        if (call.first.underWay == call.second.underWay || !gateway.door.enterBeside()) {
            return;
        }
        Endpoint next = gateway.pick(call.loop, call.key, call.tried, time.now());
        if (next == null || !gateway.hedges(time.now())) {
            gateway.door.leaveBeside(time.now());
            return;
        }
        call.owesHedge = true;
        attempts.begin(call.first.underWay ? call.second : call.first, next);
    }

    /// An attempt is over: the other one goes on, there will be a next one, or that was it.
    void ended(Try one, End end) {
        Call call = one.call;
        Attempt ended = one.attempt;
        Try other = one.other();
        call.unsent += RetryRules.free(ended) ? 1 : 0;
        boolean answered = ended.outcome() == Attempt.Outcome.ANSWERED;
        if (other.underWay) {
            settleHedge(call);
            if (!answered || call.gateway.retry.repeatsStatus(ended.status())) {
                return;
            }
            attempts.giveUp(other, Attempt.Outcome.CANCELLED);
        }
        if (end != End.GOOD && mayRepeat(one)) {
            if (call.nextNanos == time.now()) {
                again(call);
            } else {
                time.events.add(call.nextNanos, Happening.AGAIN.of(call.id));
            }
            return;
        }
        if (answered) {
            call.gateway.answeredAfter(call.loop, ended.latencyNanos());
        }
        over(call, end);
    }

    private boolean mayRepeat(Try one) {
        Call call = one.call;
        Gateway gateway = call.gateway;
        int sent = call.attempts - call.unsent;
        if (!gateway.retry.repeats(one.attempt, true, sent, call.unsent)) {
            return false;
        }
        long now = time.now();
        boolean free = RetryRules.free(one.attempt);
        Endpoint chosen = gateway.pick(call.loop, call.key, call.tried, now);
        if (chosen == null && !free) {
            call.tried.clear();
            chosen = gateway.pick(call.loop, call.key, call.tried, now);
        }
        long wait = free ? 0 : gateway.retry.backoffNanos(call.attempts - 1, waits);
        if (chosen == null || now + wait >= call.forwardedNanos + timeoutNanos) {
            return false;
        }
        if (!free && !gateway.budget.withdraw(gateway.retry.budget(), now)) {
            return false;
        }
        settle(call);
        call.owesRetry = !free;
        call.next = chosen;
        call.nextNanos = now + wait;
        return true;
    }

    /// The attempt that was laid down begins, if its time has come.
    void again(Call call) {
        Endpoint chosen = call.next;
        if (chosen != null && call.nextNanos == time.now()) {
            call.next = null;
            attempts.begin(call.first, chosen);
        }
    }

    private static void settle(Call call) {
        if (call.owesRetry) {
            call.owesRetry = false;
            call.gateway.budget.over();
        }
    }

    private void settleHedge(Call call) {
        if (call.owesHedge) {
            call.owesHedge = false;
            call.gateway.hedgeOver();
            call.gateway.door.leaveBeside(time.now());
        }
    }

    /// An attempt has had its time.
    void tryIsOver(long ticket) {
        Try one = Try.of(ticket, calls);
        if (one != null) {
            attempts.giveUp(one, Attempt.Outcome.TIMED_OUT);
            ended(one, End.TOO_LATE);
        }
    }

    /// A request has had its time.
    void deadline(long ticket) {
        Call call = calls.call((int) (ticket >>> 32));
        if (call.ticket() == ticket) {
            giveUpAll(call, Attempt.Outcome.TIMED_OUT);
            over(call, End.TOO_LATE);
        }
    }

    /// A client has had enough.
    void clientLeaves(long ticket) {
        Call call = calls.call((int) (ticket >>> 32));
        if (call.ticket() == ticket) {
            giveUpAll(call, Attempt.Outcome.CANCELLED);
            gone(call, End.TOO_LATE);
        }
    }

    private void giveUpAll(Call call, Attempt.Outcome outcome) {
        if (call.first.underWay) {
            attempts.giveUp(call.first, outcome);
        }
        if (call.second.underWay) {
            attempts.giveUp(call.second, outcome);
        }
    }

    private void over(Call call, End end) {
        call.gateway.door.answered(call, end.status, time.now());
        gone(call, end);
    }

    /// Over, with an answer or without anybody to get one.
    private void gone(Call call, End end) {
        long now = time.now();
        settle(call);
        settleHedge(call);
        call.gateway.door.leave(call, now);
        call.next = null;
        call.hedgeNanos = Gateway.NEVER;
        call.use++;
        call.tried.clear();
        calls.free(call);
        if (end != End.GOOD && call.repeated < repeats) {
            Call again = calls.take(gateways[0]);
            again.ask(call.beganNanos, call.workNanos, call.key, call.priority);
            again.repeated = call.repeated + 1;
            come(again);
        } else {
            over++;
            result.ended(end, call, now, call.beganNanos >= warmUpNanos);
        }
    }
}
