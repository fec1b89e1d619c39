package dev.weir.exchange;

import dev.weir.http.RequestHead;
import dev.weir.schema.Says;
import dev.weir.schema.Short;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/// What of a request is a key: to count it, or to balance by it. Immutable.
@Says("`client.ip`, `header.X`, `cookie.X`, `query.X`, `jwt.CLAIM`, `path.NAME` or `route`.")
public record RequestKey(Source source, String name) {
    public static final RequestKey CLIENT_IP = new RequestKey(Source.CLIENT_IP, "");

    /// What a request counts as that has no such field, cookie, parameter or claim.
    public static final String NONE = "(none)";

    /// Where a key comes from.
    public enum Source {
        CLIENT_IP,
        HEADER,
        COOKIE,
        QUERY,
        JWT,
        PATH,
        ROUTE
    }

    @Short("`client.ip`, `header.X`, `cookie.X`, `query.X`, `jwt.CLAIM`, `path.NAME` or `route`")
    public static RequestKey parse(String text) {
        if (text.equals("client.ip")) {
            return CLIENT_IP;
        }
        if (text.equals("route")) {
            return new RequestKey(Source.ROUTE, "");
        }
        int dot = text.indexOf('.');
        if (dot > 0 && dot < text.length() - 1) {
            String name = text.substring(dot + 1);
            switch (text.substring(0, dot)) {
                case "header":
                    return new RequestKey(Source.HEADER, name);
                case "cookie":
                    return new RequestKey(Source.COOKIE, name);
                case "query":
                    return new RequestKey(Source.QUERY, name);
                case "jwt":
                    return new RequestKey(Source.JWT, name);
                case "path":
                    return new RequestKey(Source.PATH, name);
                default:
                    break;
            }
        }
        throw new IllegalArgumentException(
                "expected: client.ip, header.X, cookie.X, query.X, jwt.CLAIM, path.NAME or route");
    }

    @Override
    public String toString() {
        return switch (source) {
            case CLIENT_IP -> "client.ip";
            case ROUTE -> "route";
            case HEADER -> "header." + name;
            case COOKIE -> "cookie." + name;
            case QUERY -> "query." + name;
            case JWT -> "jwt." + name;
            case PATH -> "path." + name;
        };
    }

    /// Adds what this key is in a request to a hash. Called on the exchange's event loop; makes no text of an
    /// address. An IPv6 client counts by its /64, because a single customer usually has that many addresses
    /// (RFC 6177); requests without the field, cookie, parameter or claim count as [#NONE].
    ///
    /// @return whether the request has it
    public boolean addTo(SipHash hash, Exchange exchange) {
        if (source == Source.CLIENT_IP) {
            addClient(hash, exchange.client());
            return true;
        }
        String text = textOf(exchange);
        hash.add(text == null ? NONE : text);
        return text != null;
    }

    /// This key and what it is in a request, for people. What may be a secret is not shown: a cookie, a field, a parameter.
    public String shown(Exchange exchange) {
        String text = textOf(exchange);
        return switch (source) {
            case ROUTE -> "route";
            case CLIENT_IP, PATH -> this + " " + (text == null ? NONE : text);
            case HEADER, COOKIE, QUERY, JWT -> this + (text == null ? " " + NONE : "");
        };
    }

    private static void addClient(SipHash hash, InetAddress client) {
        byte[] address = client.getAddress();
        long word = 0;
        for (int i = 0; i < Math.min(address.length, Long.BYTES); i++) {
            word = word << 8 | address[i] & 0xff;
        }
        hash.add(address.length).add(word);
    }

    private @Nullable String textOf(Exchange exchange) {
        RequestHead request = exchange.request();
        return switch (source) {
            case CLIENT_IP -> exchange.client().getHostAddress();
            case ROUTE -> exchange.record.route;
            case HEADER -> request.headers().get(name);
            case COOKIE -> request.cookie(name);
            case QUERY -> request.queryParameter(name);
            case JWT -> claim(exchange.identity(), name);
            case PATH -> exchange.pathParameter(name);
        };
    }

    private static @Nullable String claim(@Nullable Identity identity, String name) {
        Object value = identity == null ? null : identity.claims().get(name);
        return value == null ? null : value.toString();
    }
}
