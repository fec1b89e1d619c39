package dev.weir.simulator;

import java.util.ArrayList;
import java.util.List;

/// The calls and jobs of a simulation, used again and again. Confined to one thread.
final class Calls {
    private final List<Call> calls = new ArrayList<>();
    private final List<Call> freeCalls = new ArrayList<>();
    private final List<Job> jobs = new ArrayList<>();
    private final List<Job> freeJobs = new ArrayList<>();

    Call call(int id) {
        return calls.get(id);
    }

    Call take(Gateway gateway) {
        if (!freeCalls.isEmpty()) {
            return freeCalls.removeLast();
        }
        Call call = new Call(calls.size(), gateway);
        calls.add(call);
        return call;
    }

    void free(Call call) {
        freeCalls.add(call);
    }

    Job job(int id) {
        return jobs.get(id);
    }

    Job takeJob() {
        if (!freeJobs.isEmpty()) {
            return freeJobs.removeLast();
        }
        Job job = new Job(jobs.size());
        jobs.add(job);
        return job;
    }

    /// A job that is over, or that nobody works on any more.
    void free(Job job) {
        Try one = job.whose;
        if (one != null) {
            one.job = null;
            job.whose = null;
        }
        freeJobs.add(job);
    }
}
