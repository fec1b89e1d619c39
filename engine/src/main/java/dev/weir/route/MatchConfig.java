package dev.weir.route;

import com.google.re2j.Pattern;
import dev.weir.http.IpRange;
import dev.weir.schema.Ordered;
import dev.weir.schema.Says;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What of a request must hold for a route; all that is said must. Immutable.
@Says("What must hold for a route; all that is said must.")
public record MatchConfig(
        @Says(
                        value =
                                "Host, or `\"*.example.com\"` for one or more labels before it; one or a list.",
                        example = "shop.example.com")
                List<HostPattern> host,
        @Says(
                        value =
                                "Path: `/a/b` exactly, `/a/b/**` with all below it, `*` for one segment, `{id}` for one with a name.",
                        example = "/api/orders/**")
                Optional<PathPattern> path,
        @Says(
                        value = "Regular expression for the whole path (RE2 syntax).",
                        example = "/v[0-9]+/.*")
                Optional<Pattern> pathRegex,
        @Says(value = "Methods; one of them.", example = "[GET, POST]") List<String> methods,
        @Says("Fields and their values.") Map<String, ValueMatch> headers,
        @Says("Query parameters and their values.") Map<String, ValueMatch> query,
        @Says("Cookies and their values.") Map<String, ValueMatch> cookies,
        @Says(value = "Addresses of clients.", example = "[10.0.0.0/8]") List<IpRange> clientIp,
        @Says("Listener that the request came in by.") Optional<String> listener) {

    public static final MatchConfig DEFAULTS =
            new MatchConfig(
                    List.of(),
                    Optional.empty(),
                    Optional.empty(),
                    List.of(),
                    Map.of(),
                    Map.of(),
                    Map.of(),
                    List.of(),
                    Optional.empty());

    public MatchConfig {
        host = List.copyOf(host);
        methods = List.copyOf(methods);
        headers = Ordered.copyOf(headers);
        query = Ordered.copyOf(query);
        cookies = Ordered.copyOf(cookies);
        clientIp = List.copyOf(clientIp);
        if (path.isPresent() && pathRegex.isPresent()) {
            throw new IllegalArgumentException("path and path-regex both match the path; keep one");
        }
    }

    public MatchConfig withHost(String... hosts) {
        return new MatchConfig(
                java.util.Arrays.stream(hosts).map(HostPattern::parse).toList(),
                path,
                pathRegex,
                methods,
                headers,
                query,
                cookies,
                clientIp,
                listener);
    }

    public MatchConfig withPath(PathPattern path) {
        return new MatchConfig(
                host,
                Optional.of(path),
                pathRegex,
                methods,
                headers,
                query,
                cookies,
                clientIp,
                listener);
    }

    public MatchConfig withMethods(String... methods) {
        return new MatchConfig(
                host,
                path,
                pathRegex,
                List.of(methods),
                headers,
                query,
                cookies,
                clientIp,
                listener);
    }

    public MatchConfig withHeader(String name, ValueMatch value) {
        var more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new MatchConfig(
                host, path, pathRegex, methods, more, query, cookies, clientIp, listener);
    }

    public MatchConfig withQuery(String name, ValueMatch value) {
        var more = new LinkedHashMap<>(query);
        more.put(name, value);
        return new MatchConfig(
                host, path, pathRegex, methods, headers, more, cookies, clientIp, listener);
    }
}
