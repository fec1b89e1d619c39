package dev.weir.bench.load;

import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// Runs a [Plan], all of it on one loop. Netty's epoll loop and not a Selector, whose time-outs are whole milliseconds.
/// Linux only.
final class Generator {
    private final Plan plan;
    private final Milestones milestones;

    /// What a caller may want to know while it runs.
    interface Milestones {
        /// Called on the caller's thread; the run goes on when it returns.
        void idleStand(int opened);

        /// Called on the generator's loop.
        void recordingBegins();
    }

    Generator(Plan plan, Milestones milestones) {
        this.plan = plan;
        this.milestones = milestones;
    }

    /// Blocks until every request has its outcome.
    Result run() {
        Epoll.ensureAvailability();
        Schedule schedule = Schedule.of(plan);
        try (var group = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory())) {
            Result result = run(schedule, group.next());
            group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
            return result;
        }
    }

    private Result run(Schedule schedule, EventLoop loop) {
        var idle = new IdleConnections(new Dialer(loop, plan.idlePort(), plan.timeout()), plan);
        milestones.idleStand(onLoop(loop, idle::open));
        var tally = new Tally(schedule);
        var dispatcher = new Dispatcher(loop, plan, schedule, tally, milestones::recordingBegins);
        return onLoop(
                loop, () -> dispatcher.run().thenApply(_ -> tally.result(plan, idle.closed())));
    }

    private static <T> T onLoop(EventLoop loop, Supplier<CompletableFuture<T>> work) {
        return CompletableFuture.supplyAsync(work, loop).thenCompose(future -> future).join();
    }
}
