package dev.weir.simulator;

import org.jspecify.annotations.Nullable;

/// What an endpoint's machine does for one attempt. Used again and again; confined to one thread.
final class Job {
    /// Its place among all jobs.
    final int id;

    /// Whose it is; null if nobody waits for the answer any more.
    @Nullable Try whose;

    /// The endpoint's place in the list.
    int endpoint;

    long workNanos;

    /// Whether a machine works on it, or the answer comes without work.
    boolean atMachine;

    /// The status of the answer; 0 for none, because there is no connection.
    int status;

    /// When it came to the machine, and when the machine began with it.
    long cameNanos;

    long begunNanos;

    /// Jobs that the machine had when it came.
    int others;

    /// For a machine that works on all jobs at once: what each job has got when this one is ready.
    double readyAt;

    Job(int id) {
        this.id = id;
    }
}
