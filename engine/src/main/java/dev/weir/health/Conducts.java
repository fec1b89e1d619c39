package dev.weir.health;

import dev.weir.service.Endpoint;
import dev.weir.service.Service;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How each endpoint of a service behaves. Immutable; what it holds is not.
///
/// @param byPosition not to be changed
record Conducts(List<Conduct> all, @Nullable Conduct[] byPosition) {
    static final Conducts NONE = new Conducts(List.of(), new Conduct[0]);

    /// Of another list of endpoints: of those that stay all is known, of those that have left nothing any more.
    Conducts next(Service after) {
        List<Conduct> list = new ArrayList<>();
        @Nullable Conduct[] placed = new Conduct[after.slots()];
        for (Endpoint endpoint : after.endpoints()) {
            Conduct before = of(endpoint);
            Conduct conduct = before == null ? new Conduct(endpoint) : before;
            placed[endpoint.position()] = conduct;
            list.add(conduct);
        }
        return new Conducts(List.copyOf(list), placed);
    }

    /// Null if the endpoint has left.
    @Nullable Conduct of(Endpoint endpoint) {
        int position = endpoint.position();
        Conduct found = position < byPosition.length ? byPosition[position] : null;
        return found != null && found.endpoint().state() == endpoint.state() ? found : null;
    }
}
