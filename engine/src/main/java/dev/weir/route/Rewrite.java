package dev.weir.route;

import dev.weir.exchange.Exchange;
import dev.weir.http.Ascii;
import dev.weir.http.PathNormaliser;
import dev.weir.http.RequestHead;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a route changes of a request for the endpoint: `strip-prefix`, `rewrite.path`, `rewrite.host`, compiled. The
/// query stays. Immutable; built off the event loops and applied on them, once per exchange and after the filters, which see what
/// the client sent.
///
/// Stripping moves the start of the path and allocates nothing; it compares segments by name, so `/api;v=1/users` loses
/// `/api;v=1`, and leaves a path that does not begin with the prefix as it is. Another path is text, made for each request.
public final class Rewrite {
    /// Changes nothing.
    public static final Rewrite NOTHING = new Rewrite(List.of(), null, null);

    private static final String REST = "/**";

    private final String[] stripped;
    private final @Nullable NewPath path;
    private final @Nullable String host;

    /// @param segments of the route's pattern, before what a final `/**` of the template stands for
    private record NewPath(Template template, boolean rest, int segments) {}

    private Rewrite(List<String> stripped, @Nullable NewPath path, @Nullable String host) {
        this.stripped = stripped.toArray(String[]::new);
        this.path = path;
        this.host = host;
    }

    /// @throws IllegalArgumentException with a sentence for the user, if the route's match cannot fill in what its rewrite
    ///     names, or a path or host could not be sent
    public static Rewrite of(RouteConfig route) {
        List<String> stripped = route.stripPrefix().map(Rewrite::names).orElse(List.of());
        NewPath path = null;
        if (route.rewrite().path().isPresent()) {
            path = newPath(route.rewrite().path().get(), route.match());
        }
        String host = route.rewrite().host().orElse(null);
        if (host != null && !host.matches("[A-Za-z0-9._\\[\\]:-]+")) {
            throw new IllegalArgumentException(
                    "rewrite.host is a host, with or without port: " + host);
        }
        boolean nothing = stripped.isEmpty() && path == null && host == null;
        return nothing ? NOTHING : new Rewrite(stripped, path, host);
    }

    private static List<String> names(String prefix) {
        return PathPattern.parse(prefix).segments().stream()
                .map(
                        segment ->
                                switch (segment) {
                                    case PathPattern.Segment.Literal literal ->
                                            literal.normalised();
                                    case PathPattern.Segment.Any _ ->
                                            throw new IllegalArgumentException(
                                                    "strip-prefix is a plain path: " + prefix);
                                })
                .toList();
    }

    private static NewPath newPath(String text, MatchConfig match) {
        boolean rest = text.endsWith(REST);
        String before = rest ? text.substring(0, text.length() - REST.length()) : text;
        if (before.contains("*")) {
            throw new IllegalArgumentException(
                    "** stands only at the end of rewrite.path, as a whole segment");
        }
        if (rest && match.path().isPresent() && !match.path().get().prefix()
                || rest && match.pathRegex().isPresent()) {
            throw new IllegalArgumentException(
                    "/** in rewrite.path stands for what /** in match.path matched, and there is none");
        }
        // Names filled in are never empty and never dots, so the text around them alone tells
        // whether a dot
        // segment could come out.
        for (String segment : before.replaceAll("\\{[^}]*\\}", "{}").split("/")) {
            if (segment.contains("{}") && segment.replace("{}", "").matches("\\.+")) {
                throw new IllegalArgumentException(
                        "a segment of rewrite.path has only dots beside what is filled in");
            }
        }
        Template parsed = Template.parse(before);
        parsed.check(match, List.of());
        List<Template.Part> parts = parsed.parts().stream().map(Rewrite::normalised).toList();
        PathNormaliser.normalise("/" + before.replaceAll("[{}]", ""), true);
        int segments = match.path().map(path -> path.segments().size()).orElse(0);
        return new NewPath(new Template(parts), rest, segments);
    }

    private static Template.Part normalised(Template.Part part) {
        return switch (part) {
            case Template.Part.Text(String text) ->
                    new Template.Part.Text(
                            PathNormaliser.normalise("/" + text, false).substring(1));
            case Template.Part.Named named -> named;
        };
    }

    /// Changes the request for the endpoint; the `*` of `OPTIONS *` stays. Called on event loops.
    public void apply(Exchange exchange) {
        RequestHead head = exchange.request();
        if (head.bytes()[head.pathStart()] == '/') {
            if (stripped.length > 0) {
                strip(head);
            }
            if (path != null) {
                head.rewritePath(expand(path, exchange));
            }
        }
        if (host != null) {
            exchange.request().rewriteHost(host);
        }
    }

    private void strip(RequestHead head) {
        byte[] bytes = head.bytes();
        int end = head.pathEnd();
        int position = head.pathStart();
        for (String name : stripped) {
            if (position == end) {
                return;
            }
            int next = Segments.next(bytes, position, end);
            int nameEnd = Segments.nameEnd(bytes, position, next);
            if (!Ascii.equals(bytes, position + 1, nameEnd, name)) {
                return;
            }
            position = next;
        }
        if (position == end) {
            head.rewritePath("/");
        } else {
            head.stripPath(position);
        }
    }

    private static String expand(NewPath path, Exchange exchange) {
        RequestHead head = exchange.request();
        StringBuilder out = new StringBuilder(64);
        for (Template.Part part : path.template.parts()) {
            switch (part) {
                case Template.Part.Text(String text) -> out.append(text);
                case Template.Part.Named(String name) -> out.append(exchange.pathParameter(name));
            }
        }
        if (path.rest) {
            String whole = head.path();
            int rest = Segments.skip(head.bytes(), head.pathStart(), head.pathEnd(), path.segments);
            out.append(whole, rest - head.pathStart(), whole.length());
        }
        return out.isEmpty() ? "/" : out.toString();
    }
}
