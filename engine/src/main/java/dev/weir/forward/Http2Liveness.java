package dev.weir.forward;

import dev.weir.runtime.Loop;
import dev.weir.runtime.Timers;

/// Whether the endpoint of one HTTP/2 connection is still there. A connection that is dead without saying so, as one that a firewall has
/// forgotten, would let each of its requests wait for its timeout. So when one is given up that had waited for a while, and
/// nothing else has come meanwhile, the endpoint is asked by a PING, and the connection is not used until it has answered. Confined to
/// one event loop.
final class Http2Liveness implements Timers.Expiry {
    /// Who gives up sooner says nothing of the endpoint.
    private static final long PATIENCE_NANOS = 100_000_000;

    private final Loop loop;
    private final long answerNanos;
    private final Runnable dead;
    private final Timers.Timer timer;
    private boolean asking;
    private long reads;

    /// @param answerNanos the time for an answer
    /// @param dead called when there was none
    Http2Liveness(Loop loop, long answerNanos, Runnable dead) {
        this.loop = loop;
        this.answerNanos = answerNanos;
        this.dead = dead;
        this.timer = loop.timers().timer(this);
    }

    /// Something has been read.
    void heard() {
        reads++;
        if (asking) {
            asking = false;
            timer.clear();
        }
    }

    /// How often something has been read; unchanged means that nothing was heard.
    long reads() {
        return reads;
    }

    /// Whether it is not known if the endpoint is still there.
    boolean inDoubt() {
        return asking;
    }

    /// A request was given up.
    ///
    /// @param readsBefore what [#reads] was when it was sent
    /// @return whether to send a PING
    boolean doubt(long sentNanos, long readsBefore) {
        if (asking || reads != readsBefore || loop.now() - sentNanos < PATIENCE_NANOS) {
            return false;
        }
        asking = true;
        timer.at(loop.now() + answerNanos);
        return true;
    }

    void end() {
        timer.drop();
    }

    @Override
    public void expired() {
        if (asking) {
            dead.run();
        }
    }
}
