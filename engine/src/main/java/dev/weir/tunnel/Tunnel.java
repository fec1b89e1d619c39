package dev.weir.tunnel;

import dev.weir.runtime.Loop;
import dev.weir.runtime.Timers;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/// Glues two ends together: what comes from one goes to the other, without a copy. An end that does not take what is written stops the
/// other from being read; an end that says it will send no more has that passed on, and the other direction goes on; one that breaks
/// breaks the other. Ends when both directions have ended, when one end breaks, when nothing moved for long, or when it is cut.
///
/// Confined to one event loop.
public final class Tunnel implements Timers.Expiry {
    /// How a tunnel ended.
    public enum Ending {
        /// The client's direction ended in order, and then the endpoint's did, or nothing more came.
        CLIENT_FINISHED,
        /// The endpoint's direction ended in order, and then the client's did, or nothing more came.
        ENDPOINT_FINISHED,
        CLIENT_BROKE,
        ENDPOINT_BROKE,
        /// Nothing moved for as long as it may be idle.
        IDLE,
        /// Its owner wanted it.
        CUT
    }

    /// How long nothing may move in either direction, before and after one of them has ended.
    public record Patience(long idleNanos, long endingNanos) {}

    /// Hears that a tunnel is over; called once, on its event loop. Both ends are closed by then, or about to be.
    public interface Owner {
        void over(Ending how);
    }

    private final Loop loop;
    private final End client;
    private final End endpoint;
    private final Patience patience;
    private final Owner owner;
    private final Timers.Timer timer;
    private long movedNanos;
    private long fromClient;
    private long fromEndpoint;
    private boolean clientEnded;
    private boolean endpointEnded;
    private @Nullable Ending first;
    private boolean over;

    public Tunnel(Loop loop, End client, End endpoint, Patience patience, Owner owner) {
        this.loop = loop;
        this.client = client;
        this.endpoint = endpoint;
        this.patience = patience;
        this.owner = owner;
        this.timer = loop.timers().timer(this);
        movedNanos = loop.now();
        timer.at(movedNanos + patience.idleNanos());
    }

    /// Bytes that came from the client.
    public long fromClient() {
        return fromClient;
    }

    /// Bytes that came from the endpoint.
    public long fromEndpoint() {
        return fromEndpoint;
    }

    /// Bytes held: what one end has given and the other not yet taken.
    public long held() {
        return client.held() + endpoint.held();
    }

    /// Bytes held that the endpoint has not taken.
    public long heldForEndpoint() {
        return endpoint.held();
    }

    // ---- what the ends say ----

    /// Bytes came. Releases them.
    public void arrived(End from, ByteBuf data) {
        if (over) {
            data.release();
            return;
        }
        loop.arrived();
        movedNanos = loop.now();
        End to;
        if (from == client) {
            fromClient += data.readableBytes();
            to = endpoint;
        } else {
            fromEndpoint += data.readableBytes();
            to = client;
        }
        to.write(data);
        if (!to.writable()) {
            from.read(false);
        }
    }

    /// An end will give no more.
    public void ended(End from) {
        if (over) {
            return;
        }
        movedNanos = loop.now();
        Ending begun = first;
        if (begun == null) {
            begun = from == client ? Ending.CLIENT_FINISHED : Ending.ENDPOINT_FINISHED;
            first = begun;
        }
        clientEnded |= from == client;
        endpointEnded |= from == endpoint;
        if (clientEnded && endpointEnded) {
            over(begun);
            client.close();
            endpoint.close();
        } else {
            (from == client ? endpoint : client).finish();
        }
        timer.at(movedNanos + patience.endingNanos());
    }

    /// An end is gone without having said that it would give no more.
    public void broke(End which) {
        if (over) {
            return;
        }
        over(which == client ? Ending.CLIENT_BROKE : Ending.ENDPOINT_BROKE);
        timer.drop();
        (which == client ? endpoint : client).reset();
    }

    /// An end takes again what is written.
    public void writable(End which) {
        if (!over) {
            movedNanos = loop.now();
            goOnReading(which == client ? endpoint : client);
        }
    }

    private void goOnReading(End from) {
        if (!(from == client ? clientEnded : endpointEnded)) {
            from.read(true);
        }
    }

    // ---- what the owner says ----

    /// Memory is counted again: goes on reading what may be read.
    public void relieve() {
        if (!over) {
            if (endpoint.writable()) {
                goOnReading(client);
            }
            if (client.writable()) {
                goOnReading(endpoint);
            }
        }
    }

    /// Ends it now.
    public void cut() {
        if (!over) {
            over(Ending.CUT);
        }
        reset();
    }

    @Override
    public void expired() {
        Ending begun = first;
        long due = movedNanos + (begun == null ? patience.idleNanos() : patience.endingNanos());
        if (loop.now() < due) {
            timer.at(due);
            return;
        }
        if (!over) {
            over(begun == null ? Ending.IDLE : begun);
        }
        reset();
    }

    private void reset() {
        timer.drop();
        client.reset();
        endpoint.reset();
    }

    private void over(Ending how) {
        over = true;
        owner.over(how);
    }
}
