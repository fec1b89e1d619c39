package dev.weir.filter.requestid;

import dev.weir.exchange.Exchange;
import dev.weir.filter.Filter;
import dev.weir.filter.Foresight;
import dev.weir.filter.Verdict;
import dev.weir.http.ResponseHead;

/// Takes the request id from a field if the client sends a usable one, and tells it to endpoint and client in
/// the same field. Otherwise the id stays the one that the listener gave the exchange. Immutable.
final class RequestId implements Filter {
    private static final int LONGEST = 128;

    private final String header;

    RequestId(String header) {
        this.header = header;
    }

    @Override
    public Verdict onRequest(Exchange exchange) {
        String given = exchange.request().headers().get(header);
        if (given != null && usable(given)) {
            exchange.id(given);
        }
        if (!exchange.id().isEmpty()) {
            exchange.request().headers().set(header, exchange.id());
        }
        return Verdict.PASS;
    }

    @Override
    public Foresight foresee(Exchange exchange) {
        String given = exchange.request().headers().get(header);
        String from =
                given == null
                        ? "the client sends none in " + header
                        : usable(given)
                                ? "taken from " + header
                                : "what stands in " + header + " cannot be one";
        return Foresight.of(onRequest(exchange), from, "the answer shows it in " + header);
    }

    @Override
    public void onResponse(Exchange exchange, ResponseHead head) {
        if (!exchange.id().isEmpty()) {
            head.headers().set(header, exchange.id());
        }
    }

    /// Only characters that are harmless in logs, shells and URLs, and that trace and request ids are made of.
    private static boolean usable(String id) {
        if (id.isEmpty() || id.length() > LONGEST) {
            return false;
        }
        for (int i = 0; i < id.length(); i++) {
            char c = id.charAt(i);
            boolean fine =
                    c >= 'a' && c <= 'z'
                            || c >= 'A' && c <= 'Z'
                            || c >= '0' && c <= '9'
                            || "._~+/=:-".indexOf(c) >= 0;
            if (!fine) {
                return false;
            }
        }
        return true;
    }
}
