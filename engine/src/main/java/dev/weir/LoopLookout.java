package dev.weir;

import dev.weir.exchange.Exchange;
import dev.weir.explain.Lookout;
import dev.weir.forward.ServiceOnLoop;
import dev.weir.service.Endpoint;
import io.netty.channel.EventLoop;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntFunction;

/// Asks one event loop where its services would send a request. Thread-safe; not to be called on that loop.
///
/// @param services of the loop, by position; asked on it
record LoopLookout(EventLoop loop, IntFunction<ServiceOnLoop> services) implements Lookout {
    private static final long MOST_SECONDS = 5;

    @Override
    public View look(int service, Exchange exchange) {
        try {
            return loop.submit(() -> view(services.apply(service), exchange))
                    .get(MOST_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("an event loop does not say what it knows", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private static View view(ServiceOnLoop service, Exchange exchange) {
        Map<Endpoint, Double> heldBack = new HashMap<>();
        for (Endpoint endpoint : service.service().endpoints()) {
            double probability = service.heldBack(endpoint);
            if (probability > 0) {
                heldBack.put(endpoint, probability);
            }
        }
        return new View(service.service(), service.outlook(exchange), heldBack);
    }
}
