package dev.weir.simulator;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// So many jobs at a time; others wait in the order they came: M/M/n and its kin. How slow the machine is counts when a
/// worker begins. Confined to one thread.
final class Workers implements Machine {
    private final EventQueue events;
    private final Condition condition;
    private final boolean noticesGone;
    private final int count;
    private final int most;
    private final ArrayDeque<Job> waiting = new ArrayDeque<>();
    private int busy;
    private double doneNanos;

    Workers(Serves.Workers serves, EventQueue events, Condition condition, boolean noticesGone) {
        this.events = events;
        this.condition = condition;
        this.noticesGone = noticesGone;
        this.count = serves.count();
        this.most = serves.queue();
    }

    @Override
    public boolean take(Job job, long nowNanos) {
        if (busy < count) {
            begin(job, nowNanos);
        } else if (waiting.size() >= most) {
            return false;
        } else {
            waiting.add(job);
        }
        return true;
    }

    private void begin(Job job, long nowNanos) {
        busy++;
        job.begunNanos = nowNanos;
        long until = nowNanos + job.workNanos * condition.slower;
        events.add(until, Happening.JOB_READY.of(job.id));
    }

    @Override
    public void ready(Job job, long nowNanos) {
        busy--;
        doneNanos += nowNanos - job.begunNanos;
        Job next = waiting.poll();
        if (next != null) {
            begin(next, nowNanos);
        }
    }

    @Override
    public @Nullable Job due(long nowNanos) {
        throw new IllegalStateException("workers say each job themselves");
    }

    @Override
    public boolean forget(Job job, long nowNanos) {
        return noticesGone && waiting.remove(job);
    }

    @Override
    public void conditionChanged(long nowNanos) {}

    @Override
    public int jobs() {
        return busy + waiting.size();
    }

    @Override
    public double done(long nowNanos) {
        return doneNanos / 1e9;
    }
}
