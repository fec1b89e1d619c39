package dev.weir;

import dev.weir.health.Health;
import dev.weir.listen.Listener;
import dev.weir.listen.Worker;
import dev.weir.metrics.LoopTraffic;
import dev.weir.metrics.Metric;
import dev.weir.metrics.Page;
import dev.weir.metrics.ReloadCount;
import dev.weir.runtime.LoopWatch;
import dev.weir.service.Service;
import dev.weir.tls.Validity;
import io.netty.channel.EventLoop;
import io.netty.util.internal.PlatformDependent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// Reads from every room what metrics tell, once per scrape. What loops count is read as it stands; what they hold is asked of them, and of one
/// that is busy for longer than [#PATIENCE_MILLIS] the last answer is taken.
///
/// Thread-safe; called on the thread of a scrape, one at a time, and waits for loops.
final class Readings implements Consumer<Page> {
    private static final long PATIENCE_MILLIS = 100;

    private final Sources sources;
    private final List<Asked> loops = new ArrayList<>();

    /// What is read.
    ///
    /// @param version of Weir
    record Sources(
            Loops workers,
            Changeover changeover,
            Health health,
            LoopWatch watch,
            ReloadCount reloads,
            String version,
            String transport) {}

    /// A loop, and what it held when it was last asked.
    private static final class Asked {
        private final EventLoop loop;
        private final Worker worker;
        private volatile Worker.Holding holding = new Worker.Holding(0, Map.of());

        private Asked(EventLoop loop, Worker worker) {
            this.loop = loop;
            this.worker = worker;
        }
    }

    Readings(Sources sources) {
        this.sources = sources;
        sources.workers.all().forEach((loop, worker) -> loops.add(new Asked(loop, worker)));
    }

    @Override
    public void accept(Page page) {
        ask();
        LoopTraffic.write(loops.stream().map(each -> each.worker.loop().traffic()).toList(), page);
        loops.forEach(each -> held(each.holding, page));
        listeners(page);
        certificates(page);
        for (Service service : sources.changeover.now().snapshot().services()) {
            sources.health
                    .ejections(service)
                    .forEach(
                            (reason, count) ->
                                    page.count(
                                            Metric.EJECTIONS,
                                            count,
                                            service.name(),
                                            reason.word()));
        }
        sources.reloads.write(page);
        process(page);
    }

    private void ask() {
        CountDownLatch answered = new CountDownLatch(loops.size());
        for (Asked each : loops) {
            try {
                each.loop.execute(
                        () -> {
                            each.holding = each.worker.holding();
                            answered.countDown();
                        });
            } catch (RejectedExecutionException _) {
                // It has ended, and holds nothing.
                answered.countDown();
            }
        }
        try {
            boolean _ = answered.await(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void held(Worker.Holding holding, Page page) {
        page.add(Metric.MEMORY_HELD, holding.bytes());
        holding.idle()
                .forEach(
                        (service, idle) -> {
                            page.add(Metric.POOL_CONNECTIONS, idle, service, "idle");
                            page.add(Metric.POOL_CONNECTIONS, -idle, service, "busy");
                        });
    }

    private void listeners(Page page) {
        for (Listener listener : sources.changeover.now().listeners().values()) {
            page.add(Metric.CONNECTIONS, listener.open(), listener.name());
            page.count(Metric.CONNECTIONS_ACCEPTED, listener.accepted(), listener.name());
            listener.handshakesFailed()
                    .ifPresent(
                            count -> page.count(Metric.HANDSHAKES_FAILED, count, listener.name()));
        }
    }

    private void certificates(Page page) {
        for (Validity each : sources.changeover.tlsFiles().certificates()) {
            page.set(
                    Metric.CERTIFICATE_NOT_AFTER,
                    each.notAfter().getEpochSecond(),
                    each.by() == Validity.By.LISTENER ? each.of() : "",
                    each.by() == Validity.By.SERVICE ? each.of() : "",
                    each.name(),
                    each.keyType());
        }
    }

    private void process(Page page) {
        LoopWatch watch = sources.watch;
        for (int i = 0; i < watch.loops(); i++) {
            page.set(Metric.LOOP_LAG, watch.lagNanos(i) / 1e9, Integer.toString(i));
            page.count(Metric.LOOP_BLOCKED, watch.blocked(i), Integer.toString(i));
        }
        page.set(Metric.MEMORY_LIMIT, sources.changeover.memory());
        page.set(Metric.DIRECT_MEMORY, Math.max(0, PlatformDependent.usedDirectMemory()));
        sources.changeover
                .now()
                .accessLog()
                .ifPresent(log -> page.count(Metric.LOG_LINES_DROPPED, log.dropped(), "access"));
        sources.changeover
                .now()
                .logExport()
                .ifPresent(log -> page.count(Metric.LOG_LINES_DROPPED, log.dropped(), "otlp"));
        sources.changeover
                .now()
                .tracing()
                .ifPresent(
                        tracing -> {
                            page.count(Metric.TRACE_SPANS, tracing.exported(), "taken");
                            page.count(Metric.TRACE_SPANS, tracing.dropped(), "dropped");
                        });
        page.set(Metric.BUILD_INFO, 1, sources.version, sources.transport);
    }
}
