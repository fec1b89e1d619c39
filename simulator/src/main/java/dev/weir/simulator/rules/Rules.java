package dev.weir.simulator.rules;

import dev.weir.balance.RoundRobin;
import dev.weir.simulator.Balancing;
import java.util.LinkedHashMap;
import java.util.Map;

/// The rules of the paper's table by their names there. Stateless.
public final class Rules {
    private Rules() {}

    /// In the order of the table.
    ///
    /// @param gateways beside each other
    public static Map<String, Balancing> all(int gateways) {
        Map<String, Balancing> all = new LinkedHashMap<>();
        all.put("round robin", (service, _) -> _ -> new RoundRobin(service));
        all.put(
                "weighted round robin",
                (service, reports) -> random -> new WeightedByUse(service, reports, random));
        all.put("least loaded", (service, _) -> random -> new LeastLoaded(service, random));
        all.put(
                "two choices, polled",
                (service, reports) -> random -> new PolledTwoChoices(service, reports, random));
        all.put(
                "C3",
                (service, reports) ->
                        random -> new Probing(service, Probing.Rule.C3, gateways, reports, random));
        all.put(
                "Prequal, probing",
                (service, reports) ->
                        random ->
                                new Probing(
                                        service, Probing.Rule.PREQUAL, gateways, reports, random));
        return all;
    }
}
