package dev.weir.filter.ip;

import dev.weir.exchange.Exchange;
import dev.weir.exchange.Failure;
import dev.weir.exchange.Reply;
import dev.weir.filter.Filter;
import dev.weir.filter.Foresight;
import dev.weir.filter.Verdict;
import dev.weir.http.IpRange;
import java.util.List;

/// Lets only clients within some ranges pass, or only those without. Immutable. The client is who a trusted
/// proxy says it is, else who connected.
final class ClientAddress implements Filter {
    private static final Verdict FORBIDDEN = new Verdict.Answer(Reply.of(Failure.FORBIDDEN));

    private final IpRange[] ranges;
    private final boolean withinPasses;

    private ClientAddress(List<IpRange> ranges, boolean withinPasses) {
        this.ranges = ranges.toArray(IpRange[]::new);
        this.withinPasses = withinPasses;
    }

    static ClientAddress within(List<IpRange> ranges) {
        return new ClientAddress(ranges, true);
    }

    static ClientAddress without(List<IpRange> ranges) {
        return new ClientAddress(ranges, false);
    }

    @Override
    public Foresight foresee(Exchange exchange) {
        String client = exchange.client().getHostAddress();
        for (IpRange range : ranges) {
            if (range.contains(exchange.client())) {
                return Foresight.of(onRequest(exchange), client + " is in " + range);
            }
        }
        return Foresight.of(
                onRequest(exchange),
                client
                        + (ranges.length == 1
                                ? " is not in " + ranges[0]
                                : " is in none of the " + ranges.length + " ranges"));
    }

    @Override
    public Verdict onRequest(Exchange exchange) {
        for (IpRange range : ranges) {
            if (range.contains(exchange.client())) {
                return withinPasses ? Verdict.PASS : FORBIDDEN;
            }
        }
        return withinPasses ? FORBIDDEN : Verdict.PASS;
    }
}
