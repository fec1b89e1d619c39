package dev.weir.service;

import dev.weir.schema.Percent;
import java.util.ArrayList;
import java.util.List;

/// Which endpoints of a service may get requests, from what is known of each: those whose [Standing] says so. One that the operator has
/// taken out counts as not listed: it gets nothing, whatever happens to the others.
///
/// If too few are left, they would break under the load of all, or the checks are what is broken: then Weir does not
/// trust what it knows (panic) and uses all endpoints but the silent ones, where nothing would answer. If none
/// answers, there is nothing to use, and a request is refused at once instead of after a futile try. (Envoy: panic
/// threshold, which knows no exception.)
///
/// Immutable; reads the states when it is made.
///
/// @param usable in the order of the service; not to be changed
/// @param panic whether it holds endpoints that are known not to work
/// @param working how many endpoints may get requests by what is known of them
record Eligible(Endpoint[] usable, boolean panic, int working) {

    /// @param panicBelow share of all endpoints; 0 % is never
    static Eligible of(List<Endpoint> endpoints, Percent panicBelow) {
        List<Endpoint> working = new ArrayList<>(endpoints.size());
        List<Endpoint> open = new ArrayList<>(endpoints.size());
        List<Endpoint> answering = new ArrayList<>(endpoints.size());
        int listed = 0;
        for (Endpoint endpoint : endpoints) {
            EndpointState state = endpoint.state();
            if (state.orders().mode() != Orders.Mode.READY) {
                continue;
            }
            listed++;
            boolean usable = state.standing().usable();
            if (usable) {
                working.add(endpoint);
                if (!state.waiting()) {
                    open.add(endpoint);
                }
            }
            if (usable || !state.silent()) {
                answering.add(endpoint);
            }
        }
        boolean few = working.size() < panicBelow.fraction() * listed;
        boolean panic = few && answering.size() > working.size();
        List<Endpoint> chosen = panic ? answering : open.isEmpty() ? working : open;
        return new Eligible(chosen.toArray(Endpoint[]::new), panic, working.size());
    }
}
