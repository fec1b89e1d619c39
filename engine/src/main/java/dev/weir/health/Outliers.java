package dev.weir.health;

import dev.weir.health.Comparison.Odd;
import dev.weir.health.Comparison.Seen;
import dev.weir.observe.Events;
import dev.weir.service.Attempt;
import dev.weir.service.Endpoint;
import dev.weir.service.Service;
import dev.weir.service.Standing;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/// The passive health of one service: learns from every attempt, ejects endpoints that do not work, and takes them
/// back. It has no clock, thread or randomness of its own: times come with the attempts and with [#tick], so a
/// simulator runs the very same code. Times are nanoseconds of one clock.
///
/// An endpoint is ejected after failures in a row, at once; and at the end of a window, if it fails more often or is far
/// slower than the others (see [Comparison]). The first ejection lasts as long as `eject` says, the next one in a row
/// twice as long, and so on; an ejection is forgotten when the endpoint has behaved for as long as it had been out. When
/// the time is over a few requests try it; one failure among them ejects it again.
///
/// Never more endpoints are ejected than `at-most` says, or one, and never the last one that works.
///
/// Thread-safe. [#learn] is called on event loops: it takes no lock while all goes well, and allocates nothing.
public final class Outliers {
    private final OutliersConfig config;
    private final ServiceHealth health;
    private volatile Conducts conducts = Conducts.NONE;
    private final ReentrantLock lock = new ReentrantLock();
    private long windowBegan;

    /// Above which latency an endpoint's median is an outlier, by the last window that could tell; 0 before.
    private volatile long slowNanos;

    /// For a service whose endpoints nobody checks actively, as in a simulator.
    public Outliers(Service service, Events events, long nowNanos) {
        this(new ServiceHealth(service, events), nowNanos);
    }

    Outliers(ServiceHealth health, long nowNanos) {
        this.config = health.service().config().outliers();
        this.health = health;
        this.windowBegan = nowNanos;
        adopt(health.service());
    }

    /// Goes on with another list of endpoints: of those that stay all is known, of those that have left nothing any more.
    void adopt(Service next) {
        lock.lock();
        try {
            conducts = conducts.next(next);
        } finally {
            lock.unlock();
        }
    }

    /// How often [#tick] wants to be called, in nanoseconds.
    public long everyNanos() {
        long shortest = Math.min(config.window().toNanos(), config.eject().toNanos());
        return Math.clamp(shortest / 10, 10_000_000L, 1_000_000_000L);
    }

    // ---- on event loops ----

    /// Takes how an attempt went.
    public void learn(Attempt attempt) {
        Conduct conduct = conducts.of(attempt.endpoint());
        if (conduct == null) {
            return;
        }
        switch (attempt.outcome()) {
            // Refusing in order, as an endpoint does that is about to close its connection, is no
            // failure.
            case OPEN, REFUSED, LACKED -> {}
            case CANCELLED -> cancelled(conduct, attempt);
            case ANSWERED -> {
                heard(conduct, attempt, true);
                answered(conduct, attempt);
            }
            case CONNECT_FAILED -> {
                heard(conduct, attempt, false);
                gatewayFailed(conduct, attempt);
            }
            case CUT -> {
                if (watched(conduct)) {
                    conduct.cut();
                }
                failed(conduct, attempt);
            }
            case TIMED_OUT -> {
                if (watched(conduct) && attempt.uploaded()) {
                    conduct.took(attempt.latencyNanos());
                }
                gatewayFailed(conduct, attempt);
            }
            case RESET, BAD_ANSWER -> gatewayFailed(conduct, attempt);
        }
    }

    private void heard(Conduct conduct, Attempt attempt, boolean answered) {
        if (conduct.endpoint().state().silent() == answered) {
            health.heard(conduct.endpoint(), answered, attempt.judgedNanos());
        }
    }

    private void answered(Conduct conduct, Attempt attempt) {
        int status = attempt.status();
        if (status < 500) {
            if (watched(conduct)) {
                conduct.good(attempt);
            } else if (returning(conduct)) {
                passed(conduct, attempt);
            }
        } else if (status >= 502 && status <= 504) {
            gatewayFailed(conduct, attempt);
        } else {
            if (watched(conduct)) {
                conduct.applicationFailed();
            }
            failed(conduct, attempt);
        }
    }

    private void gatewayFailed(Conduct conduct, Attempt attempt) {
        if (watched(conduct)) {
            conduct.gatewayFailed();
        }
        failed(conduct, attempt);
    }

    /// That nobody waited says nothing, unless it took longer than an endpoint's median may: its latency, whatever it
    /// would have become, is one of the slow half then. A sample that is too small by an unknown amount, but on the right
    /// side of the only line that counts, falsifies nothing; all others are left out.
    private void cancelled(Conduct conduct, Attempt attempt) {
        long slow = slowNanos;
        if (slow > 0 && attempt.uploaded() && attempt.latencyNanos() > slow) {
            if (watched(conduct)) {
                conduct.took(attempt.latencyNanos());
            } else if (returning(conduct)) {
                passed(conduct, attempt);
            }
        }
    }

    /// Whether what it does counts towards an ejection.
    private static boolean watched(Conduct conduct) {
        Standing standing = conduct.endpoint().state().standing();
        return standing == Standing.UP || standing == Standing.UNKNOWN;
    }

    private void failed(Conduct conduct, Attempt attempt) {
        Standing standing = conduct.endpoint().state().standing();
        if (standing == Standing.RETURNING) {
            tryFailed(conduct, attempt);
        } else if (standing.usable() && tooManyInARow(conduct, attempt)) {
            lock.lock();
            try {
                if (tooManyInARow(conduct, attempt)) {
                    String why = inARow(conduct, attempt);
                    eject(conduct, Ejection.FAILURES, why, attempt.judgedNanos());
                }
            } finally {
                lock.unlock();
            }
        }
    }

    private boolean tooManyInARow(Conduct conduct, Attempt last) {
        return reached(conduct.failuresInARow(last), config.failures())
                || reached(conduct.gatewayFailuresInARow(last), config.gatewayFailures());
    }

    private static boolean reached(int count, int most) {
        return most > 0 && count >= most;
    }

    private static String inARow(Conduct conduct, Attempt last) {
        int row = Math.max(conduct.failuresInARow(last), conduct.gatewayFailuresInARow(last));
        return row + " failures in a row (" + what(last) + ")";
    }

    private static String what(Attempt attempt) {
        return switch (attempt.outcome()) {
            case ANSWERED -> "status " + attempt.status();
            case CUT -> "answer broken off";
            case CONNECT_FAILED -> "no connection";
            case RESET -> "closed before an answer";
            case BAD_ANSWER -> "not HTTP";
            case TIMED_OUT -> "no answer in " + Figures.time(attempt.latencyNanos());
            case OPEN, CANCELLED, REFUSED, LACKED -> "not known";
        };
    }

    // ---- ejecting ----

    private void eject(Odd odd, Ejection reason, String window, long nowNanos) {
        Conduct conduct = conducts.byPosition()[odd.position()];
        if (conduct != null) {
            eject(conduct, reason, odd.why() + window, nowNanos);
        }
    }

    private void eject(Conduct conduct, Ejection reason, String why, long nowNanos) {
        if (!conduct.endpoint().state().standing().usable() || !spareable(conduct.endpoint())) {
            return;
        }
        conduct.ejections++;
        if (reason != Ejection.TRIAL) {
            conduct.ejectedForLatency = reason == Ejection.LATENCY;
        }
        health.ejected(reason);
        long most = config.ejectMax().toNanos();
        long first = config.eject().toNanos();
        // Many ejections in a row must not overflow.
        conduct.ejectedForNanos =
                conduct.ejections > most / first ? most : first * conduct.ejections;
        conduct.outUntilNanos = nowNanos + conduct.ejectedForNanos;
        conduct.forgetRows();
        conduct.trial = new Trial(config.tries(), nowNanos);
        conduct.endpoint().state().waiting(false);
        String text = "ejected for " + Figures.set(conduct.ejectedForNanos) + "  " + why;
        happened(conduct, Standing.Event.MISBEHAVED, text, nowNanos);
    }

    private boolean spareable(Endpoint endpoint) {
        int ejected = 0;
        boolean others = false;
        for (Conduct each : conducts.all()) {
            Standing standing = each.endpoint().state().standing();
            if (standing == Standing.EJECTED || standing == Standing.DOWN_EJECTED) {
                ejected++;
            }
            others |= each.endpoint().state().usable() && each.endpoint() != endpoint;
        }
        int most = Math.max(1, (int) (conducts.all().size() * config.atMost().fraction()));
        return others && ejected < most;
    }

    private void happened(Conduct conduct, Standing.Event event, String text, long nowNanos) {
        String line = "%s  %s  %s".formatted(health.name(), conduct.endpoint().name(), text);
        health.happened(
                conduct.endpoint(), event, text, conduct.lines.offer(line, nowNanos), nowNanos);
    }

    // ---- returning ----

    /// An endpoint that returns was picked for a request.
    public void tries(Endpoint endpoint, long nowNanos) {
        lock.lock();
        try {
            Conduct conduct = conducts.of(endpoint);
            if (conduct != null && conduct.trial.sent(nowNanos) && returning(conduct)) {
                wait(conduct, true);
            }
        } finally {
            lock.unlock();
        }
    }

    private void wait(Conduct conduct, boolean waiting) {
        if (conduct.endpoint().state().waiting() != waiting) {
            conduct.endpoint().state().waiting(waiting);
            health.service().membersChanged();
        }
    }

    private static boolean returning(Conduct conduct) {
        return conduct.endpoint().state().standing() == Standing.RETURNING;
    }

    private void tryFailed(Conduct conduct, Attempt attempt) {
        lock.lock();
        try {
            if (returning(conduct) && tried(conduct, attempt)) {
                String why = "failed when it was tried (" + what(attempt) + ")";
                eject(conduct, Ejection.TRIAL, why, attempt.judgedNanos());
            }
        } finally {
            lock.unlock();
        }
    }

    private static boolean tried(Conduct conduct, Attempt attempt) {
        return conduct.trial.covers(attempt.judgedNanos() - attempt.latencyNanos());
    }

    private void passed(Conduct conduct, Attempt attempt) {
        lock.lock();
        try {
            boolean unknown =
                    attempt.outcome() == Attempt.Outcome.CANCELLED && !conduct.ejectedForLatency;
            if (unknown || !returning(conduct) || !tried(conduct, attempt)) {
                return;
            }
            Trial trial = conduct.trial;
            if (attempt.uploaded()) {
                trial.passed(attempt.latencyNanos());
            } else {
                trial.passed();
            }
            if (trial.over()) {
                conclude(conduct, attempt.judgedNanos());
            }
        } finally {
            lock.unlock();
        }
    }

    private void conclude(Conduct conduct, long nowNanos) {
        long p50 = conduct.trial.p50Nanos();
        long slow = slowNanos;
        if (conduct.ejectedForLatency && slow > 0 && p50 > slow) {
            String why =
                    "p50 %s when it was tried, %s is too slow"
                            .formatted(Figures.time(p50), Figures.time(slow));
            eject(conduct, Ejection.TRIAL, why, nowNanos);
            return;
        }
        int tries = conduct.trial.tries();
        conduct.fineSinceNanos = nowNanos;
        conduct.endpoint().state().waiting(false);
        String text = "back  %d of %d requests went well".formatted(tries, tries);
        happened(conduct, Standing.Event.PROVED, text, nowNanos);
    }

    // ---- as time passes ----

    /// Ends ejections and windows whose time is over. To be called again and again, also when there is no traffic.
    public void tick(long nowNanos) {
        lock.lock();
        try {
            if (nowNanos - windowBegan >= config.window().toNanos()) {
                compare(nowNanos);
                windowBegan = nowNanos;
            }
            for (Conduct conduct : conducts.all()) {
                tick(conduct, nowNanos);
                String due = conduct.lines.due(nowNanos);
                if (due != null) {
                    health.say(due);
                }
            }
        } finally {
            lock.unlock();
        }
        health.tick(nowNanos);
    }

    private void tick(Conduct conduct, long nowNanos) {
        switch (conduct.endpoint().state().standing()) {
            case EJECTED -> {
                if (nowNanos - conduct.outUntilNanos >= 0) {
                    conduct.trial = new Trial(config.tries(), nowNanos);
                    String text = "returns  tried with " + config.tries() + " requests";
                    happened(conduct, Standing.Event.TIME_OVER, text, nowNanos);
                }
            }
            case RETURNING -> {
                boolean lost = nowNanos - conduct.trial.lastSentNanos() >= patienceNanos();
                if (conduct.endpoint().state().waiting() && lost) {
                    conduct.trial.again(nowNanos);
                    wait(conduct, false);
                }
            }
            case UP, UNKNOWN -> forget(conduct, nowNanos);
            case DOWN, DOWN_EJECTED -> {}
        }
    }

    /// So long the requests of a trial may take before others are sent in their place.
    private long patienceNanos() {
        return config.window().toNanos();
    }

    private static void forget(Conduct conduct, long nowNanos) {
        boolean behaved = nowNanos - conduct.fineSinceNanos >= conduct.ejectedForNanos;
        if (conduct.ejections > 0 && behaved) {
            conduct.ejections--;
            conduct.fineSinceNanos = nowNanos;
        }
    }

    private void compare(long nowNanos) {
        List<Seen> seen = new ArrayList<>(conducts.all().size());
        for (Conduct conduct : conducts.all()) {
            Seen one = conduct.takeWindow();
            if (watched(conduct)) {
                seen.add(one);
            }
        }
        String window = " in " + Figures.set(nowNanos - windowBegan);
        for (Odd odd : Comparison.failing(seen, config.successRate())) {
            eject(odd, Ejection.SUCCESS_RATE, window, nowNanos);
        }
        for (Odd odd : Comparison.slow(seen, config.latency())) {
            eject(odd, Ejection.LATENCY, window, nowNanos);
        }
        // Of whichever can be told of: with few endpoints the others are too few for an ejection,
        // and the line would grow old.
        long slow = Comparison.slowNanos(seen, config.latency().withEndpoints(1));
        if (slow > 0) {
            slowNanos = slow;
        }
    }
}
