package dev.weir.bench.soak;

import java.util.ArrayList;
import java.util.List;

/// All faults, in the order of the matrix. Immutable.
final class Faults {
    private Faults() {}

    /// @param ownNetwork whether this process has a network of its own, whose settings may be changed
    static List<Fault> all(boolean ownNetwork) {
        List<Fault> all = new ArrayList<>(EndpointFaults.all());
        all.addAll(ProcessFaults.all());
        if (ownNetwork) {
            all.add(ProcessFaults.ports());
        }
        all.addAll(ClientFaults.all());
        all.sort((one, other) -> Integer.compare(one.row(), other.row()));
        return List.copyOf(all);
    }
}
