package dev.weir;

import dev.weir.explain.Arrivals;
import dev.weir.explain.Explainer;
import dev.weir.explain.Explanation;
import dev.weir.explain.Question;
import dev.weir.explain.Recorder;
import dev.weir.explain.Tokens;
import dev.weir.forward.ServiceOnLoop;
import dev.weir.listen.Walk;
import dev.weir.listen.Worker;
import dev.weir.runtime.Clock;
import io.netty.channel.EventLoop;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/// Explains by the configuration in force and by what the process knows now: levels of limits, health, what balancing learned. What each loop
/// learns for itself is asked of one of them. Thread-safe; may block, and is called on no loop.
record LiveExplainer(Supplier<Generation> now, Loops workers) {
    private static final int SECRET = 32;

    /// Keeps what became of some requests, and why where they ask for it.
    Recorder recorder(Clock clock) {
        byte[] secret = new byte[SECRET];
        new SecureRandom().nextBytes(secret);
        return new Recorder(
                clock,
                new Tokens(secret),
                this::explain,
                task -> Thread.ofVirtual().name("weir-explain").start(task));
    }

    /// What would become of a request.
    ///
    /// @throws IllegalArgumentException with a sentence for the user, if the question names a listener that takes no requests
    Explanation explain(Question question) {
        Generation inForce = now.get();
        Map.Entry<EventLoop, Worker> one = workers.all().entrySet().iterator().next();
        return new Explainer(
                        inForce.config(),
                        inForce.origins(),
                        new Walk(inForce.snapshot(), new SplittableRandom()),
                        new Arrivals(inForce.config(), List.copyOf(inForce.listeners().values())),
                        new LoopLookout(
                                one.getKey(), place -> service(one.getValue(), inForce, place)),
                        true)
                .explain(question);
    }

    private static ServiceOnLoop service(Worker worker, Generation inForce, int place) {
        String name = inForce.snapshot().services().get(place).name();
        ServiceOnLoop service = worker.service(name);
        if (service == null) {
            throw new IllegalStateException("a reload has taken " + name + " away meanwhile");
        }
        return service;
    }
}
