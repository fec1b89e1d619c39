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
    private @Nullable Carrier carrier;

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
        Carriers carriers = service.carriers(asked);
        Carrier standing = carriers.take(this);
        fresh = standing == null;
        if (standing == null) {
            carrier = carriers.open(this, null);
        } else {
            carrier = standing;
            ask(standing, asked);
        }
    }

    private void ask(Carrier open, Endpoint asked) {
        open.request(sender.request(), asked.name(), 0);
        open.end(sender.request(), null);
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
    public void connected(Carrier opened) {
        Endpoint asked = endpoint;
        if (asked != null) {
            ask(opened, asked);
        }
    }

    @Override
    public void connectFailed(Carrier failed, Throwable cause) {
        carrier = null;
        Failure why = ServiceOnLoop.whyNotConnected(cause);
        over(why == Failure.NO_SOCKET ? null : why.reason());
    }

    @Override
    public void informed(ResponseHead head) {}

    @Override
    public void responded(ResponseHead head) {
        String told = String.join(", ", head.headers().all(ProbeAnswer.FIELD));
        int status = head.status();
        ProbeAnswer answer = status / 100 == 2 ? ProbeAnswer.parse(told) : null;
        Carrier open = carrier;
        carrier = null;
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

    /// An endpoint may close a connection that had waited, or is to take no more, at this very moment, which says nothing.
    @Override
    public void failed(Failure failure) {
        discard();
        boolean farewell =
                failure == Failure.REFUSED || !fresh && failure == Failure.ENDPOINT_RESET;
        over(farewell ? null : failure.reason());
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
        Carrier open = carrier;
        carrier = null;
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
        sender.again(this);
    }
}
