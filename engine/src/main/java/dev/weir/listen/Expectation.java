package dev.weir.listen;

import dev.weir.route.ValueMatch;
import dev.weir.schema.Ordered;
import dev.weir.schema.Says;
import dev.weir.schema.Within;
import java.util.Map;
import java.util.Optional;

/// What is to become of a request. Immutable.
@Says("What is to become of a request.")
public record Expectation(
        @Says(value = "The route that takes it.", example = "orders") Optional<String> route,
        @Says(
                        value =
                                "The service that it is sent to; of a route to several, any with a share.",
                        example = "orders")
                Optional<String> service,
        @Says(
                        value = "The status, where Weir answers itself: a redirect, a refusal.",
                        example = "403")
                @Within(min = "200", max = "599")
                Optional<Integer> status,
        @Says(
                        value =
                                "The path that the endpoint gets, after `strip-prefix` and `rewrite`.",
                        example = "/orders/7")
                Optional<String> path,
        @Says(
                        value =
                                "Fields of the answer; where an endpoint answers, only those that Weir sets itself.",
                        example = "{ Location: /new }")
                Map<String, ValueMatch> headers) {

    public static final Expectation DEFAULTS =
            new Expectation(
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Map.of());

    public Expectation {
        headers = Ordered.copyOf(headers);
        if (service.isPresent() && status.isPresent()) {
            throw new IllegalArgumentException(
                    "service and status exclude each other: a request is sent on, or Weir answers it");
        }
    }
}
