package dev.weir.filter;

import dev.weir.exchange.Exchange;
import dev.weir.http.ResponseHead;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The filters of a route, in the order of the file. Immutable and thread-safe; how far an exchange has come
/// stands in the exchange. Called on the exchange's event loop; allocates nothing itself.
public final class FilterChain {
    public static final FilterChain EMPTY = new FilterChain(List.of());

    private final Filter[] filters;

    public FilterChain(List<? extends Filter> filters) {
        this.filters = filters.toArray(Filter[]::new);
    }

    public boolean isEmpty() {
        return filters.length == 0;
    }

    /// Asks the filters that have not been asked yet, until one does not say [Verdict.Pass]. After a [Verdict.Wait]
    /// that ended in a pass, the caller comes again, back on the loop, and the chain goes on behind the filter
    /// that waited. Passing means that all have passed.
    public Verdict onRequest(Exchange exchange) {
        for (int place = exchange.filtersAsked(); place < filters.length; place++) {
            exchange.askingFilter(place);
            Verdict verdict = filters[place].onRequest(exchange);
            if (!(verdict instanceof Verdict.Pass)) {
                return verdict;
            }
        }
        return Verdict.PASS;
    }

    /// Shows the head of the final answer to the filters that were asked, the last of them first. Weir's own
    /// answers come here as well, that of a filter of this chain included.
    public void onResponse(Exchange exchange, ResponseHead head) {
        for (int place = exchange.filtersAsked() - 1; place >= 0; place--) {
            exchange.answeringFilter(place);
            filters[place].onResponse(exchange, head);
        }
    }

    /// Tells the filters that were asked that the exchange is over.
    public void onEnd(Exchange exchange) {
        for (int place = exchange.filtersAsked() - 1; place >= 0; place--) {
            exchange.answeringFilter(place);
            filters[place].onEnd(exchange);
        }
    }

    /// What a filter would do, and what it would change. Immutable.
    public record Step(Foresight foresight, List<FieldChange> changes) {
        public Step {
            changes = List.copyOf(changes);
        }
    }

    /// What the filters would do to a request that is only thought of, up to the one that would answer it.
    public List<Step> foresee(Exchange exchange) {
        List<Step> steps = new ArrayList<>();
        for (int place = 0; place < filters.length; place++) {
            exchange.askingFilter(place);
            Map<String, FieldChange> before = FieldChange.standing(exchange.request().headers());
            Foresight foresight = filters[place].foresee(exchange);
            Map<String, FieldChange> after = FieldChange.standing(exchange.request().headers());
            steps.add(new Step(foresight, FieldChange.between(before, after, foresight.unshown())));
            if (!(foresight.verdict() instanceof Verdict.Pass)) {
                break;
            }
        }
        return steps;
    }
}
