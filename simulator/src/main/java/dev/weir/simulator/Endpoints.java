package dev.weir.simulator;

import java.util.Arrays;
import java.util.random.RandomGenerator.SplittableGenerator;

/// The endpoints of a simulation: their machines, what happens to these, and what they know of themselves. Confined to one
/// thread.
final class Endpoints {
    final Machine[] machines;
    final Condition[] conditions;
    final Estimates estimates;
    private final Faults faults;

    /// @param asked whether anybody asks endpoints what they know
    Endpoints(
            ScenarioConfig scenario,
            int count,
            boolean asked,
            EventQueue events,
            SplittableGenerator luck) {
        this.faults = new Faults(scenario.faults(), count);
        this.conditions = faults.conditions();
        this.machines = new Machine[count];
        Arrays.setAll(machines, i -> Machine.of(scenario, i, events, conditions[i], luck.split()));
        this.estimates = new Estimates(asked ? count : 0);
    }

    /// Says when a fault begins or is over.
    void announceFaults(EventQueue events) {
        faults.announce(events);
    }

    /// A fault begins or is over.
    void faultsChange(long nowNanos) {
        for (Machine machine : machines) {
            machine.conditionChanged(nowNanos);
        }
        faults.change(nowNanos);
        for (Machine machine : machines) {
            machine.conditionChanged(nowNanos);
        }
    }

    /// Whether anything ever happens to an endpoint.
    boolean everFaulty(int endpoint) {
        return faults.ever(endpoint);
    }
}
