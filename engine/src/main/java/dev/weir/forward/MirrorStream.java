package dev.weir.forward;

import dev.weir.exchange.Exchange;
import dev.weir.exchange.Failure;
import dev.weir.http.HeadWriter;
import dev.weir.http.Headers;
import dev.weir.http.Method;
import dev.weir.http.RequestHead;
import dev.weir.http.ResponseHead;
import dev.weir.preamble.Ends;
import dev.weir.runtime.Loop;
import dev.weir.runtime.Timers;
import dev.weir.service.Attempt;
import dev.weir.service.Attempt.Outcome;
import dev.weir.service.Endpoint;
import dev.weir.service.Tried;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/// A copy of one request on its way to another service. Its answer is read and thrown away, and whatever goes wrong is nobody's
/// matter but passive health's. Made for one copy; confined to one event loop.
final class MirrorStream implements Errand, Timers.Expiry {
    private final ServiceOnLoop service;
    private final Loop loop;
    private final Attempt attempt = new Attempt();
    private final ResponseHead head = new ResponseHead();
    private final Timers.Timer timer;
    private final boolean asksForHead;
    private final ByteBuf message;
    private boolean answering;
    private boolean over;
    private @Nullable EndpointConnection connection;

    private MirrorStream(Loop loop, ServiceOnLoop service, ByteBuf message, boolean asksForHead) {
        this.loop = loop;
        this.service = service;
        this.message = message;
        this.asksForHead = asksForHead;
        this.timer = loop.timers().timer(this);
    }

    /// Sends a copy of a request that is here as a whole. It takes one of the service's places to its end; where none is free, or no
    /// endpoint is usable, there is no copy.
    ///
    /// @param body all of the request's body
    static void send(
            Loop loop, ServiceOnLoop service, Exchange exchange, KeptBody body, long nanos) {
        if (!service.admission().enter()) {
            return;
        }
        RequestHead request = exchange.request();
        Endpoint endpoint = service.pick(service.key(exchange), null, new Tried());
        if (endpoint == null) {
            service.admission().leave();
            return;
        }
        MirrorStream copy =
                new MirrorStream(
                        loop,
                        service,
                        message(loop.headWriter(), endpoint, request, body),
                        request.knownMethod() == Method.HEAD);
        copy.begin(endpoint, exchange.ends(), nanos);
    }

    private static ByteBuf message(
            HeadWriter writer, Endpoint endpoint, RequestHead request, KeptBody body) {
        writer.request(request, endpoint.name());
        ByteBuf message = ByteBufAllocator.DEFAULT.ioBuffer(writer.length() + body.size() + 32);
        message.writeBytes(writer.bytes(), 0, writer.length());
        ByteBuf bytes = body.copy();
        boolean chunked = request.bodyLength() == RequestHead.CHUNKED;
        if (bytes != null) {
            if (chunked) {
                writer.chunkSize(bytes.readableBytes());
                message.writeBytes(writer.bytes(), 0, writer.length());
            }
            message.writeBytes(bytes);
            bytes.release();
            if (chunked) {
                message.writeByte('\r').writeByte('\n');
            }
        }
        if (chunked) {
            writer.lastChunk(null, request.headers());
            message.writeBytes(writer.bytes(), 0, writer.length());
        }
        return message;
    }

    private void begin(Endpoint endpoint, Ends ends, long nanos) {
        attempt.begin(endpoint, loop.now());
        timer.at(loop.now() + nanos);
        EndpointConnection idle = service.pool(endpoint).take(loop.now());
        if (idle != null) {
            idle.serve(this);
            connected(idle);
        } else {
            connection = service.connect(endpoint, ends, this);
        }
    }

    @Override
    public boolean asksForHead() {
        return asksForHead;
    }

    @Override
    public ResponseHead head() {
        return head;
    }

    @Override
    public void connected(EndpointConnection opened) {
        if (over) {
            opened.discard();
            return;
        }
        connection = opened;
        opened.serve(this);
        attempt.sent(loop.now());
        opened.outlet().write(message.retain());
    }

    @Override
    public void connectFailed(EndpointConnection failed, Throwable cause) {
        failed.discard();
        boolean ours = ServiceOnLoop.whyNotConnected(cause) == Failure.NO_SOCKET;
        over(ours ? Outcome.LACKED : Outcome.CONNECT_FAILED);
    }

    @Override
    public void informed(ResponseHead head) {}

    @Override
    public void responded(ResponseHead head) {
        answering = true;
        attempt.answered(head.status(), loop.now());
        service.learn(attempt);
    }

    @Override
    public void body(ByteBuf data) {
        data.release();
    }

    @Override
    public void ended(boolean reusable, @Nullable Headers trailers) {
        EndpointConnection open = connection;
        connection = null;
        leave();
        if (open != null) {
            open.done(reusable);
        }
    }

    @Override
    public void failed(Failure failure) {
        over(
                answering
                        ? Outcome.CUT
                        : failure == Failure.BAD_ANSWER ? Outcome.BAD_ANSWER : Outcome.RESET);
    }

    @Override
    public void writable() {}

    @Override
    public void expired() {
        over(answering ? Outcome.CUT : Outcome.TIMED_OUT);
    }

    private void over(Outcome outcome) {
        if (over) {
            return;
        }
        attempt.judged(outcome, loop.now());
        service.learn(attempt);
        EndpointConnection open = connection;
        connection = null;
        leave();
        if (open != null) {
            open.discard();
        }
    }

    private void leave() {
        over = true;
        timer.drop();
        message.release();
        attempt.end();
        service.admission().leave();
    }
}
