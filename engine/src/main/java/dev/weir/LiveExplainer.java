package dev.weir;

import dev.weir.balance.Outlook;
import dev.weir.explain.Arrivals;
import dev.weir.explain.Explainer;
import dev.weir.explain.Explanation;
import dev.weir.explain.Handshakes;
import dev.weir.explain.Question;
import dev.weir.explain.Recorder;
import dev.weir.explain.Tokens;
import dev.weir.forward.ServiceOnLoop;
import dev.weir.listen.Walk;
import dev.weir.listen.Worker;
import dev.weir.runtime.Clock;
import dev.weir.service.Service;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// Explains by the configuration in force and by what the process knows now: levels of limits, health, what balancing learned. What each loop
/// learns for itself is asked of one of them. Thread-safe; may block, and is called on no loop.
record LiveExplainer(Supplier<Generation> now, Loops workers) {
    private static final int SECRET = 32;

    /// An event loop that is well answers within a millisecond.
    private static final Duration A_MOMENT = Duration.ofMillis(200);

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
                        new Handshakes(
                                inForce.config(),
                                inForce.origins(),
                                listener -> listener.tls().orElseThrow()),
                        new LoopLookout(
                                one.getKey(), place -> service(one.getValue(), inForce, place)),
                        true)
                .explain(question);
    }

    /// What balancing goes by at services now, by their names. Those that the loop does not tell of within a moment are left out: who looks
    /// at a process whose loop is stuck wants to see the rest of it.
    Map<String, Outlook> outlooks(List<Service> services) {
        Map.Entry<EventLoop, Worker> one = workers.all().entrySet().iterator().next();
        Map<String, Future<Outlook>> asked = new LinkedHashMap<>();
        for (Service service : services) {
            String name = service.name();
            try {
                asked.put(name, one.getKey().submit(() -> outlook(one.getValue(), name)));
            } catch (RejectedExecutionException _) {
                // The process ends.
                return Map.of();
            }
        }
        Map<String, Outlook> told = new LinkedHashMap<>();
        long until = System.nanoTime() + A_MOMENT.toNanos();
        asked.forEach(
                (name, answer) -> {
                    if (answer.awaitUninterruptibly(
                                    Math.max(0, until - System.nanoTime()), TimeUnit.NANOSECONDS)
                            && answer.isSuccess()) {
                        told.put(name, answer.getNow());
                    }
                });
        return told;
    }

    private static Outlook outlook(Worker worker, String name) {
        ServiceOnLoop service = worker.service(name);
        return service == null ? Outlook.nobody("") : service.outlook();
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
