package dev.weir.filter.cors;

import dev.weir.exchange.Exchange;
import dev.weir.exchange.Failure;
import dev.weir.exchange.Reply;
import dev.weir.filter.Filter;
import dev.weir.filter.Foresight;
import dev.weir.filter.Verdict;
import dev.weir.http.Ascii;
import dev.weir.http.Headers;
import dev.weir.http.ResponseHead;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Cross-origin resource sharing: answers preflights itself and says in other answers who may read them. What an
/// endpoint says about it is replaced, because two voices make browsers refuse. Immutable.
///
/// A request from an origin that is not listed passes, and its answer carries no permission: the browser keeps
/// it from the page. Only its preflight is answered 403.
///
/// Source: Fetch Standard §3.3 "HTTP CORS protocol".
final class Cors implements Filter {
    private static final long PREFLIGHT = 1;
    private static final String ANY = "*";
    private static final String VARY_PREFLIGHT =
            "Origin, Access-Control-Request-Method, Access-Control-Request-Headers";
    private static final String[] OWN_FIELDS = {
        "Access-Control-Allow-Origin",
        "Access-Control-Allow-Credentials",
        "Access-Control-Allow-Methods",
        "Access-Control-Allow-Headers",
        "Access-Control-Expose-Headers",
        "Access-Control-Max-Age"
    };

    private final OriginPattern[] origins;
    private final boolean anyOrigin;
    private final List<String> methods;
    private final String methodList;
    private final Set<String> headers;
    private final String headerList;
    private final String exposeList;
    private final boolean credentials;
    private final String maxAge;

    Cors(CorsConfig config) {
        origins = config.origins().stream().map(OriginPattern::parse).toArray(OriginPattern[]::new);
        if (origins.length == 0) {
            throw new IllegalArgumentException(
                    "origins: names none (expected: for example [https://shop.example.com])");
        }
        anyOrigin = config.origins().contains(ANY);
        tokens("methods", config.methods());
        tokens("headers", config.headers());
        tokens("expose", config.expose());
        methods = config.methods();
        methodList = String.join(", ", methods);
        headers = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        headers.addAll(config.headers());
        headerList = String.join(", ", config.headers());
        exposeList = String.join(", ", config.expose());
        credentials = config.credentials();
        maxAge = Long.toString(config.maxAge().toSeconds());
    }

    private static void tokens(String key, List<String> names) {
        for (String name : names) {
            if (name.equals(ANY) || !Ascii.token(name)) {
                throw new IllegalArgumentException(
                        key + ": \"" + name + "\" is not a name; expected: a list of names");
            }
        }
    }

    @Override
    public Verdict onRequest(Exchange exchange) {
        Headers asked = exchange.request().headers();
        String origin = asked.get("Origin");
        if (origin == null || !exchange.request().method().equals("OPTIONS")) {
            return Verdict.PASS;
        }
        String method = asked.get("Access-Control-Request-Method");
        if (method == null) {
            return Verdict.PASS;
        }
        exchange.filterNote(PREFLIGHT);
        return new Verdict.Answer(
                preflight(
                        origin,
                        method,
                        String.join(",", asked.all("Access-Control-Request-Headers"))));
    }

    @Override
    public Foresight foresee(Exchange exchange) {
        Verdict verdict = onRequest(exchange);
        String origin = exchange.request().headers().get("Origin");
        if (origin == null) {
            return Foresight.of(verdict, "no Origin, so no page of another site asks");
        }
        String whose = origin + (allowed(origin) ? " may" : " may not");
        return exchange.filterNote() == PREFLIGHT
                ? Foresight.of(verdict, "a preflight, answered here: " + whose + " ask")
                : Foresight.of(verdict, whose + " read the answer");
    }

    private Reply preflight(String origin, String method, String wanted) {
        String allowed = allowedHeaders(wanted);
        if (!allowed(origin) || !methods.contains(method) || allowed == null) {
            return Reply.of(Failure.FORBIDDEN).with("Vary", VARY_PREFLIGHT);
        }
        Reply reply =
                Reply.of(204)
                        .with("Access-Control-Allow-Origin", anyOrigin ? ANY : origin)
                        .with("Access-Control-Allow-Methods", methodList)
                        .with("Access-Control-Max-Age", maxAge)
                        .with("Vary", VARY_PREFLIGHT);
        if (!allowed.isEmpty()) {
            reply = reply.with("Access-Control-Allow-Headers", allowed);
        }
        return credentials ? reply.with("Access-Control-Allow-Credentials", "true") : reply;
    }

    /// What `Access-Control-Allow-Headers` says to these wishes, or null if one is not granted.
    private @Nullable String allowedHeaders(String wanted) {
        StringBuilder names = new StringBuilder();
        for (String part : wanted.split(",", -1)) {
            String name = part.strip();
            if (name.isEmpty()) {
                continue;
            }
            if (!Ascii.token(name) || !headers.isEmpty() && !headers.contains(name)) {
                return null;
            }
            names.append(names.isEmpty() ? "" : ", ").append(name.toLowerCase(Locale.ROOT));
        }
        return headers.isEmpty() ? names.toString() : headerList;
    }

    @Override
    public void onResponse(Exchange exchange, ResponseHead head) {
        if (exchange.filterNote() == PREFLIGHT) {
            return;
        }
        Headers answer = head.headers();
        for (String field : OWN_FIELDS) {
            answer.remove(field);
        }
        if (!anyOrigin) {
            varyByOrigin(answer);
        }
        String origin = exchange.request().headers().get("Origin");
        if (origin == null || !allowed(origin)) {
            return;
        }
        answer.set("Access-Control-Allow-Origin", anyOrigin ? ANY : origin);
        if (credentials) {
            answer.set("Access-Control-Allow-Credentials", "true");
        }
        if (!exposeList.isEmpty()) {
            answer.set("Access-Control-Expose-Headers", exposeList);
        }
    }

    /// Keeps caches from giving one origin's answer to another.
    private static void varyByOrigin(Headers answer) {
        List<String> lines = answer.all("Vary");
        for (int i = 0; i < lines.size(); i++) {
            for (String name : lines.get(i).split(",", -1)) {
                if (name.strip().equals(ANY) || name.strip().equalsIgnoreCase("Origin")) {
                    return;
                }
            }
        }
        answer.add("Vary", "Origin");
    }

    private boolean allowed(String origin) {
        for (OriginPattern pattern : origins) {
            if (pattern.matches(origin)) {
                return true;
            }
        }
        return false;
    }
}
