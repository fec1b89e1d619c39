package dev.weir.forward;

import dev.weir.balance.ProbeAnswer;
import dev.weir.balance.Prober;
import dev.weir.exchange.Failure;
import dev.weir.http.Headers;
import dev.weir.http.ResponseHead;
import dev.weir.runtime.Loop;
import dev.weir.runtime.Timers;
import dev.weir.service.Endpoint;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/// One probe on its way, and its answer's head; the answer's body is nobody's. Used again and again. Confined to one event loop.
final class ProbeStream implements Errand, Timers.Expiry {
    private final ProbeSender sender;
    private final Loop loop;
    private final ResponseHead head = new ResponseHead();
    private final Timers.Timer timer;

    /// Null while no probe is under way.
    private @Nullable Endpoint endpoint;

    private Prober.@Nullable Answers answers;
    private @Nullable EndpointConnection connection;

    /// Whether a connection is being opened; what becomes of that is told also when nobody waits for it any more.
    private boolean opening;

    private boolean fresh;

    ProbeStream(ProbeSender sender, Loop loop) {
        this.sender = sender;
        this.loop = loop;
        this.timer = loop.timers().timer(this);
    }

    void to(Endpoint endpoint, Prober.Answers answers) {
        this.endpoint = endpoint;
        this.answers = answers;
    }

    void begin(ServiceOnLoop service, long untilNanos) {
        Endpoint asked = endpoint;
        if (asked == null) {
            return;
        }
        if (!service.holds(asked)) {
            // It has left since.
            over((String) null);
            return;
        }
        timer.at(untilNanos);
        EndpointConnection idle = service.pool(asked).take(loop.now());
        fresh = opening = idle == null;
        if (idle == null) {
            connection = service.connect(asked, null, this);
        } else {
            ask(idle, asked);
        }
    }

    private void ask(EndpointConnection open, Endpoint asked) {
        connection = open;
        open.serve(this);
        byte[] message = sender.message(asked);
        open.outlet().write(message, message.length, 0);
    }

    @Override
    public boolean asksForHead() {
        return false;
    }

    @Override
    public ResponseHead head() {
        return head;
    }

    @Override
    public void connected(EndpointConnection opened) {
        opening = false;
        Endpoint asked = endpoint;
        if (asked == null) {
            opened.discard();
            sender.again(this);
        } else {
            ask(opened, asked);
        }
    }

    @Override
    public void connectFailed(EndpointConnection failed, Throwable cause) {
        opening = false;
        connection = null;
        failed.discard();
        if (endpoint == null) {
            sender.again(this);
        } else {
            Failure why = ServiceOnLoop.whyNotConnected(cause);
            over(why == Failure.NO_SOCKET ? null : why.reason());
        }
    }

    @Override
    public void informed(ResponseHead head) {}

    @Override
    public void responded(ResponseHead head) {
        String told = String.join(", ", head.headers().all(ProbeAnswer.FIELD));
        int status = head.status();
        ProbeAnswer answer = status / 100 == 2 ? ProbeAnswer.parse(told) : null;
        EndpointConnection open = connection;
        connection = null;
        if (open != null) {
            open.readToEnd(true);
        }
        if (answer != null) {
            over(answer);
        } else {
            over(
                    "status %d %s"
                            .formatted(
                                    status,
                                    told.isEmpty()
                                            ? "without " + ProbeAnswer.FIELD
                                            : "with an " + ProbeAnswer.FIELD + " like none"));
        }
    }

    @Override
    public void body(ByteBuf data) {
        data.release();
    }

    @Override
    public void ended(boolean reusable, @Nullable Headers trailers) {}

    /// An endpoint may close a connection that had waited at this very moment, which says nothing.
    @Override
    public void failed(Failure failure) {
        discard();
        over(fresh || failure != Failure.ENDPOINT_RESET ? failure.reason() : null);
    }

    @Override
    public void writable() {}

    @Override
    public void expired() {
        if (endpoint != null) {
            discard();
            over(sender.tooLate());
        }
    }

    private void discard() {
        EndpointConnection open = connection;
        connection = null;
        if (open != null) {
            open.discard();
        }
    }

    private void over(ProbeAnswer answer) {
        Endpoint asked = endpoint;
        Prober.Answers hears = answers;
        over((String) null);
        if (asked != null && hears != null) {
            hears.answered(asked, answer, loop.now());
        }
    }

    /// @param whyNot why there is no answer; null if there is one, or if that says nothing of the endpoint
    private void over(@Nullable String whyNot) {
        Endpoint asked = endpoint;
        Prober.Answers hears = answers;
        endpoint = null;
        answers = null;
        timer.clear();
        if (asked != null && hears != null) {
            sender.over(asked);
            if (whyNot != null) {
                hears.unanswered(asked, whyNot, loop.now());
            }
        }
        if (!opening) {
            sender.again(this);
        }
    }
}
