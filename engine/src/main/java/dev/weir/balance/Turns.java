package dev.weir.balance;

import dev.weir.service.Endpoint;
import java.util.Arrays;
import java.util.List;

/// The order in which all endpoints of a service get their turns, again and again: each as often as its weight
/// says, interleaved as smoothly as possible. Weights 5, 1, 1 are a a b a c a a (nginx's smooth weighted round robin,
/// `ngx_http_upstream_round_robin.c`: each turn everybody gains its weight, and the richest goes and pays the sum).
final class Turns {
    /// Most turns of one round: 256 KiB of ints. Weights that have no smaller common form are scaled down to fit, never
    /// below 1, so that a share is off by at most one turn in so many.
    static final int MOST = 65_536;

    private Turns() {}

    /// Places of the endpoints in their order.
    static int[] of(List<Endpoint> endpoints) {
        int[] weights = reduced(endpoints, MOST);
        int total = Arrays.stream(weights).sum();
        int[] turns = new int[total];
        if (total == weights.length) {
            Arrays.setAll(turns, i -> i);
            return turns;
        }
        long[] credits = new long[weights.length];
        for (int turn = 0; turn < total; turn++) {
            int richest = 0;
            for (int i = 0; i < weights.length; i++) {
                credits[i] += weights[i];
                if (credits[i] > credits[richest]) {
                    richest = i;
                }
            }
            credits[richest] -= total;
            turns[turn] = richest;
        }
        return turns;
    }

    /// The weights in their smallest common form, scaled down if they are more than `most` together.
    static int[] reduced(List<Endpoint> endpoints, int most) {
        int divisor = 0;
        for (Endpoint endpoint : endpoints) {
            divisor = divisor(endpoint.weight(), divisor);
        }
        int common = Math.max(1, divisor);
        int[] weights =
                endpoints.stream().mapToInt(endpoint -> endpoint.weight() / common).toArray();
        long sum = Arrays.stream(weights).asLongStream().sum();
        long room = Math.max(0, most - weights.length);
        return sum <= most
                ? weights
                : Arrays.stream(weights)
                        .map(weight -> (int) Math.max(1, weight * room / sum))
                        .toArray();
    }

    private static int divisor(int one, int other) {
        return other == 0 ? one : divisor(other, one % other);
    }
}
