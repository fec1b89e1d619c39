package dev.weir.route;

import dev.weir.exchange.Exchange;
import dev.weir.http.RequestHead;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Where a redirect leads: `redirect.to`, compiled. Immutable; built off the event loops and asked on them.
///
/// `{host}` is the request's host without port, `{path}` its normalised path, `{query}` its query without the question mark, any
/// other name a named segment. The query goes along only where `{query}` stands; without one, a `?` or `&` before it is left out.
///
/// A client must not be able to choose where it leads: the target is a path, or an http(s) URL in whose authority only `{host}` may
/// stand; whatever comes from the request is written in characters of a URI, all others percent-encoded, so that no field can
/// be begun (CR, LF); and a target that is a path never begins with two slashes, which browsers read as another host.
public final class RedirectTarget {
    private static final List<String> OWN_NAMES = List.of("host", "path", "query");

    /// Beyond letters and digits, what may stand in paths and queries (RFC 3986 §3.3, §3.4), and the percent sign.
    private static final String URI_MARKS = "-._~!$&'()*+,;=:@/?%";

    private static final String HOST_MARKS = "-._[]:";

    private static final String HEX = "0123456789ABCDEF";

    private final Template template;
    private final boolean whole;
    private final boolean needsHost;

    private RedirectTarget(Template template, boolean whole) {
        this.template = template;
        this.whole = whole;
        this.needsHost = template.parts().contains(new Template.Part.Named("host"));
    }

    /// @param match of the route, whose named segments may be used
    /// @throws IllegalArgumentException with a sentence for the user, if `to` is no such target
    public static RedirectTarget of(Action.Redirect redirect, MatchConfig match) {
        String to = redirect.to();
        Template template = Template.parse(to);
        template.check(match, OWN_NAMES);
        boolean whole = to.startsWith("http://") || to.startsWith("https://");
        if (whole) {
            checkAuthority(to.substring(to.indexOf("//") + 2), to);
        } else if (!to.startsWith("{path}") && (!to.startsWith("/") || to.startsWith("//"))) {
            throw new IllegalArgumentException(
                    "a redirect leads to a path or to an http:// or https:// URL: " + to);
        }
        List<Template.Part> parts = template.parts().stream().map(RedirectTarget::encoded).toList();
        checkUri(parts, to);
        return new RedirectTarget(new Template(parts), whole);
    }

    private static void checkAuthority(String rest, String to) {
        String open = rest.replace("{host}", "host").replaceFirst("[/?#].*|\\{path\\}.*", "");
        if (open.isEmpty() || open.indexOf('{') >= 0 || open.indexOf('@') >= 0) {
            throw new IllegalArgumentException(
                    "between // and the path stands a host, or {host}, and nothing else: " + to);
        }
    }

    private static void checkUri(List<Template.Part> parts, String to) {
        StringBuilder example = new StringBuilder();
        for (Template.Part part : parts) {
            example.append(
                    switch (part) {
                        case Template.Part.Text(String text) -> text;
                        case Template.Part.Named(String name) -> name.equals("path") ? "/x" : "x";
                    });
        }
        try {
            new URI(example.toString());
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("not a URL: " + to + ": " + e.getReason(), e);
        }
    }

    /// Letters beyond ASCII in the user's own text are written as the user means them.
    private static Template.Part encoded(Template.Part part) {
        if (part instanceof Template.Part.Text(String text)) {
            StringBuilder out = new StringBuilder();
            String octets =
                    new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
            append(out, octets, URI_MARKS + "#[]");
            return new Template.Part.Text(out.toString());
        }
        return part;
    }

    /// The value of `Location` for a request, or null if the target has `{host}` and the request (HTTP/1.0) none: then
    /// the request cannot be redirected and is a bad one. Called on event loops.
    public @Nullable String location(Exchange exchange) {
        if (needsHost && exchange.request().host().isEmpty()) {
            return null;
        }
        StringBuilder out = new StringBuilder(96);
        for (Template.Part part : template.parts()) {
            switch (part) {
                case Template.Part.Text(String text) -> out.append(text);
                case Template.Part.Named(String name) -> fillIn(out, name, exchange);
            }
        }
        if (!whole) {
            int slashes = 0;
            while (slashes < out.length() && out.charAt(slashes) == '/') {
                slashes++;
            }
            out.delete(0, slashes - 1);
        }
        return out.toString();
    }

    private static void fillIn(StringBuilder out, String name, Exchange exchange) {
        RequestHead head = exchange.request();
        switch (name) {
            case "host" -> append(out, head.host(), HOST_MARKS);
            case "path" -> append(out, head.path(), URI_MARKS);
            case "query" -> {
                String query = head.query();
                if (query != null) {
                    append(out, query, URI_MARKS);
                } else if (!out.isEmpty() && "?&".indexOf(out.charAt(out.length() - 1)) >= 0) {
                    out.setLength(out.length() - 1);
                }
            }
            default -> {
                String segment = exchange.pathParameter(name);
                append(out, segment == null ? "" : segment, URI_MARKS);
            }
        }
    }

    private static void append(StringBuilder out, String octets, String marks) {
        for (int i = 0; i < octets.length(); i++) {
            char c = octets.charAt(i);
            if (c >= 'a' && c <= 'z'
                    || c >= 'A' && c <= 'Z'
                    || c >= '0' && c <= '9'
                    || marks.indexOf(c) >= 0) {
                out.append(c);
            } else {
                out.append('%').append(HEX.charAt(c >> 4 & 15)).append(HEX.charAt(c & 15));
            }
        }
    }
}
