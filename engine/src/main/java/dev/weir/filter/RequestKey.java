package dev.weir.filter;

import dev.weir.schema.Says;
import dev.weir.schema.Short;

/// What of a request is a key: to count it, later to hash it. Immutable.
@Says("`client.ip`, `header.X`, `cookie.X`, `query.X`, `jwt.CLAIM`, `path.NAME` or `route`.")
public record RequestKey(Source source, String name) {
    public static final RequestKey CLIENT_IP = new RequestKey(Source.CLIENT_IP, "");

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
}
