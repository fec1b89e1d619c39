package dev.weir.admin;

import dev.weir.schema.Says;
import java.util.List;
import java.util.Map;

/// What the process is made of and what it takes. Immutable.
public record RuntimeState(
        @Says("Version of Java.") String java,
        @Says("Threads of the JVM.") int threads,
        @Says("Processors that it may use.") int processors,
        @Says("The part of all processors that it used lately, 0 to 1.") double cpuShare,
        @Says("Bytes of the heap in use.") long heapUsed,
        @Says("Most bytes that the heap may have.") long heapMost,
        @Says("Bytes of direct memory in use.") long directUsed,
        @Says("Most bytes of direct memory.") long directMost,
        @Says("Bytes that connections hold of requests and answers.") long heldUsed,
        @Says("`limits.memory`.") long heldMost,
        @Says("Garbage collectors.") List<Collector> collectors,
        @Says("Event loops.") List<LoopState> loops,
        @Says("Connections to endpoints, by service.") Map<String, PoolState> pools) {
    public RuntimeState {
        collectors = List.copyOf(collectors);
        loops = List.copyOf(loops);
    }

    /// A garbage collector.
    public record Collector(
            String name,
            @Says("How often it ran.") long runs,
            @Says("How long in all.") long totalMs) {}

    /// An event loop.
    public record LoopState(
            @Says("The longest that something waited for it in the last ten seconds.") double lagMs,
            @Says("How often it was blocked for a second.") long blocked) {}

    /// Connections to the endpoints of a service.
    public record PoolState(
            @Says("Connections that carry a request.") long busy,
            @Says("Connections that wait for one.") long idle,
            @Says("Connections being made.") long connecting,
            @Says("Connections made since the start.") long opened,
            @Says("Connections that could not be made.") long failed) {}
}
