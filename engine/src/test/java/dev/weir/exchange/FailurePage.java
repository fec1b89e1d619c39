package dev.weir.exchange;

import java.util.Map;
import java.util.TreeMap;

/// The page "Why did I get a 502?", made from the table of failures.
final class FailurePage {
    private FailurePage() {}

    /// The page in Markdown.
    static String markdown() {
        StringBuilder page =
                new StringBuilder(
                        """
                        # Why did I get this status?

                        Every status that Weir makes itself, by number. What an endpoint answers goes through unchanged; an answer of Weir's
                        own has an `X-Request-Id` field and says, in a plain line or as a problem document (RFC 9457) if `Accept` prefers
                        JSON:

                        ```
                        502 Bad Gateway: The service could not be reached. (request 5f0c3m8k2w9r7t1x4z6b)
                        ```

                        The word in the second column is `reason` in the access log. Nothing in an answer names an endpoint; the log line
                        with the same id does.

                        | status | reason | whose fault | what the client reads | what happened, and where to look |
                        |---|---|---|---|---|
                        """);
        Map<String, Failure> byStatus = new TreeMap<>();
        for (Failure failure : Failure.values()) {
            byStatus.put(failure.status() + failure.reason(), failure);
        }
        for (Failure failure : byStatus.values()) {
            page.append("| ")
                    .append(failure.status())
                    .append(" | `")
                    .append(failure.reason())
                    .append("` | ")
                    .append(
                            switch (failure.fault()) {
                                case CLIENT -> "client";
                                case ENDPOINT -> "endpoint";
                                case WEIR -> "Weir";
                            })
                    .append(" | ")
                    .append(failure.says())
                    .append(" | ")
                    .append(failure.explanation())
                    .append(" |\n");
        }
        page.append(
                """

                A route can also answer by itself: `respond` and `redirect` in its configuration, and the `cors` filter for preflight
                requests. These say what the configuration says.

                What may be sent to another endpoint after a failed attempt: anything of which the endpoint has seen or done nothing, because
                its connect failed or it said so; and requests with an idempotent method (GET, HEAD, PUT, DELETE, OPTIONS) that the
                endpoint broke off or answered with 502, 503 or 504, as long as the body was kept (64 KiB). A POST that an endpoint may have
                acted on is never sent again, unless the route trusts its `Idempotency-Key`: see [retries](explain/retries.md).
                """);
        return page.toString();
    }
}
