package dev.weir.bench.soak;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The history checker: takes in what clients sent and got, and what endpoints got, and says which of the
/// invariants I1–I5 was broken by which request. A request's story is judged and forgotten some time after its end, so
/// that a long soak needs no more memory than a short one. Thread-safe.
final class History implements EndpointLog {
    /// An endpoint that was frozen for long may still say what it got before.
    static final long SETTLED_NANOS = TimeUnit.SECONDS.toNanos(30);

    /// A request that was given to an endpoint when it was still up, and connects.
    static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(1);

    /// The report need not show more.
    private static final int MOST_VIOLATIONS = 50;

    private final Watch watch;
    private final Map<String, Story> stories = new HashMap<>();
    private final Map<String, EndpointUps> endpoints = new HashMap<>();
    private final Map<Invariant, Long> checked = new EnumMap<>(Invariant.class);
    private final List<Violation> violations = new ArrayList<>();
    private long broken;

    /// Thresholds of the health checks, as Weir's configuration has them.
    record Watch(int upAfter, int downAfter) {}

    /// What must hold, whatever happens.
    enum Invariant {
        I1("an answer goes to the request that asked"),
        I2("a request that is not idempotent reaches endpoints at most once"),
        I3("bytes and hash are equal, or the receiver saw an error"),
        I4("nothing passes of a request that was refused"),
        I5("an endpoint that is down gets no new request");

        private final String says;

        Invariant(String says) {
            this.says = says;
        }

        String says() {
            return says;
        }
    }

    /// A broken invariant and the history of the request that broke it, a line per event.
    record Violation(Invariant invariant, String what, List<String> story) {}

    History(Watch watch) {
        this.watch = watch;
    }

    /// A client is about to send this. Called before its first byte.
    synchronized void sent(Ask ask, String bodySha256) {
        stories.put(ask.id(), new Story(ask, bodySha256, System.nanoTime()));
    }

    /// What became of it.
    synchronized void ended(Ask ask, Outcome outcome) {
        Story story = stories.get(ask.id());
        if (story == null) {
            throw new IllegalStateException("never sent: " + ask.id());
        }
        story.outcome(outcome);
    }

    @Override
    public synchronized void received(String endpoint, String id, String method, long nanos) {
        Story story = stories.get(id);
        if (story == null) {
            count(Invariant.I1);
            broken(Invariant.I1, endpoint + " got " + method + " " + id, "nobody sent it", null);
            return;
        }
        story.received(endpoint, method, nanos);
        count(Invariant.I5);
        EndpointUps ups = ups(endpoint);
        if (ups.downAt(nanos - GRACE_NANOS)) {
            String what = endpoint + " got it though it was down";
            broken(Invariant.I5, what, ups.says(nanos), story);
        }
    }

    @Override
    public synchronized void read(
            String endpoint, String id, long length, String sha256, boolean whole) {
        Story story = stories.get(id);
        if (story != null) {
            story.read(endpoint, length, sha256, whole);
        }
    }

    @Override
    public synchronized void checked(String endpoint, boolean good, long nanos) {
        ups(endpoint).checked(good, nanos);
    }

    /// The endpoint was gone for so long that Weir must take it for down.
    synchronized void gone(String endpoint, long nanos) {
        for (int i = 0; i < watch.downAfter; i++) {
            ups(endpoint).checked(false, nanos);
        }
    }

    /// What is known of a request, a line per event; nothing if it is judged and forgotten.
    synchronized List<String> story(String id) {
        Story story = stories.get(id);
        return story == null ? List.of() : story.lines();
    }

    /// Judges the requests that ended before then, and forgets them.
    synchronized void settle(long endedBeforeNanos) {
        for (Iterator<Story> all = stories.values().iterator(); all.hasNext(); ) {
            Story story = all.next();
            Outcome outcome = story.outcome();
            if (outcome != null && outcome.endedNanos() < endedBeforeNanos) {
                all.remove();
                judge(story, outcome);
            }
        }
    }

    /// Requests whose clients still wait.
    synchronized long pending() {
        return stories.values().stream().filter(story -> story.outcome() == null).count();
    }

    synchronized List<Violation> violations() {
        return List.copyOf(violations);
    }

    /// How often an invariant was looked at.
    synchronized Map<Invariant, Long> checks() {
        return new EnumMap<>(checked);
    }

    /// All violations, those too that are not kept.
    synchronized long broken() {
        return broken;
    }

    private EndpointUps ups(String endpoint) {
        return endpoints.computeIfAbsent(endpoint, _ -> new EndpointUps(watch));
    }

    private void judge(Story story, Outcome outcome) {
        for (Invariant invariant : Invariant.values()) {
            String objection =
                    switch (invariant) {
                        case I1 -> story.answerOfAnother(outcome);
                        case I2 -> story.repeated();
                        case I3 -> story.changed(outcome);
                        case I4 -> story.passedThough(outcome);
                        case I5 -> "";
                    };
            if (invariant != Invariant.I5) {
                count(invariant);
            }
            if (!objection.isEmpty()) {
                broken(invariant, story.ask().id(), objection, story);
            }
        }
    }

    private void count(Invariant invariant) {
        checked.merge(invariant, 1L, Long::sum);
    }

    private void broken(Invariant invariant, String who, String what, @Nullable Story story) {
        broken++;
        if (violations.size() < MOST_VIOLATIONS) {
            List<String> lines = story == null ? List.of() : story.lines();
            violations.add(new Violation(invariant, who + ": " + what, lines));
        }
    }
}
