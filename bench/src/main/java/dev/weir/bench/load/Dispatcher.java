package dev.weir.bench.load;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Sends every request at its time, or as soon after it as a connection is free. Requests leave in the order of their
/// times, so those that wait are a range of numbers: from the next to send up to the next to become due.
///
/// Confined to the generator's loop.
final class Dispatcher {
    private final EventLoop loop;
    private final Schedule schedule;
    private final Tally tally;
    private final Dialer dialer;
    private final Runnable recordingBegins;
    private final ByteBuf request;
    private final boolean toHead;
    private final boolean connectionPerRequest;
    private final long timeoutNanos;
    private final Connection[] connections;
    private final ArrayDeque<Connection> free;
    private final Runnable tick = this::tick;
    private final CompletableFuture<Void> over = new CompletableFuture<>();
    private long begin;
    private int nextDue;
    private int nextToSend;
    private int settled;
    private boolean sending;

    /// @param recordingBegins called on the loop when the first recorded request is due
    Dispatcher(
            EventLoop loop, Plan plan, Schedule schedule, Tally tally, Runnable recordingBegins) {
        this.loop = loop;
        this.schedule = schedule;
        this.tally = tally;
        this.dialer = new Dialer(loop, plan.port(), plan.timeout());
        this.recordingBegins = recordingBegins;
        this.request = Unpooled.directBuffer().writeBytes(plan.request(plan.close()));
        this.toHead = plan.method().equals("HEAD");
        this.connectionPerRequest = plan.close();
        this.timeoutNanos = plan.timeout().toNanos();
        this.connections = new Connection[plan.connections()];
        this.free = new ArrayDeque<>(plan.connections());
    }

    /// Opens the connections, if they are kept, and begins.
    ///
    /// @return completes on the loop when every request has its outcome
    CompletableFuture<Void> run() {
        for (int place = 0; place < connections.length; place++) {
            connections[place] = new Connection(this, dialer, place);
            free.add(connections[place]);
        }
        new Batch(
                        connectionPerRequest ? 0 : connections.length,
                        (place, done) -> connections[place].open(done))
                .run()
                .thenRun(this::begin);
        return over;
    }

    private void begin() {
        begin = System.nanoTime();
        long pause = Math.max(1, timeoutNanos / 20);
        var sweeping = loop.scheduleWithFixedDelay(this::sweep, pause, pause, TimeUnit.NANOSECONDS);
        over.whenComplete((_, _) -> sweeping.cancel(false));
        tick();
    }

    private void tick() {
        sendDue(System.nanoTime());
        if (nextDue < schedule.count()) {
            loop.schedule(tick, intended(nextDue) - System.nanoTime(), TimeUnit.NANOSECONDS);
        } else if (schedule.count() == 0) {
            over.complete(null);
        }
    }

    private long intended(int number) {
        return begin + schedule.offset(number);
    }

    private void sendDue(long now) {
        while (nextDue < schedule.count() && intended(nextDue) <= now) {
            int due = nextDue++;
            if (due == schedule.firstRecorded()) {
                recordingBegins.run();
            }
            tally.noticed(due, now - intended(due));
            sendWaiting();
        }
    }

    private void sendWaiting() {
        if (sending) {
            return; // A request has failed at once: whoever sent it goes on with the next.
        }
        sending = true;
        while (nextToSend < nextDue && !free.isEmpty()) {
            Connection connection = free.remove();
            if (connection.ended()) {
                int place = connection.place();
                connection = connections[place] = new Connection(this, dialer, place);
            }
            int number = nextToSend++;
            tally.sent(number, System.nanoTime() - begin);
            connection.send(number, intended(number));
        }
        sending = false;
    }

    private void sweep() {
        long now = System.nanoTime();
        for (Connection connection : connections) {
            connection.sweep(now, timeoutNanos);
        }
        while (nextToSend < nextDue && now - intended(nextToSend) > timeoutNanos) {
            settled(nextToSend++, Fault.TIMEOUT);
        }
    }

    /// One more use of the bytes that every request consists of.
    ByteBuf request() {
        return request.retainedDuplicate();
    }

    boolean toHead() {
        return toHead;
    }

    boolean connectionPerRequest() {
        return connectionPerRequest;
    }

    void read(int number, int bytes) {
        tally.read(number, bytes);
    }

    /// Each request has one outcome.
    void settled(int number, @Nullable Fault fault) {
        long now = System.nanoTime();
        tally.settled(number, fault, now - begin);
        if (++settled == schedule.count()) {
            over.complete(null);
        } else {
            // Many answers may be waiting to be read; requests need not wait for all of them.
            sendDue(now);
        }
    }

    void release(Connection connection) {
        free.add(connection);
        sendWaiting();
    }
}
