package dev.weir.explain;

import dev.weir.explain.Passage.Kept;
import dev.weir.runtime.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/// Keeps what became of some requests: of each route the slowest of each minute, of each kind of failure the first of each minute, and those
/// that asked for it. There are [Lane]s for the event loops; this sees them all. Thread-safe.
public final class Recorder {
    /// So many requests are explained at a time; who asks for more finds out what became of them, and not why.
    private static final int MOST_EXPLAINED = 8;

    private static final long MOST_SECONDS = 5;

    private final Clock clock;
    private final Tokens tokens;
    private final Function<Question, Explanation> explainer;
    private final Executor aside;
    private final Semaphore explaining = new Semaphore(MOST_EXPLAINED);
    private final List<Lane> lanes = new CopyOnWriteArrayList<>();

    /// @param explainer explains by what is in force; may block
    /// @param aside runs what may block
    public Recorder(
            Clock clock, Tokens tokens, Function<Question, Explanation> explainer, Executor aside) {
        this.clock = clock;
        this.tokens = tokens;
        this.explainer = explainer;
        this.aside = aside;
    }

    /// What one event loop keeps.
    public Lane lane() {
        Lane lane = new Lane(this);
        lanes.add(lane);
        return lane;
    }

    /// A request that is kept.
    ///
    /// @param explanation of one that asked, as soon as there is one
    record Entry(Passage passage, CompletableFuture<Optional<Explanation>> explanation) {
        static final CompletableFuture<Optional<Explanation>> NONE =
                CompletableFuture.completedFuture(Optional.empty());
    }

    /// The requests that are kept, the last first.
    public List<Passage> kept() {
        return entries().stream().map(Entry::passage).toList();
    }

    /// The request of this id that was kept last.
    public Optional<Passage> kept(String id) {
        return entries().stream()
                .map(Entry::passage)
                .filter(passage -> passage.id().equals(id))
                .findFirst();
    }

    /// What the same request was told that asked to be explained. May block for a moment.
    public Optional<Explanation> explanation(Passage passage) {
        for (Entry entry : entries()) {
            if (entry.passage() == passage) {
                return awaited(entry.explanation());
            }
        }
        return Optional.empty();
    }

    private static Optional<Explanation> awaited(CompletableFuture<Optional<Explanation>> future) {
        try {
            return future.get(MOST_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException _) {
            // The configuration has changed meanwhile, or the loops are stuck: what became of it is
            // known all the same.
            return Optional.empty();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    private List<Entry> entries() {
        List<Entry> all = new ArrayList<>();
        lanes.forEach(lane -> lane.addTo(all));
        all.sort(Comparator.comparing((Entry entry) -> entry.passage().time()).reversed());
        return all;
    }

    /// The last request that failed.
    public Optional<Passage> lastFailed() {
        return kept().stream().filter(one -> one.kept() == Kept.FAILED).findFirst();
    }

    boolean may(String token) {
        return tokens.holds(token, clock.now());
    }

    /// A token that lets requests ask until then.
    public String token(Instant end) {
        return tokens.until(end);
    }

    Clock clock() {
        return clock;
    }

    CompletableFuture<Optional<Explanation>> explain(Question question) {
        if (!explaining.tryAcquire()) {
            return Entry.NONE;
        }
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return Optional.of(explainer.apply(question));
                    } finally {
                        explaining.release();
                    }
                },
                aside);
    }
}
