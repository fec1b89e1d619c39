package dev.weir.service;

import dev.weir.schema.Percent;
import java.util.Arrays;
import java.util.List;

/// Which of the endpoints that may get requests come first: backups after all others, and endpoints of the gateway's own zone
/// before those of other zones. Pure functions; thread-safe.
final class Preference {
    /// The own zone can carry so much more than it usually gets: only when less than 1/1.4 = 71 % of its capacity is usable do
    /// requests leave it (Envoy's overprovisioning factor).
    private static final double SPARE = 1.4;

    private Preference() {}

    /// Backups only when nothing else works. Each of the two groups panics for itself; if nothing is known to work in either, all
    /// endpoints are one group.
    static Eligible eligible(List<Endpoint> endpoints, Percent panicBelow) {
        List<Endpoint> backups = endpoints.stream().filter(Endpoint::backup).toList();
        if (!backups.isEmpty()) {
            List<Endpoint> others =
                    endpoints.stream().filter(endpoint -> !endpoint.backup()).toList();
            for (List<Endpoint> group : List.of(others, backups)) {
                Eligible eligible = Eligible.of(group, panicBelow);
                if (eligible.working() > 0) {
                    return eligible;
                }
            }
        }
        return Eligible.of(endpoints, panicBelow);
    }

    /// How much of their share the usable endpoints of other zones get, so that the own zone gets all requests as long as 71 % of its
    /// weight is usable, and 1.4 × what is usable beyond: p with p · away / (own + p · away) = 1 − 1.4 · usable. At most 1, at
    /// which zones do not matter any more; also 1 if there is no choice.
    static double awayPart(String zone, List<Endpoint> endpoints, Endpoint[] usable) {
        boolean backups = usable.length > 0 && usable[0].backup();
        double all =
                weight(zone, endpoints.stream().filter(one -> one.backup() == backups).toList());
        double own = weight(zone, Arrays.asList(usable));
        double away = Arrays.stream(usable).mapToInt(Endpoint::weight).sum() - own;
        if (zone.isEmpty() || own == 0 || away == 0) {
            return 1;
        }
        double stays = Math.min(1, SPARE * own / Math.max(all, own));
        return Math.min(1, own * (1 - stays) / (stays * away));
    }

    static Endpoint[] own(String zone, Endpoint[] usable) {
        return Arrays.stream(usable)
                .filter(endpoint -> endpoint.zone().equals(zone))
                .toArray(Endpoint[]::new);
    }

    private static double weight(String zone, List<Endpoint> endpoints) {
        return endpoints.stream()
                .filter(endpoint -> endpoint.zone().equals(zone))
                .mapToInt(Endpoint::weight)
                .sum();
    }
}
