package dev.weir.filter.bodylimit;

import dev.weir.exchange.Exchange;
import dev.weir.exchange.Failure;
import dev.weir.exchange.Reply;
import dev.weir.filter.Filter;
import dev.weir.filter.Foresight;
import dev.weir.filter.Verdict;
import dev.weir.http.RequestHead;
import dev.weir.schema.ByteSize;

/// Refuses a body that says it is too long at once, and has one of unknown length counted while it comes.
/// Immutable.
final class BodyLimit implements Filter {
    private static final Verdict TOO_LARGE = new Verdict.Answer(Reply.of(Failure.BODY_TOO_LARGE));

    private final long bytes;

    BodyLimit(long bytes) {
        this.bytes = bytes;
    }

    @Override
    public Verdict onRequest(Exchange exchange) {
        if (exchange.request().bodyLength() > bytes) {
            return TOO_LARGE;
        }
        exchange.limitBody(bytes);
        return Verdict.PASS;
    }

    @Override
    public Foresight foresee(Exchange exchange) {
        long length = exchange.request().bodyLength();
        String most = "at most " + new ByteSize(bytes);
        String body =
                length == RequestHead.CHUNKED
                        ? "counted while it comes, " + most
                        : length == RequestHead.NO_BODY
                                ? "there is no body; " + most
                                : "the body has " + new ByteSize(length) + "; " + most;
        return Foresight.of(onRequest(exchange), body);
    }
}
