package dev.weir.listen;

import dev.weir.schema.Ordered;
import dev.weir.schema.Required;
import dev.weir.schema.Says;
import java.net.InetAddress;
import java.util.Map;
import java.util.Optional;

/// A request and what is to become of it. Immutable.
@Says("A request and what is to become of it.")
public record TestConfig(
        @Required
                @Says(
                        value = "Method and URL.",
                        example = "GET https://shop.example.com/api/orders/7")
                RequestLine request,
        @Says(value = "Fields of the request.", example = "{ X-Canary: \"1\" }")
                Map<String, String> headers,
        @Says(
                        value =
                                "Where the client connects from; left out, an address on the internet.",
                        example = "10.1.2.3")
                String clientIp,
        @Says(
                        "By which listener it comes; left out, the one that fits the URL: with `tls` for https and without for http, then by its port.")
                Optional<String> listener,
        @Required
                @Says(
                        value = "What is to become of it; all that is said must hold.",
                        example = "{ route: orders, service: orders }")
                Expectation expect) {

    /// 203.0.113.0/24 is kept for examples (RFC 5737), so no rule about private networks means it.
    public static final TestConfig DEFAULTS =
            new TestConfig(
                    RequestLine.parse("GET http://localhost/"),
                    Map.of(),
                    "203.0.113.1",
                    Optional.empty(),
                    Expectation.DEFAULTS);

    public TestConfig {
        headers = Ordered.copyOf(headers);
        try {
            InetAddress.ofLiteral(clientIp);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("expected: an address, such as 10.1.2.3", e);
        }
    }
}
