package dev.weir.simulator;

import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// The machine of one endpoint: works off jobs and says in the queue of events when one is ready. Confined to one thread.
interface Machine {
    /// The machine of the endpoint at a place, of the kind that the scenario says.
    static Machine of(
            ScenarioConfig scenario,
            int place,
            EventQueue events,
            Condition condition,
            RandomGenerator random) {
        return switch (scenario.serves()) {
            case Serves.Workers workers ->
                    new Workers(workers, events, condition, scenario.noticesGone());
            case Serves.Shared shared ->
                    new SharedMachine(
                            place, shared, events, condition, scenario.noticesGone(), random);
        };
    }

    /// Takes a job.
    ///
    /// @return false if it takes no more; the job was not taken
    boolean take(Job job, long nowNanos);

    /// A job of which it said that it would be ready now. The next one may begin.
    void ready(Job job, long nowNanos);

    /// Something it asked to be told is due: the event's number is [Happening#of] a machine.
    ///
    /// @return a job that is ready, or null
    @Nullable Job due(long nowNanos);

    /// Nobody waits for this job any more.
    ///
    /// @return whether the machine has let go of it
    boolean forget(Job job, long nowNanos);

    /// Its speed is about to change, or has just changed: see [Condition].
    void conditionChanged(long nowNanos);

    /// Jobs that it has and that are not ready.
    int jobs();

    /// Seconds of a processor that it has used.
    double done(long nowNanos);
}
