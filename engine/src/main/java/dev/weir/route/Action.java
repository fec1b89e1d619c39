package dev.weir.route;

import dev.weir.schema.Key;
import dev.weir.schema.Ordered;
import dev.weir.schema.Required;
import dev.weir.schema.Says;
import dev.weir.schema.Short;
import dev.weir.schema.Within;
import java.util.Map;

/// What a route does with a request. Immutable.
public sealed interface Action {

    /// Sends it to a service, or to several by weight.
    @Key("to")
    @Says(
            value = "A service, or several with their shares.",
            example = "{ pages: 95, pages-canary: 5 }")
    record To(Map<String, Integer> shares) implements Action {
        public To {
            shares = Ordered.copyOf(shares);
            if (shares.isEmpty()) {
                throw new IllegalArgumentException("to names at least one service");
            }
            for (int share : shares.values()) {
                if (share < 0 || share > 1_000_000) {
                    throw new IllegalArgumentException("a share is a number from 0 to 1000000");
                }
            }
            if (shares.values().stream().allMatch(share -> share == 0)) {
                throw new IllegalArgumentException(
                        "every share is 0: no request could go anywhere");
            }
        }

        @Short("the name of a service")
        public static To of(String service) {
            return new To(Map.of(service, 1));
        }

        @Short("names of services with their shares")
        public static To of(Map<String, Integer> shares) {
            return new To(shares);
        }
    }

    /// Answers with a redirection.
    @Key("redirect")
    @Says("Answers with a redirection.")
    record Redirect(
            @Says("301, 302, 303, 307 or 308.") @Within(min = "301", max = "308") int status,
            @Required
                    @Says(
                            value =
                                    "Where to: a path or a whole URL. `{host}`, `{path}`, `{query}` and named segments are filled in.",
                            example = "https://{host}{path}")
                    String to)
            implements Action {
        public static final Redirect DEFAULTS = new Redirect(302, "/");

        public Redirect {
            if (status != 301 && status != 302 && status != 303 && status != 307 && status != 308) {
                throw new IllegalArgumentException("expected: 301, 302, 303, 307 or 308");
            }
        }

        @Short("where to")
        public static Redirect of(String to) {
            return new Redirect(DEFAULTS.status, to);
        }
    }

    /// Answers by itself.
    @Key("respond")
    @Says("Answers by itself.")
    record Respond(
            @Says("Status of the answer.") @Within(min = "200", max = "599") int status,
            @Says("Body of the answer.") String body,
            @Says("Its Content-Type.") String contentType)
            implements Action {
        public static final Respond DEFAULTS = new Respond(200, "", "text/plain; charset=utf-8");

        public Respond {
            if (!body.isEmpty() && (status == 204 || status == 205 || status == 304)) {
                throw new IllegalArgumentException(
                        "an answer with status " + status + " has no body");
            }
        }

        public static Respond of(int status, String body) {
            return new Respond(status, body, DEFAULTS.contentType);
        }
    }
}
