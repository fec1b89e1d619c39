package dev.weir;

import dev.weir.admin.RuntimeState;
import dev.weir.listen.Worker;
import dev.weir.metrics.LoopTraffic;
import dev.weir.metrics.ServiceTraffic;
import dev.weir.metrics.Tallies;
import dev.weir.runtime.LoopWatch;
import io.netty.channel.EventLoop;
import io.netty.util.internal.PlatformDependent;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;

/// What people see of the process beside its configuration: what loops have counted and hold, memory, threads. Waits for no loop: what one
/// holds is what it said when it was asked the time before. Thread-safe; called on virtual threads.
final class Vitals {
    private static final ServiceTraffic.Connections NONE =
            new ServiceTraffic.Connections(0, 0, 0, 0);

    private final Loops loops;
    private final LoopWatch watch;
    private final Changeover changeover;
    private final Map<EventLoop, Worker.Holding> held = new ConcurrentHashMap<>();

    Vitals(Loops loops, LoopWatch watch, Changeover changeover) {
        this.loops = loops;
        this.watch = watch;
        this.changeover = changeover;
    }

    private List<LoopTraffic> counted() {
        return loops.all().values().stream().map(worker -> worker.loop().traffic()).toList();
    }

    /// What loops have counted so far.
    Tallies tallies() {
        return Tallies.read(counted());
    }

    RuntimeState runtime() {
        ask();
        MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
        return new RuntimeState(
                Runtime.version().toString(),
                ManagementFactory.getThreadMXBean().getThreadCount(),
                Runtime.getRuntime().availableProcessors(),
                cpuShare(),
                heap.getUsed(),
                heap.getMax(),
                Math.max(0, PlatformDependent.usedDirectMemory()),
                PlatformDependent.maxDirectMemory(),
                held.values().stream().mapToLong(Worker.Holding::bytes).sum(),
                changeover.memory(),
                ManagementFactory.getGarbageCollectorMXBeans().stream()
                        .map(Vitals::collector)
                        .toList(),
                loops(),
                pools());
    }

    private void ask() {
        loops.all()
                .forEach(
                        (loop, worker) -> {
                            try {
                                loop.execute(() -> held.put(loop, worker.holding()));
                            } catch (RejectedExecutionException _) {
                                // It has ended, and holds nothing.
                                held.remove(loop);
                            }
                        });
    }

    private static double cpuShare() {
        if (ManagementFactory.getOperatingSystemMXBean()
                instanceof com.sun.management.OperatingSystemMXBean system) {
            return Math.max(0, Math.round(system.getProcessCpuLoad() * 1e3) / 1e3);
        }
        return 0;
    }

    private static RuntimeState.Collector collector(GarbageCollectorMXBean collector) {
        return new RuntimeState.Collector(
                collector.getName(), collector.getCollectionCount(), collector.getCollectionTime());
    }

    List<RuntimeState.LoopState> loops() {
        List<RuntimeState.LoopState> all = new ArrayList<>();
        for (int i = 0; i < watch.loops(); i++) {
            double millis = Math.round(watch.lagNanos(i) / 1e4) / 1e2;
            all.add(new RuntimeState.LoopState(millis, watch.blocked(i)));
        }
        return all;
    }

    private Map<String, RuntimeState.PoolState> pools() {
        Map<String, ServiceTraffic.Connections> connections = new TreeMap<>();
        for (LoopTraffic loop : counted()) {
            loop.services()
                    .forEach(
                            (name, service) ->
                                    connections.merge(
                                            name,
                                            service.connections(),
                                            ServiceTraffic.Connections::plus));
        }
        Map<String, RuntimeState.PoolState> pools = new TreeMap<>();
        changeover
                .now()
                .snapshot()
                .services()
                .forEach(
                        service ->
                                pools.put(
                                        service.name(),
                                        pool(
                                                connections.getOrDefault(service.name(), NONE),
                                                idle(service.name()))));
        return pools;
    }

    private long idle(String service) {
        return held.values().stream()
                .mapToLong(holding -> holding.idle().getOrDefault(service, 0))
                .sum();
    }

    private static RuntimeState.PoolState pool(ServiceTraffic.Connections all, long idle) {
        return new RuntimeState.PoolState(
                Math.max(0, all.open() - idle), idle, all.connecting(), all.opened(), all.failed());
    }
}
