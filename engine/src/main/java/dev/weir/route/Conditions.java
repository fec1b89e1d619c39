package dev.weir.route;

import com.google.re2j.Pattern;
import dev.weir.exchange.Exchange;
import dev.weir.http.IpRange;
import dev.weir.http.RequestHead;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a route asks of a request beside its host and the pattern of its path. Immutable; asked on event loops.
/// Allocates only where a route asks for fields, query parameters, cookies, an address or a regular expression.
///
/// Of a field or parameter that stands there more than once, the first one counts.
final class Conditions {
    private enum Source {
        HEADER("headers", "header"),
        QUERY("query", "query parameter"),
        COOKIE("cookies", "cookie");

        private final String key;
        private final String says;

        Source(String key, String says) {
            this.key = key;
            this.says = says;
        }
    }

    /// Which condition fails, where it is none of the values, which are numbered from 0.
    private static final int NONE = -1;

    private static final int METHOD = -2;
    private static final int LISTENER = -3;
    private static final int CLIENT = -4;
    private static final int PATH = -5;

    private record Value(Source source, String name, ValueMatch wanted) {}

    /// Asks nothing; shared, so that thousands of routes without conditions are one place in memory.
    private static final Conditions NOTHING = new Conditions(MatchConfig.DEFAULTS);

    private final String[] methods;
    private final Value[] values;
    private final IpRange[] clients;
    private final @Nullable String listener;
    private final @Nullable Pattern path;

    static Conditions of(MatchConfig match) {
        Conditions conditions = new Conditions(match);
        boolean nothing =
                conditions.methods.length == 0
                        && conditions.values.length == 0
                        && conditions.clients.length == 0
                        && conditions.listener == null
                        && conditions.path == null;
        return nothing ? NOTHING : conditions;
    }

    private Conditions(MatchConfig match) {
        methods = match.methods().toArray(String[]::new);
        values =
                List.of(
                                values(Source.HEADER, match.headers()),
                                values(Source.QUERY, match.query()),
                                values(Source.COOKIE, match.cookies()))
                        .stream()
                        .flatMap(List::stream)
                        .toArray(Value[]::new);
        clients = match.clientIp().toArray(IpRange[]::new);
        listener = match.listener().orElse(null);
        path = match.pathRegex().orElse(null);
    }

    private static List<Value> values(Source source, Map<String, ValueMatch> wanted) {
        return wanted.entrySet().stream()
                .map(entry -> new Value(source, entry.getKey(), entry.getValue()))
                .toList();
    }

    boolean hold(Exchange exchange) {
        return methodHolds(exchange) && failing(exchange) == NONE;
    }

    private boolean methodHolds(Exchange exchange) {
        if (methods.length == 0) {
            return true;
        }
        String method = exchange.request().method();
        for (String wanted : methods) {
            if (wanted.equals(method)) {
                return true;
            }
        }
        return false;
    }

    boolean holdButForMethod(Exchange exchange) {
        return failing(exchange) == NONE;
    }

    /// The first one but for the method that does not hold. The one place where they are tested, for requests and for explanations.
    private int failing(Exchange exchange) {
        if (listener != null && !listener.equals(exchange.listener())) {
            return LISTENER;
        }
        if (clients.length > 0 && !clientHolds(exchange)) {
            return CLIENT;
        }
        for (int i = 0; i < values.length; i++) {
            if (!holds(values[i], exchange.request())) {
                return i;
            }
        }
        return path == null || path.matches(text(exchange.request())) ? NONE : PATH;
    }

    private boolean clientHolds(Exchange exchange) {
        for (IpRange range : clients) {
            if (range.contains(exchange.client())) {
                return true;
            }
        }
        return false;
    }

    private static boolean holds(Value value, RequestHead head) {
        String found = find(value, head);
        return found == null
                ? value.wanted instanceof ValueMatch.Present(boolean wanted) && !wanted
                : value.wanted.matches(found);
    }

    private static @Nullable String find(Value value, RequestHead head) {
        return switch (value.source) {
            case HEADER -> head.headers().get(value.name);
            case QUERY -> head.queryParameter(value.name);
            case COOKIE -> head.cookie(value.name);
        };
    }

    private static String text(RequestHead head) {
        return Segments.withoutParameters(head.bytes(), head.pathStart(), head.pathEnd());
    }

    List<String> methods() {
        return List.of(methods);
    }

    /// The first of these that does not hold.
    Optional<Refusal> refusal(Exchange exchange) {
        RequestHead head = exchange.request();
        int failing = methodHolds(exchange) ? failing(exchange) : METHOD;
        return switch (failing) {
            case NONE -> Optional.empty();
            case METHOD ->
                    refused(
                            "methods",
                            "the method is " + head.method() + ", not " + either(List.of(methods)));
            case LISTENER ->
                    refused(
                            "listener",
                            "the listener is " + exchange.listener() + ", not " + listener);
            case CLIENT ->
                    refused(
                            "client-ip",
                            "the client "
                                    + exchange.client().getHostAddress()
                                    + " is in no range of client-ip");
            case PATH ->
                    refused(
                            "path-regex",
                            "the path does not match "
                                    + (path == null ? "" : path.pattern())
                                    + " as a whole");
            default -> {
                Value value = values[failing];
                yield Optional.of(
                        new Refusal(
                                List.of(value.source.key, value.name),
                                refusal(value, find(value, head))));
            }
        };
    }

    private static Optional<Refusal> refused(String key, String says) {
        return Optional.of(Refusal.of(key, says));
    }

    private static String either(List<String> words) {
        return String.join(" or ", words);
    }

    private static String refusal(Value value, @Nullable String found) {
        String subject = "the " + value.source.says + " " + value.name;
        return switch (value.wanted) {
            case ValueMatch.Present(boolean wanted) ->
                    subject + (wanted ? " is missing" : " is there, but must not be");
            case ValueMatch.Exactly(String text) ->
                    found == null
                            ? subject + " is missing"
                            : subject + " is \"" + found + "\", not \"" + text + "\"";
            case ValueMatch.Regex(Pattern pattern) ->
                    found == null
                            ? subject + " is missing"
                            : subject
                                    + " is \""
                                    + found
                                    + "\", which does not match "
                                    + pattern.pattern();
        };
    }
}
