package dev.weir.cli.demo;

import dev.weir.cli.Lines;
import dev.weir.cli.endpoint.SmallEndpoint;
import java.io.IOException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/// What happens while the demo runs: requests, a line about them now and then, an endpoint that dies and comes
/// back. All of it on one thread of its own; [#pressed] may be called on any.
final class Show implements AutoCloseable {
    private final DemoEndpoints endpoints;
    private final Traffic traffic;
    private final Lines out;
    private final Runnable quit;
    private final ScheduledExecutorService stage =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("demo").factory());

    Show(DemoEndpoints endpoints, Traffic traffic, Lines out, Runnable quit) {
        this.endpoints = endpoints;
        this.traffic = traffic;
        this.out = out;
        this.quit = quit;
    }

    void begin(Pace pace, boolean faults) {
        long summary = pace.summary().toMillis();
        every(pace.requests().toMillis(), pace.requests().toMillis(), traffic::sendRound);
        every(summary, summary, () -> out.say(traffic.summary()));
        if (faults) {
            long again = pace.again().toMillis();
            every(pace.kill().toMillis(), again, this::killNext);
            every(pace.revive().toMillis(), again, this::revive);
        }
    }

    private void every(long first, long millis, Runnable act) {
        var unused = stage.scheduleAtFixedRate(act, first, millis, TimeUnit.MILLISECONDS);
    }

    /// A key: `k` kills, `r` revives, `q` quits.
    void pressed(int key) {
        switch (key) {
            case 'k' -> stage.execute(this::killNext);
            case 'r' -> stage.execute(this::revive);
            case 'q' -> quit.run();
            default -> out.plain("k kills an endpoint, r revives the dead, q quits");
        }
    }

    private void killNext() {
        endpoints
                .nextToKill()
                .ifPresentOrElse(
                        this::kill, () -> out.say("both endpoints of users are dead; r revives"));
    }

    private void kill(SmallEndpoint endpoint) {
        out.say("--- " + endpoint.name() + " is killed: its port closes, its connections break");
        endpoint.kill();
    }

    private void revive() {
        try {
            for (String name : endpoints.reviveAll()) {
                out.say("--- " + name + " is back; two good checks, and it gets requests again");
            }
        } catch (IOException e) {
            out.say("--- an endpoint cannot come back: " + e.getMessage());
        }
    }

    @Override
    public void close() {
        stage.shutdownNow();
    }
}
