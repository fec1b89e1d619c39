package dev.weir.route;

import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/// Shares the requests of a route among its services by weight: `to: { pages: 95, pages-canary: 5 }`. Each request is
/// drawn by itself. Immutable; asked on event loops, does not allocate.
public final class Splitter {
    private final List<String> services;

    /// Sums of the shares up to and with each service.
    private final int[] sums;

    private Splitter(List<String> services, int[] sums) {
        this.services = services;
        this.sums = sums;
    }

    /// Services with a share of 0 are left out: they get nothing.
    public static Splitter of(Action.To to) {
        List<Map.Entry<String, Integer>> served =
                to.shares().entrySet().stream().filter(share -> share.getValue() > 0).toList();
        List<String> services = served.stream().map(Map.Entry::getKey).toList();
        int[] sums = served.stream().mapToInt(Map.Entry::getValue).toArray();
        for (int i = 1; i < sums.length; i++) {
            sums[i] = Math.addExact(sums[i], sums[i - 1]);
        }
        return new Splitter(services, sums);
    }

    /// The services that get requests, in the order of the file.
    public List<String> services() {
        return services;
    }

    /// The share of the service at this place, from 0 to 1.
    public double share(int place) {
        int before = place == 0 ? 0 : sums[place - 1];
        return (double) (sums[place] - before) / sums[sums.length - 1];
    }

    /// The place of a request's service in [#services].
    public int pick(RandomGenerator random) {
        if (sums.length == 1) {
            return 0;
        }
        int drawn = random.nextInt(sums[sums.length - 1]);
        int i = 0;
        while (drawn >= sums[i]) {
            i++;
        }
        return i;
    }
}
