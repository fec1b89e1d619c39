package dev.weir.filter.cors;

import dev.weir.filter.Filter;
import dev.weir.filter.FilterConfig;
import dev.weir.filter.FilterSite;
import dev.weir.schema.Key;
import dev.weir.schema.Required;
import dev.weir.schema.Says;
import dev.weir.schema.Within;
import java.time.Duration;
import java.util.List;

/// Cross-origin resource sharing. Immutable.
@Key("cors")
@Says("Answers preflight requests and tells browsers which other sites may read answers.")
public record CorsConfig(
        @Required
                @Says(
                        value =
                                "Sites that may ask: origins, `\"https://*.example.com\"`, or `\"*\"` for all.",
                        example = "[https://shop.example.com]")
                List<String> origins,
        @Says("Methods they may use.") List<String> methods,
        @Says("Request fields they may send; left out, those a preflight asks for.")
                List<String> headers,
        @Says("Response fields that scripts may read.") List<String> expose,
        @Says("Whether cookies and credentials may be sent; not with `\"*\"`.") boolean credentials,
        @Says("How long browsers keep a preflight's answer.") @Within(min = "0s", max = "24h")
                Duration maxAge)
        implements FilterConfig {

    public static final CorsConfig DEFAULTS =
            new CorsConfig(
                    List.of(),
                    List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"),
                    List.of(),
                    List.of(),
                    false,
                    Duration.ofMinutes(10));

    public CorsConfig {
        origins = List.copyOf(origins);
        methods = List.copyOf(methods);
        headers = List.copyOf(headers);
        expose = List.copyOf(expose);
        if (credentials && origins.contains("*")) {
            throw new IllegalArgumentException(
                    "credentials with any origin would let every site act for the user; name the origins");
        }
    }

    @Override
    public Filter build(FilterSite site) {
        return new Cors(this);
    }
}
