package dev.weir.simulator;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// All jobs at once, each at the same speed: a processor for each job while there are enough, and an equal part of them when there
/// are not. There are those allotted, and more while the neighbours are quiet. Confined to one thread.
///
/// What a job has got grows for all jobs alike, so each is ready when that common amount reaches what it was at the job's coming
/// plus the job's work; the amount is brought up to date when anything changes.
final class SharedMachine implements Machine {
    private final int place;
    private final EventQueue events;
    private final Condition condition;
    private final boolean noticesGone;
    private final RandomGenerator random;
    private final int allotted;
    private final double spare;

    /// How fast a processor is, 1 if nobody disturbs it.
    private final double pace;

    private final double quietNanos;
    private final double busyNanos;
    private final PriorityQueue<Job> jobs =
            new PriorityQueue<>(
                    Comparator.comparingDouble((Job job) -> job.readyAt)
                            .thenComparingInt(job -> job.id));

    private boolean quiet;

    /// What each job has got since the beginning of time, in nanoseconds of a processor.
    private double got;

    private long updatedNanos;
    private double doneNanos;
    private long dueNanos = Long.MAX_VALUE;

    SharedMachine(
            int place,
            Serves.Shared serves,
            EventQueue events,
            Condition condition,
            boolean noticesGone,
            RandomGenerator random) {
        this.place = place;
        this.events = events;
        this.condition = condition;
        this.noticesGone = noticesGone;
        this.random = random;
        this.allotted = serves.allotted();
        quietNanos = serves.quiet().toNanos();
        busyNanos = serves.busy().toNanos();
        boolean any = random.nextDouble() >= serves.without().fraction();
        // Machines differ: on average over time and machines it is what the setting says.
        double share = quietNanos / (quietNanos + busyNanos);
        spare = any ? 2 * random.nextDouble() * serves.spare().fraction() * allotted / share : 0;
        pace = any ? 1 : 1 - serves.slowed().fraction();
        quiet = random.nextDouble() < share;
        if (any) {
            events.add(next(0), Happening.NEIGHBOURS.of(place));
        }
    }

    private long next(long nowNanos) {
        return nowNanos + 1 + (long) (random.nextExponential() * (quiet ? quietNanos : busyNanos));
    }

    /// The neighbours change.
    void neighboursChange(long nowNanos) {
        update(nowNanos);
        quiet = !quiet;
        events.add(next(nowNanos), Happening.NEIGHBOURS.of(place));
        announce(nowNanos);
    }

    /// How fast each job is worked on; 1 for a processor of its own that nobody disturbs.
    private double speed() {
        double processors = allotted + (quiet ? spare : 0);
        return Math.min(1, processors / jobs.size()) * pace / condition.slower;
    }

    private void update(long nowNanos) {
        if (!jobs.isEmpty()) {
            double each = (nowNanos - updatedNanos) * speed();
            got += each;
            doneNanos += each * jobs.size() / pace * condition.slower;
        }
        updatedNanos = nowNanos;
    }

    private void announce(long nowNanos) {
        Job first = jobs.peek();
        if (first == null) {
            dueNanos = Long.MAX_VALUE;
            return;
        }
        long due = nowNanos + Math.max(0, (long) Math.ceil((first.readyAt - got) / speed()));
        if (due != dueNanos) {
            dueNanos = due;
            events.add(due, Happening.MACHINE_DUE.of(place));
        }
    }

    @Override
    public boolean take(Job job, long nowNanos) {
        update(nowNanos);
        job.begunNanos = nowNanos;
        job.readyAt = got + job.workNanos;
        jobs.add(job);
        announce(nowNanos);
        return true;
    }

    @Override
    public @Nullable Job due(long nowNanos) {
        if (nowNanos != dueNanos) {
            return null;
        }
        update(nowNanos);
        Job job = jobs.poll();
        dueNanos = Long.MAX_VALUE;
        announce(nowNanos);
        return job;
    }

    @Override
    public void ready(Job job, long nowNanos) {}

    @Override
    public boolean forget(Job job, long nowNanos) {
        if (!noticesGone) {
            return false;
        }
        update(nowNanos);
        boolean had = jobs.remove(job);
        announce(nowNanos);
        return had;
    }

    /// Called before the change and after it.
    @Override
    public void conditionChanged(long nowNanos) {
        update(nowNanos);
        announce(nowNanos);
    }

    @Override
    public int jobs() {
        return jobs.size();
    }

    @Override
    public double done(long nowNanos) {
        update(nowNanos);
        return doneNanos / 1e9;
    }
}
