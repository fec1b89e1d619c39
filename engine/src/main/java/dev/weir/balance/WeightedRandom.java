package dev.weir.balance;

import dev.weir.service.Endpoint;
import dev.weir.service.Service;
import dev.weir.service.Tried;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Any usable endpoint, by weight, in constant time. Confined to one event loop; does not allocate unless the usable
/// endpoints have changed.
public final class WeightedRandom implements Balancer {
    private final Service service;
    private final RandomGenerator random;
    private WeightedDraw draw;

    public WeightedRandom(Service service, RandomGenerator random) {
        this.service = service;
        this.random = random;
        this.draw = new WeightedDraw(service.members().usable());
    }

    @Override
    public @Nullable Endpoint pick(long key, Tried tried, long nowNanos) {
        Endpoint[] usable = service.members().usable();
        if (!draw.among(usable)) {
            draw = new WeightedDraw(usable);
        }
        if (tried.count() > 0) {
            return draw.drawUntried(random, tried);
        }
        return usable.length == 0 ? null : usable[draw.draw(random)];
    }

    @Override
    public Outlook outlook(OptionalLong key, Tried tried, long nowNanos) {
        return Outlook.bestOf(
                1,
                "any, by weight",
                Outlook.untried(service.members().usable(), tried).stream()
                        .map(
                                endpoint ->
                                        new Outlook.Drawn(
                                                endpoint,
                                                endpoint.weight(),
                                                0,
                                                "",
                                                "weight " + endpoint.weight()))
                        .toList());
    }
}
