package dev.weir.simulator;

import java.util.Arrays;
import java.util.List;

/// What is wrong with which endpoint at the moment, by the scenario's faults. Confined to one thread.
final class Faults {
    private final List<FaultConfig> faults;
    private final Condition[] conditions;
    private final boolean[] ever;

    Faults(List<FaultConfig> faults, int endpoints) {
        this.faults = faults;
        this.conditions = new Condition[endpoints];
        this.ever = new boolean[endpoints];
        Arrays.setAll(conditions, i -> new Condition());
        for (FaultConfig fault : faults) {
            Arrays.fill(ever, first(fault), last(fault), true);
        }
    }

    /// Of all endpoints; the array is not to be changed.
    Condition[] conditions() {
        return conditions;
    }

    /// Whether anything ever happens to an endpoint.
    boolean ever(int endpoint) {
        return ever[endpoint];
    }

    /// Says when something changes.
    void announce(EventQueue events) {
        for (FaultConfig fault : faults) {
            events.add(fault.from().toNanos(), Happening.FAULT.of(0));
            fault.until().ifPresent(at -> events.add(at.toNanos(), Happening.FAULT.of(0)));
        }
    }

    /// Brings the conditions up to date.
    void change(long nowNanos) {
        for (Condition condition : conditions) {
            condition.heal();
        }
        for (FaultConfig fault : faults) {
            boolean now =
                    fault.from().toNanos() <= nowNanos
                            && fault.until().map(at -> nowNanos < at.toNanos()).orElse(true);
            for (int i = first(fault); now && i < last(fault); i++) {
                conditions[i].suffer(fault);
            }
        }
    }

    private int first(FaultConfig fault) {
        return Math.min(conditions.length, fault.after());
    }

    private int last(FaultConfig fault) {
        return Math.min(conditions.length, first(fault) + fault.endpoints().of(conditions.length));
    }
}
